import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeJSKernelBackend } from '../../../src/engine/native/tfjs-node-backend.js';
import { applyMomentum } from '../../../src/engine/ops/apply-momentum.js';
import { compile, NotFiniteError } from '../../../src/engine/ops/compile.js';
import { hasNativeEngine } from '../../native-engine.js';
import { backends, startEngines } from './start-engines.js';

await startEngines();

type Point = { readonly x: tf.Tensor1D; readonly rate: tf.Scalar };

let weight: tf.Variable<tf.Rank.R1>;
let untouched: tf.Variable;
let count: number;

/** The loss sum((weight * x)^2) and one step down its gradient, 2 * weight * x^2. */
function descent() {
  return compile(
    [weight, untouched],
    ({ x, rate }: Point) => {
      const { value: loss, grads } = tf.variableGrads(
        () => tf.sum(tf.square(tf.mul(weight, x))) as tf.Scalar,
        [weight],
      );
      const gradient = grads[weight.name] as tf.Tensor1D;
      weight.assign(tf.sub(weight, tf.mul(gradient, rate)));
      return { loss };
    },
    { guard: 'loss' },
  );
}

function pointOf(x: number[], rate: number): Point {
  return { x: tf.tensor1d(x), rate: tf.scalar(rate) };
}

describe.each(backends)('compile on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
    count = tf.memory().numTensors;
    const [start, other] = [tf.tensor1d([1, -2]), tf.scalar(7)];
    weight = tf.variable(start);
    untouched = tf.variable(other);
    tf.dispose([start, other]);
  });

  afterEach(() => {
    tf.dispose([weight, untouched]);
    expect(tf.memory().numTensors).toBe(count);
  });

  it('does steps of hand with inputs that change, in shape too', async () => {
    const step = descent();
    const losses: number[] = [];
    for (const [x, rate] of [
      [[1, 2], 0.25],
      [[2, 0], 0.125],
      [[3], 0.5],
      [[0, 1], 0.25],
    ] as const) {
      const point = pointOf([...x], rate);
      const { loss } = await step.run(point);
      losses.push((await loss.data())[0] as number);
      tf.dispose([loss, ...Object.values(point)]);
    }
    // [1, -2] -> 1 + 16, [1 - 0.5, -2 + 4] = [0.5, 2] -> 1, [0.5 - 0.5, 2] = [0, 2]
    // -> 36 (x of one value counts for both), [0, 2 - 18] = [0, -16] -> 256
    expect(losses).toEqual([17, 1, 36, 256]);
    await step.settle();
    expect([...weight.dataSync()]).toEqual([0, -8]);
    expect(untouched.dataSync()[0]).toBe(7);
    step.dispose();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'keeps the variables where the guard is %s',
    async (value) => {
      const step = descent();
      const [bad, good] = [pointOf([value, 2], 0.25), pointOf([1, 2], 0.25)];
      await expect(step.run(bad)).rejects.toThrow(NotFiniteError);
      await step.settle();
      expect([...weight.dataSync()]).toEqual([1, -2]);
      tf.dispose((await step.run(good)).loss);
      await step.settle();
      expect([...weight.dataSync()]).toEqual([0.5, 2]);
      tf.dispose([...Object.values(bad), ...Object.values(good)]);
      step.dispose();
    },
  );

  it('takes up what others assign after it has settled', async () => {
    const step = descent();
    const point = pointOf([1, 2], 0.25);
    tf.dispose((await step.run(point)).loss);
    await step.settle();
    const start = tf.tensor1d([1, -2]);
    weight.assign(start);
    const { loss } = await step.run(point);
    expect(loss.dataSync()[0]).toBe(17);
    await step.settle();
    tf.dispose([start, loss, ...Object.values(point)]);
    step.dispose();
  });
});

