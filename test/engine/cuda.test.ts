import { describe, expect, it } from 'vitest';
import type { EngineChoice } from '../../src/engine/choose.js';
import { createModel } from '../../src/model/model.js';
import { createTrainer } from '../../src/train/step.js';
import { startTestEngine } from '../model/start-test-engine.js';
import { tinyArchitecture, tinyBatch, tinyPreprocessing } from '../model/tiny-model.js';

async function losses(choice: EngineChoice): Promise<number[]> {
  await startTestEngine(choice);
  const model = createModel(tinyArchitecture, { seed: 1, backbone: null });
  const trainer = createTrainer(model, { seed: 1, preprocessing: tinyPreprocessing });
  const found: number[] = [];
  for (let step = 0; step < 3; step++) {
    found.push((await trainer.step(tinyBatch(8, step), step, 1e-4, 0.9)).loss);
  }
  trainer.dispose();
  model.dispose();
  return found;
}

describe('training on CUDA', () => {
  it('has the losses of the wasm engine over three compiled steps', async (context) => {
    const { name, device } = await startTestEngine();
    context.skip(device !== 'CUDA', `needs a CUDA device: here is the ${name} engine on ${device}`);
    const [cuda, wasm] = [await losses('native'), await losses('wasm')];
    for (const [step, loss] of wasm.entries()) {
      // TensorFlow lets convolutions on such devices use TF32, with 10 bits: 2^-11 each product.
      expect(Math.abs((cuda[step] as number) - loss)).toBeLessThan(5e-3 * loss);
    }
  });
});
