import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeJSKernelBackend } from '../../../src/engine/native/tfjs-node-backend.js';
import { applyMomentum } from '../../../src/engine/ops/apply-momentum.js';
import { compile } from '../../../src/engine/ops/compile.js';
import { hasNativeEngine } from '../../native-engine.js';
import { startEngines } from '../ops/start-engines.js';

await startEngines();

describe.skipIf(!hasNativeEngine)('a step that is recorded', () => {
  beforeEach(() => tf.setBackend('tensorflow'));

  it('refuses a step that reads values on the host, and names the op', async () => {
    const x = tf.tensor1d([1, 2]);
    const step = compile([], (inputs: { x: tf.Tensor1D }) => {
      const largest = tf.max(inputs.x);
      return { y: tf.mul(inputs.x, largest.dataSync()[0] as number) };
    });
    await expect(step.run({ x })).rejects.toThrow(/the values of "graph0_Max_\d+:0" by the host/);
    x.dispose();
  });

  it.each([true, false])('refuses a tensor that nobody gave it (held: %s)', async (isHeld) => {
    const [x, stranger] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    if (isHeld) tf.dispose(tf.neg(stranger)); // now TensorFlow holds it
    const step = compile([], (inputs: { x: tf.Tensor1D }) => ({
      y: tf.sub(inputs.x, stranger),
    }));
    await expect(step.run({ x })).rejects.toThrow(/got another one/);
    tf.dispose([x, stranger]);
  });

  it('goes on with other work after a step that it refused', async () => {
    const x = tf.tensor1d([1, 2]);
    const bad = compile([], (inputs: { x: tf.Tensor1D }) => {
      inputs.x.dataSync();
      return { y: inputs.x };
    });
    await expect(bad.run({ x })).rejects.toThrow('by the host');
    expect([...x.dataSync()]).toEqual([1, 2]);
    const good = compile([], (inputs: { x: tf.Tensor1D }) => ({ y: tf.neg(inputs.x) }));
    const { y } = await good.run({ x });
    expect([...y.dataSync()]).toEqual([-1, -2]);
    tf.dispose([x, y]);
    good.dispose();
  });

  it('leaves the event loop free while it runs', async () => {
    const x = tf.fill([600, 600], 1 / 600) as tf.Tensor2D;
    const step = compile([], (inputs: { x: tf.Tensor2D }) => {
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

  it('refuses an op whose result has a shape that depends on values, and names it', async () => {
    const x = tf.tensor1d([1, 0, 2]);
    const step = compile([], (inputs: { x: tf.Tensor1D }) => {
      const backend = tf.backend() as NodeJSKernelBackend;
      const type = {
        name: 'T',
        type: backend.binding.TF_ATTR_TYPE,
        value: backend.binding.TF_FLOAT,
      };
      return { y: backend.executeSingleOutput('Where', [type], [inputs.x]) };
    });
    await expect(step.run({ x })).rejects.toThrow('Cannot record "Where"');
    x.dispose();
  });

  it('refuses an attribute that an op does not have, and names both', async () => {
    const x = tf.tensor1d([1]);
    const step = compile([], (inputs: { x: tf.Tensor1D }) => {
      const backend = tf.backend() as NodeJSKernelBackend;
      const type = {
        name: 'T',
        type: backend.binding.TF_ATTR_TYPE,
        value: backend.binding.TF_FLOAT,
      };
      const odd = { name: 'odd', type: backend.binding.TF_ATTR_BOOL, value: true };
      return { y: backend.executeSingleOutput('Neg', [type, odd], [inputs.x]) };
    });
    await expect(step.run({ x })).rejects.toThrow(/"Neg".*odd/s);
    x.dispose();
  });

  it('refuses to use a variable after it was updated in place', async () => {
    const [zero, start] = [tf.scalar(0), tf.scalar(0)];
    const [weights, velocity] = [tf.variable(zero), tf.variable(start)];
    const rate = tf.scalar(1);
    const step = compile([weights, velocity], (inputs: { rate: tf.Scalar }) => {
      applyMomentum(weights, velocity, inputs.rate, inputs.rate, inputs.rate);
      return { y: tf.neg(weights) };
    });
    await expect(step.run({ rate })).rejects.toThrow('before its update');
    tf.dispose([zero, start, weights, velocity, rate]);
  });

  it('refuses a second update of a variable in one step', async () => {
    const zeros = [1, 2, 3].map(() => tf.scalar(0));
    const [weights, velocity, other] = zeros.map((zero) => tf.variable(zero)) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    const rate = tf.scalar(1);
    const twice = compile([weights, velocity, other], (inputs: { rate: tf.Scalar }) => {
      applyMomentum(weights, velocity, inputs.rate, inputs.rate, inputs.rate);
      applyMomentum(weights, other, inputs.rate, inputs.rate, inputs.rate);
      return {};
    });
    const refusal = 'expected one update of a variable, got a second one of "variable_0"';
    await expect(twice.run({ rate })).rejects.toThrow(
      `Cannot record "ResourceApplyMomentum": ${refusal}`,
    );
    const assigned = compile([weights, velocity], (inputs: { rate: tf.Scalar }) => {
      applyMomentum(weights, velocity, inputs.rate, inputs.rate, inputs.rate);
      weights.assign(inputs.rate);
      return {};
    });
    await expect(assigned.run({ rate })).rejects.toThrow(
      `Cannot record "AssignVariableOp": ${refusal}`,
    );
    tf.dispose([...zeros, weights, velocity, other, rate]);
  });

  it('refuses inputs and variables that share a tensor: later they would differ', async () => {
    const [x, start] = [tf.scalar(1), tf.scalar(2)];
    const refusal = 'expected inputs and variables with values of their own, got one tensor as';
    const sum = compile([], ({ a, b }: { a: tf.Scalar; b: tf.Scalar }) => ({ y: tf.add(a, b) }));
    await expect(sum.run({ a: x, b: x })).rejects.toThrow(
      `${refusal} "graph0_a:0" and "graph0_b:0"`,
    );
    const [one, two] = [tf.variable(start), tf.variable(start)];
    const both = compile([one, two], (_: { x: tf.Scalar }) => ({ y: tf.add(one, two) }));
    await expect(both.run({ x })).rejects.toThrow(
      `${refusal} "graph0_read_variable_0:0" and "graph0_read_variable_1:0"`,
    );
    tf.dispose([x, start, one, two]);
  });

  it('keeps nothing of a step that it refused', async () => {
    const { binding } = tf.backend() as NodeJSKernelBackend;
    const [x, stranger] = [tf.tensor1d([1, 2]), tf.tensor1d([3])];
    tf.dispose([tf.neg(x), tf.neg(stranger)]); // now TensorFlow holds both
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    const step = compile([], (inputs: { x: tf.Tensor1D }) => ({
      y: tf.neg(inputs.x),
      z: tf.clone(stranger),
    }));
    for (let round = 0; round < 3; round++) {
      await expect(step.run({ x })).rejects.toThrow('got another one');
    }
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
    tf.dispose([x, stranger]);
    step.dispose();
  });

  it('tells how long each op took', async () => {
    const x = tf.ones([64, 64]) as tf.Tensor2D;
    const step = compile([], (inputs: { x: tf.Tensor2D }) => ({
      y: tf.matMul(inputs.x, inputs.x),
    }));
    const times = await step.trace({ x });
    expect(times.some(({ op }) => /MatMul/.test(op))).toBe(true);
    expect(times.every(({ microseconds }) => microseconds >= 0)).toBe(true);
    x.dispose();
    step.dispose();
  });
});
