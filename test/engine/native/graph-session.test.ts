import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphNode } from '../../../src/engine/graph/graph-def.js';
import { dataTypes } from '../../../src/engine/graph/tensor-types.js';
import type { Binding } from '../../../src/engine/native/binding.js';
import type { TensorMetadata } from '../../../src/engine/native/binding-tensors.js';
import type { GraphSession, SessionRun } from '../../../src/engine/native/graph-session.js';
import { variableNode } from '../../../src/engine/native/graph-variables.js';
import { hasNativeEngine } from '../../native-engine.js';
import { matMul, node, placeholder, typeOf } from './graph-nodes.js';
import { openTestBinding } from './open-test-binding.js';

/** A variable of two floats: `set` assigns what `given` is fed with, `add` adds it, `value` reads. */
const counter: readonly GraphNode[] = [
  variableNode('v', [2], dataTypes.TF_FLOAT),
  placeholder('given', [2]),
  { name: 'set', op: 'AssignVariableOp', inputs: ['v', 'given'], attributes: [typeOf('dtype')] },
  { name: 'add', op: 'AssignAddVariableOp', inputs: ['v', 'given'], attributes: [typeOf('dtype')] },
  { name: 'value', op: 'ReadVariableOp', inputs: ['v'], attributes: [typeOf('dtype')] },
];

