import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeJSKernelBackend } from '../../../src/engine/native/tfjs-node-backend.js';
import { compile } from '../../../src/engine/ops/compile.js';
import { hasNativeEngine } from '../../native-engine.js';
import { backends, startEngines } from './start-engines.js';

await startEngines();

type Point = { readonly x: tf.Tensor1D; readonly rate: tf.Scalar };

let weight: tf.Variable<tf.Rank.R1>;
let untouched: tf.Variable;
let count: number;

/** The loss sum((weight * x)^2) and one step down its gradient, 2 * weight * x^2. */
function descent() {
  return compile('descent', [weight, untouched], ({ x, rate }: Point) => {
    const { value: loss, grads } = tf.variableGrads(
      () => tf.sum(tf.square(tf.mul(weight, x))) as tf.Scalar,
      [weight],
    );
    const gradient = grads[weight.name] as tf.Tensor1D;
    weight.assign(tf.sub(weight, tf.mul(gradient, rate)));
    return { loss };
  });
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
    expect([...weight.dataSync()]).toEqual([0, -8]);
    expect(untouched.dataSync()[0]).toBe(7);
    step.dispose();
  });

  it('keeps the variables where the results are not accepted', async () => {
    const step = descent();
    const point = pointOf([1, 2], 0.25);
    const refused = step.run(point, async ({ loss }) => {
      throw new Error(`no ${(await loss.data())[0]}`);
    });
    await expect(refused).rejects.toThrow('no 17');
    expect([...weight.dataSync()]).toEqual([1, -2]);
    tf.dispose((await step.run(point)).loss);
    expect([...weight.dataSync()]).toEqual([0.5, 2]);
    tf.dispose(Object.values(point));
    step.dispose();
  });
});

describe.skipIf(!hasNativeEngine)('compile on TensorFlow', () => {
  beforeEach(() => tf.setBackend('tensorflow'));

  it('refuses a step that reads values on the host, and names the op', async () => {
    const x = tf.tensor1d([1, 2]);
    const step = compile('reader', [], (inputs: { x: tf.Tensor1D }) => {
      const largest = tf.max(inputs.x);
      return { y: tf.mul(inputs.x, largest.dataSync()[0] as number) };
    });
    await expect(step.run({ x })).rejects.toThrow(/the values of "Max_\d+:0" by the host/);
    x.dispose();
  });

  it('refuses a tensor that nobody gave it, and names the op that takes it', async () => {
    const [x, stranger] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    tf.dispose(tf.neg(stranger)); // now TensorFlow holds it
    const step = compile('stranger', [], (inputs: { x: tf.Tensor1D }) => ({
      y: tf.sub(inputs.x, stranger),
    }));
    await expect(step.run({ x })).rejects.toThrow(/got another one, used by Sub/);
    tf.dispose([x, stranger]);
  });

  it('goes on with other work after a step that it refused', async () => {
    const x = tf.tensor1d([1, 2]);
    const bad = compile('bad', [], (inputs: { x: tf.Tensor1D }) => {
      inputs.x.dataSync();
      return { y: inputs.x };
    });
    await expect(bad.run({ x })).rejects.toThrow('by the host');
    expect([...x.dataSync()]).toEqual([1, 2]);
    const good = compile('good', [], (inputs: { x: tf.Tensor1D }) => ({ y: tf.neg(inputs.x) }));
    const { y } = await good.run({ x });
    expect([...y.dataSync()]).toEqual([-1, -2]);
    tf.dispose([x, y]);
    good.dispose();
  });

  it('leaves the event loop free while it runs', async () => {
    const x = tf.fill([600, 600], 1 / 600) as tf.Tensor2D;
    const step = compile('long', [], (inputs: { x: tf.Tensor2D }) => {
      let y = inputs.x;
      for (let time = 0; time < 40; time++) y = tf.matMul(y, inputs.x);
      return { y };
    });
    tf.dispose(await step.run({ x }));
    let turns = 0;
    let isDone = false;
    const run = step.run({ x }).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      turns += 1;
      await new Promise((next) => setImmediate(next));
    }
    const { y } = await run;
    expect(turns).toBeGreaterThan(10);
    expect(y.dataSync()[0]).toBeCloseTo(1 / 600, 6); // a matrix that is its own square
    tf.dispose([x, y]);
    step.dispose();
  });

  it('gives the op back when it is disposed of', async () => {
    const { binding } = tf.backend() as NodeJSKernelBackend;
    const x = tf.tensor1d([1]);
    const step = compile('passing', [], (inputs: { x: tf.Tensor1D }) => ({ y: tf.neg(inputs.x) }));
    tf.dispose(await step.run({ x }));
    step.dispose();
    expect(() => binding.removeGraph('Histo_passing_0')).toThrow('remove op "Histo_passing_0"');
    x.dispose();
  });
});