describe.each(backends)('variables of a compiled step on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
    count = tf.memory().numTensors;
  });

  afterEach(() => expect(tf.memory().numTensors).toBe(count));

  it('may take the values of one another, and be results as they were before', async () => {
    const [one, two, x] = [1, 2, 0].map((value) => tf.scalar(value)) as [
      tf.Scalar,
      tf.Scalar,
      tf.Scalar,
    ];
    const [a, b] = [tf.variable(one), tf.variable(two)];
    const swap = compile([a, b], (_: { x: tf.Scalar }) => {
      const before = tf.clone(a);
      a.assign(b);
      b.assign(before);
      return { before };
    });
    const results: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { before } = await swap.run({ x });
      results.push(before.dataSync()[0] as number);
      before.dispose();
    }
    await swap.settle();
    expect(results).toEqual([1, 2, 1]);
    expect([a, b].map((variable) => variable.dataSync()[0])).toEqual([2, 1]);
    swap.dispose();
    tf.dispose([one, two, x, a, b]);
  });

  it('may hold the same values after a run, and part again', async () => {
    const [one, two] = [tf.scalar(1), tf.scalar(2)];
    const [a, b] = [tf.variable(one), tf.variable(two)];
    const follow = compile([a, b], ({ x }: { x: tf.Tensor }) => {
      b.assign(a);
      a.assign(tf.add(a, tf.sum(x)));
      return {};
    });
    for (const values of [[1], [1, 1], [1]]) {
      const x = tf.tensor1d(values);
      await follow.run({ x });
      await follow.settle();
      x.dispose();
    }
    // a: 1, 2, 4, 5; b one run behind
    expect([a, b].map((variable) => variable.dataSync()[0])).toEqual([5, 4]);
    follow.dispose();
    tf.dispose([one, two, a, b]);
  });

  it('are not those of another step', async () => {
    const one = tf.scalar(1);
    const variables = [1, 2].map(() => tf.variable(one));
    const steps = variables.map((variable) =>
      compile([variable], ({ x }: { x: tf.Scalar }) => {
        variable.assign(tf.add(variable, x));
        return {};
      }),
    );
    for (const [at, step] of steps.entries()) {
      const x = tf.scalar(10 ** (at + 1));
      await step.run({ x });
      await step.run({ x });
      x.dispose();
    }
    for (const step of steps) await step.settle();
    expect(variables.map((variable) => variable.dataSync()[0])).toEqual([21, 201]);
    for (const step of steps) step.dispose();
    tf.dispose([one, ...variables]);
  });

  it('are lost if the step is disposed of before it settles, not old', async () => {
    const [one, start] = [tf.scalar(1), tf.scalar(1)];
    const variable = tf.variable(start);
    const step = compile([variable], ({ x }: { x: tf.Scalar }) => {
      variable.assign(tf.add(variable, x));
      return {};
    });
    await step.run({ x: one });
    await step.settle();
    await step.run({ x: one });
    step.dispose();
    await step.settle(); // there is nothing left to bring back
    if (backend === 'tensorflow') {
      expect(() => variable.dataSync()).toThrow('expected one that exists');
    } else {
      expect(variable.dataSync()[0]).toBe(3);
    }
    tf.dispose([one, start, variable]);
  });
});

