import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, it } from 'vitest';
import { createModel } from '../../src/model/model.js';
import { trainingLogits } from '../../src/model/forward.js';
import { crossEntropy, oneHotLabels } from '../../src/train/cross-entropy.js';
import { randomStream } from '../../src/rng.js';
import { startEngines } from './ops/start-engines.js';
beforeAll(startEngines);
it('x', async () => {
  const all: any = {};
  for (const backend of ['cpu', 'tensorflow', 'wasm', 'perturbed']) {
    await tf.setBackend(backend === 'perturbed' ? 'tensorflow' : backend);
    const model = createModel({ width: 8, blocks: [1, 1, 1, 1], stride: 'v1.5', hiddenUnits: 16, classes: 2, dropout: 0.5 }, { seed: 1, backbone: null });
    if (backend === 'perturbed') for (const v of model.trainable.values()) v.assign(tf.mul(v, tf.add(1, tf.randomUniform(v.shape, -1e-6, 1e-6))));
    const random = randomStream(7);
    const images = tf.tensor4d(Float32Array.from({ length: 6 * 33 * 33 * 3 }, () => random.nextUniform() - 0.5), [6, 33, 33, 3]);
    const { value, grads } = tf.variableGrads(() => crossEntropy(trainingLogits(model, images, [1, 0], new Map()), oneHotLabels([0, 1, 0, 1, 0, 1], 2)), [...model.trainable.values()]);
    all[backend] = { loss: value.dataSync()[0], g: new Map([...model.trainable].map(([n, v]) => [n, (grads[v.name] as tf.Tensor).dataSync()])) };
    if (backend !== 'cpu') {
      let worst: [string, number][] = [];
      for (const [n, g] of all[backend].g) { const r = all.cpu.g.get(n); let d = 0, s = 0; g.forEach((v: number, i: number) => { d += (v - r[i]) ** 2; s += r[i] ** 2; }); worst.push([n, Math.sqrt(d / s)]); }
      worst.sort((a, b) => b[1] - a[1]); console.log(backend, all[backend].loss, all.cpu.loss, worst.slice(0, 6));
    }
  }
}, 600000);