describe.skipIf(!hasNativeEngine)('GraphSession', () => {
  let binding: Binding;
  let session: GraphSession;
  let count: number;

  beforeAll(async () => {
    binding = await openTestBinding();
  });

  beforeEach(() => {
    count = binding.getNumOfTensors();
    session = binding.openSession();
  });

  afterEach(() => {
    session.close();
    expect(binding.getNumOfTensors()).toBe(count);
  });

  /** Runs, and gives the values of what is fetched. */
  async function run(
    feeds: Record<string, readonly number[]>,
    { fetches = [], targets = [] }: Partial<Omit<SessionRun, 'feeds'>>,
    on = session,
  ): Promise<number[][]> {
    const ids = Object.entries(feeds).map(
      ([name, values]) =>
        [
          name,
          binding.createTensor([values.length], dataTypes.TF_FLOAT, Float32Array.from(values)),
        ] as const,
    );
    let made: TensorMetadata[] = [];
    try {
      made = await on.run({ feeds: new Map(ids), fetches, targets });
      return made.map(({ id }) => [...(binding.tensorDataSync(id) as Float32Array)]);
    } finally {
      for (const [, id] of ids) binding.deleteTensor(id);
      for (const { id } of made) binding.deleteTensor(id);
    }
  }

  it('gives what is fetched, in its order, of what it is fed', async () => {
    session.add([placeholder('a', [2]), placeholder('b', [2]), node('d', 'Sub', 'a', 'b')]);
    session.add([node('n', 'Neg', 'd:0')]); // on top of what was there
    const results = await run({ b: [1, 2], a: [10, 20] }, { fetches: ['n:0', 'd:0', 'n:0'] });
    expect(results).toEqual([
      [-9, -18],
      [9, 18],
      [-9, -18],
    ]);
  });

  it('tells shape and type of what it gives', async () => {
    session.add([placeholder('a', [2, 3]), node('s', 'Shape', 'a')]);
    const id = binding.createTensor([2, 3], dataTypes.TF_FLOAT, new Float32Array(6));
    const [shape] = await session.run({
      feeds: new Map([['a', id]]),
      fetches: ['s:0'],
      targets: [],
    });
    expect(shape).toMatchObject({ shape: [2], dtype: dataTypes.TF_INT32 });
    const made = (shape as TensorMetadata).id;
    expect(binding.tensorDataSync(made)).toEqual(Int32Array.of(2, 3));
    for (const one of [id, made]) binding.deleteTensor(one);
  });

  it('keeps variables from run to run, and runs targets that give nothing', async () => {
    session.add(counter);
    expect(await run({ given: [1, 2] }, { targets: ['set'] })).toEqual([]);
    await run({ given: [10, 10] }, { targets: ['add'] });
    await run({ given: [10, 10] }, { targets: ['add'] });
    expect(await run({}, { fetches: ['value:0'] })).toEqual([[21, 22]]);
  });

  it('leaves tensors that were fed or fetched as they are, whatever becomes of the variable', async () => {
    session.add(counter);
    const fed = binding.createTensor([2], dataTypes.TF_FLOAT, Float32Array.of(1, 2));
    await session.run({ feeds: new Map([['given', fed]]), fetches: [], targets: ['set'] });
    const [read] = await session.run({ feeds: new Map(), fetches: ['value:0'], targets: [] });
    await run({ given: [5, 5] }, { targets: ['add'] });
    const ids = [fed, (read as TensorMetadata).id];
    for (const id of ids) {
      expect(binding.tensorDataSync(id)).toEqual(Float32Array.of(1, 2));
      binding.deleteTensor(id);
    }
    expect(await run({}, { fetches: ['value:0'] })).toEqual([[6, 7]]);
  });

  it('shares no variable with another session, of the same name even', async () => {
    const other = binding.openSession();
    for (const one of [session, other]) one.add(counter);
    await run({ given: [1, 2] }, { targets: ['set'] });
    await run({ given: [3, 4] }, { targets: ['set'] }, other);
    expect(await run({}, { fetches: ['value:0'] })).toEqual([[1, 2]]);
    expect(await run({}, { fetches: ['value:0'] }, other)).toEqual([[3, 4]]);
    other.close();
  });

  it('fails with the message of TensorFlow, and runs again afterwards', async () => {
    session.add([placeholder('a', [2]), placeholder('b', [2])]);
    const check = node('c', 'CheckNumericsV2', 'a');
    const message = { name: 'message', type: binding.TF_ATTR_STRING, value: 'not good' };
    session.add([{ ...check, attributes: [...check.attributes, message] }]);
    await expect(run({ a: [1, Number.NaN] }, { fetches: ['c:0'] })).rejects.toThrow(
      /^Cannot run "graph": TensorFlow says: .*not good : Tensor had NaN values/s,
    );
    expect(await run({ a: [1, 2] }, { fetches: ['c:0'] })).toEqual([[1, 2]]);
  });

  // One of another shape it takes: that is for the caller to see to.
  it('refuses to run without a feed, or with one of another type', async () => {
    session.add([placeholder('a', [2]), node('n', 'Neg', 'a')]);
    const fetches = ['n:0'];
    await expect(run({}, { fetches })).rejects.toThrow(
      /You must feed a value for placeholder.*'a'/s,
    );
    const whole = binding.createTensor([2], dataTypes.TF_INT32, Int32Array.of(1, 2));
    await expect(
      session.run({ feeds: new Map([['a', whole]]), fetches, targets: [] }),
    ).rejects.toThrow(/^Cannot run "graph": TensorFlow says: .*float but int32/s);
    binding.deleteTensor(whole);
  });

  it('refuses a variable that nobody assigned to', async () => {
    session.add(counter);
    await expect(run({}, { fetches: ['value:0'] })).rejects.toThrow(
      'Cannot run "graph": TensorFlow says: ',
    );
  });

  it('refuses feeds, fetches and targets that are not in the graph', async () => {
    session.add([placeholder('a', [1]), node('n', 'Neg', 'a')]);
    const refusal = 'Cannot find node "nowhere": expected one of the graph\'s, got an unknown name';
    await expect(run({ nowhere: [1] }, { fetches: ['n:0'] })).rejects.toThrow(refusal);
    await expect(run({ a: [1] }, { fetches: ['nowhere:0'] })).rejects.toThrow(refusal);
    await expect(run({ a: [1] }, { targets: ['nowhere'] })).rejects.toThrow(refusal);
    await expect(run({ a: [1] }, { fetches: ['n:7'] })).rejects.toThrow('TensorFlow says: ');
  });

  it('refuses to be fed a tensor that was deleted', async () => {
    session.add([placeholder('a', [1]), placeholder('b', [1]), node('n', 'Sub', 'a', 'b')]);
    const [a, b] = [1, 2].map((value) =>
      binding.createTensor([1], dataTypes.TF_FLOAT, Float32Array.of(value)),
    ) as [number, number];
    binding.deleteTensor(b);
    const feeds = new Map([
      ['a', a],
      ['b', b],
    ]);
    await expect(session.run({ feeds, fetches: ['n:0'], targets: [] })).rejects.toThrow(
      `Cannot use tensor "${b}": expected one that exists`,
    );
    binding.deleteTensor(a);
  });

  it('does not take nodes that are wrong, and adds none of them', () => {
    session.add([placeholder('a', [2, 2])]);
    const good = node('good', 'Neg', 'a');
    expect(() => session.add([good, node('bad', 'NoSuchOp', 'a')])).toThrow(
      /^Cannot import "graph": TensorFlow says: .*NoSuchOp/s,
    );
    expect(() => session.add([node('bad', 'Neg', 'nowhere')])).toThrow(
      'Cannot find node "nowhere"',
    );
    expect(() => session.add([node('a', 'Neg', 'a')])).toThrow('TensorFlow says: ');
    session.add([good]);
  });

  it('tells the time of every op, and keeps nothing of what it gives', async () => {
    session.add([placeholder('a', [2]), node('n', 'Neg', 'a'), ...counter]);
    const [a, given] = [0, 1].map((value) =>
      binding.createTensor([2], dataTypes.TF_FLOAT, Float32Array.of(value, value)),
    ) as [number, number];
    await run({ given: [1, 2] }, { targets: ['set'] });
    const times = await session.trace({
      feeds: new Map([
        ['a', a],
        ['given', given],
      ]),
      fetches: ['n:0'],
      targets: ['add'],
    });
    expect(times.map(({ op }) => op)).toEqual(
      expect.arrayContaining(['Neg', 'AssignAddVariableOp']),
    );
    expect(await run({}, { fetches: ['value:0'] })).toEqual([[2, 3]]); // it did run
    for (const id of [a, given]) binding.deleteTensor(id);
  });

  it('takes nothing after it was closed, twice even', async () => {
    session.add(counter);
    session.close();
    session.close();
    const refusal = '"session": expected an open one, got one that was closed';
    await expect(run({}, { fetches: ['value:0'] })).rejects.toThrow(`Cannot run ${refusal}`);
    expect(() => session.add(counter)).toThrow(`Cannot add to ${refusal}`);
  });

  it('lets runs end that are under way when it is closed', async () => {
    const side = 500;
    const names = Array.from({ length: 20 }, (_, at) => `y${at}`);
    session.add([
      placeholder('x', [side, side]),
      ...names.map((name, at) => matMul(name, at === 0 ? 'x' : `y${at - 1}`, 'x')),
    ]);
    const values = new Float32Array(side ** 2).fill(1 / side); // a matrix that is its own square
    const x = binding.createTensor([side, side], dataTypes.TF_FLOAT, values);
    const given = { feeds: new Map([['x', x]]), fetches: [`${names.at(-1)}:0`], targets: [] };
    const runs = [session.run(given), session.run(given)];
    session.close();
    binding.deleteTensor(x); // the runs hold its memory
    for (const [made] of await Promise.all(runs)) {
      const { id } = made as TensorMetadata;
      expect((binding.tensorDataSync(id) as Float32Array)[0]).toBeCloseTo(1 / side, 6);
      binding.deleteTensor(id);
    }
    await expect(session.run(given)).rejects.toThrow('got one that was closed');
  });

  it('holds no memory of runs that failed', async () => {
    session.add([
      placeholder('a', [2 ** 18]),
      placeholder('b', [2 ** 18]),
      node('s', 'Sub', 'a', 'b'),
    ]);
    const values = new Float32Array(2 ** 18);
    const deleted = binding.createTensor([1], dataTypes.TF_FLOAT, Float32Array.of(1));
    binding.deleteTensor(deleted);
    const rss = process.memoryUsage.rss();
    for (let round = 0; round < 500; round++) {
      const a = binding.createTensor([2 ** 18], dataTypes.TF_FLOAT, values);
      const feeds = new Map([
        ['a', a],
        ['b', deleted],
      ]);
      await expect(session.run({ feeds, fetches: ['s:0'], targets: [] })).rejects.toThrow();
      await expect(
        session.run({ feeds: new Map([['a', a]]), fetches: ['s:0'], targets: [] }),
      ).rejects.toThrow('must feed');
      binding.deleteTensor(a);
    }
    // 500 of 1 MiB were made: a fifth of it is room for allocators and the garbage collector.
    expect(process.memoryUsage.rss() - rss).toBeLessThan(100 * 2 ** 20);
  });
});
