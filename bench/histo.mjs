// The work of pytorch.mjs in histo, driven by it over standard input, as pytorch.py is.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startEngine } from '../dist/src/engine/choose.js';
import { createModel } from '../dist/src/model/model.js';
import { createScorer } from '../dist/src/model/scorer.js';
import { silentTerminal } from '../dist/src/terminal.js';
import { createTrainer } from '../dist/src/train/step.js';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core');

const text = { type: 'string' };
const { values: flags } = parseArgs({
  options: {
    work: text,
    precision: text,
    'batch-size': text,
    crop: text,
    stride: text,
    threads: text, // TensorFlow takes as many as there are
  },
});
const [size, cropPx] = [Number(flags['batch-size']), Number(flags.crop)];
const engine = await startEngine('native', silentTerminal);
const blocks = [3, 4, 6, 3];
const model = createModel(
  { width: 64, blocks, stride: flags.stride, hiddenUnits: 512, classes: 2, dropout: 0.5 },
  { seed: 0, backbone: null },
);
const images = Float32Array.from({ length: size * cropPx * cropPx * 3 }, (_, at) =>
  Math.sin(at * at),
);
const labels = Int32Array.from({ length: size }, (_, at) => at % 2);
const batch = flags.work === 'train' ? trainingStep() : scoringStep();
console.log(engine.version);
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  for (let count = Number(line); count > 0; count--) await batch();
  const seconds = (performance.now() - start) / 1000;
  console.log(seconds, 1024 * process.resourceUsage().maxRSS);
}

function trainingStep() {
  const trainer = createTrainer(model, { seed: 0, precision: flags.precision });
  let step = 0;
  return () => trainer.step({ images, labels, size, cropPx }, step++, 1e-3, 0.9);
}

function scoringStep() {
  const scorer = createScorer(model, flags.precision);
  return async () => {
    const pixels = tf.tensor4d(images, [size, cropPx, cropPx, 3]);
    await scorer.score(pixels);
    pixels.dispose();
  };
}