describe.each(backends)('many runs of a compiled step on %s', (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
  });

  it('carry the momentum over to a graph for another shape', async () => {
    const starts = [1, 0].map((value) => tf.scalar(value));
    const [weights, velocity] = starts.map((start) => tf.variable(start)) as [
      tf.Variable,
      tf.Variable,
    ];
    const step = compile(
      [weights, velocity],
      ({ x, rate, momentum }: { x: tf.Tensor; rate: tf.Scalar; momentum: tf.Scalar }) => {
        applyMomentum(weights, velocity, tf.sum(x), rate, momentum);
        return {};
      },
    );
    const [rate, momentum] = [tf.scalar(0.5), tf.scalar(0.25)];
    for (const values of [[4], [1, 1], [2], [1, 1, 1, 1]]) {
      const x = tf.tensor1d(values);
      await step.run({ x, rate, momentum });
      x.dispose();
    }
    await step.settle();
    // velocity 4, 0.25 * 4 + 2 = 3, 0.75 + 2 = 2.75, 0.6875 + 4 = 4.6875
    expect(velocity.dataSync()[0]).toBe(4.6875);
    expect(weights.dataSync()[0]).toBe(1 - 0.5 * (4 + 3 + 2.75 + 4.6875));
    step.dispose();
    tf.dispose([...starts, weights, velocity, rate, momentum]);
  });

  it('leave no tensors behind, with refusals and settlements between', async () => {
    const [start, other] = [tf.tensor1d([1, -2]), tf.scalar(7)];
    weight = tf.variable(start);
    untouched = tf.variable(other);
    const step = descent();
    const points = [pointOf([0.5, 1], 0.25), pointOf([1], 0.125), pointOf([Number.NaN], 1)];
    const native = tf.backend() as Partial<NodeJSKernelBackend>;
    const counts = new Set<string>();
    for (let round = 0; round < 60; round++) {
      const results = await step.run(points[round % 3] as Point).catch(() => ({}));
      tf.dispose(results);
      if (round % 5 !== 0) continue;
      await step.settle();
      if (round < 6) continue; // until all was recorded and held by TensorFlow once
      counts.add(`${tf.memory().numTensors} ${native.binding?.getNumOfTensors()}`);
    }
    expect([...counts]).toHaveLength(1);
    step.dispose();
    tf.dispose([start, other, weight, untouched, ...points.flatMap((p) => Object.values(p))]);
  });

  it('come one after the other, if they are asked for at once', async () => {
    const start = tf.scalar(1);
    const variable = tf.variable(start);
    const step = compile(
      [variable],
      ({ x }: { x: tf.Scalar }) => {
        variable.assign(tf.add(tf.mul(variable, 2), x));
        return { y: tf.clone(variable) };
      },
      { guard: 'y' },
    );
    const inputs = [1, Number.NaN, 3].map((value) => tf.scalar(value));
    const runs = inputs.map((x) => step.run({ x }));
    const settled = step.settle();
    const ends = await Promise.allSettled(runs);
    await settled;
    // 2 * 1 + 1, refused, 2 * 3 + 3
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(variable.dataSync()[0]).toBe(9);
    for (const end of ends) if (end.status === 'fulfilled') tf.dispose(end.value);
    step.dispose();
    tf.dispose([start, variable, ...inputs]);
  });

  it('may be under way when the step is disposed of', async () => {
    const [start, x] = [tf.scalar(1), tf.scalar(2)];
    const variable = tf.variable(start);
    const step = compile([variable], (inputs: { x: tf.Scalar }) => ({
      y: tf.add(variable, inputs.x),
    }));
    tf.dispose(await step.run({ x }));
    const run = step.run({ x });
    await null; // now it runs
    step.dispose();
    const { y } = await run;
    expect(y.dataSync()[0]).toBe(3);
    tf.dispose([start, x, variable, y]);
  });
});

describe.each(backends)('results of a compiled step on %s', (backend) => {
  it('may be inputs, variables, constants, or the same twice', async () => {
    await tf.setBackend(backend);
    const [x, start] = [tf.tensor1d([1, 2]), tf.scalar(7)];
    const seven = tf.variable(start);
    const step = compile([seven], (inputs: { x: tf.Tensor1D }) => {
      const y = tf.neg(inputs.x);
      return { x: inputs.x, y, again: y, three: tf.scalar(3), seven };
    });
    const before = tf.memory().numTensors;
    const results = await step.run({ x });
    const values = Object.entries(results).map(([name, value]) => [name, [...value.dataSync()]]);
    expect(Object.fromEntries(values)).toEqual({
      x: [1, 2],
      y: [-1, -2],
      again: [-1, -2],
      three: [3],
      seven: [7],
    });
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(before);
    await step.settle();
    expect([...x.dataSync(), ...seven.dataSync()]).toEqual([1, 2, 7]);
    tf.dispose([x, start, seven]);
    step.dispose();
  });

  it('follow the data type of an input, too', async () => {
    await tf.setBackend(backend);
    const step = compile([], (inputs: { x: tf.Tensor1D }) => ({ y: tf.neg(inputs.x) }));
    for (const dtype of ['float32', 'int32'] as const) {
      const x = tf.tensor1d([1, 2], dtype);
      const { y } = await step.run({ x });
      expect(y.dtype).toBe(dtype);
      expect([...y.dataSync()]).toEqual([-1, -2]);
      tf.dispose([x, y]);
    }
    step.dispose();
  });
});

describe.skipIf(!hasNativeEngine)('compile on TensorFlow', () => {
  beforeEach(() => tf.setBackend('tensorflow'));

  it('forgets values that were not brought back when it is disposed of', async () => {
    const step = descent();
    weight = tf.variable(tf.tidy(() => tf.tensor1d([1, -2])));
    untouched = tf.variable(tf.tidy(() => tf.scalar(7)));
    step.dispose();
    await step.settle();
    expect([...weight.dataSync()]).toEqual([1, -2]);
    tf.dispose([weight, untouched]);
  });
});
