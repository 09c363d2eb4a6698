// The work of pytorch.mjs in histo, driven by it over standard input, as pytorch.py is.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cropSteps } from '../dist/src/data/augment.js';
import { startEngine } from '../dist/src/engine/choose.js';
import { architectureOf } from '../dist/src/model/architecture.js';
import { createModel } from '../dist/src/model/model.js';
import { imageNet } from '../dist/src/model/preprocess.js';
import { createScorer } from '../dist/src/model/scorer.js';
import { silentTerminal } from '../dist/src/terminal.js';
import { createTrainer } from '../dist/src/train/step.js';

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
const options = { stride: flags.stride, hiddenUnits: 512, dropout: 0.5 };
const model = createModel(architectureOf('resnet50', options), { seed: 0, backbone: null });
const sizePx = Math.max(96, cropPx);
const patch = { widthPx: sizePx, heightPx: sizePx };
const pixels = Uint8Array.from(
  { length: 3 * size * sizePx * sizePx },
  (_, at) => 128 * (1 + Math.sin(at * at)),
);
const patches = { pixels, steps: Int32Array.from(cropSteps(null, patch, cropPx)), size, ...patch };
const preprocessing = { cropPx, channels: 'rgb', ...imageNet };
const labels = Int32Array.from({ length: size }, (_, at) => at % 2);
const batches = flags.work === 'train' ? training() : scoring();
console.log(engine.version);
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  await batches(Number(line));
  const seconds = (performance.now() - start) / 1000;
  console.log(seconds, 1024 * process.resourceUsage().maxRSS);
}

function training() {
  const trainer = createTrainer(model, { seed: 0, preprocessing, precision: flags.precision });
  let step = 0;
  return async (count) => {
    for (const end = step + count; step < end; step++) {
      await trainer.step({ ...patches, labels }, step, 1e-3, 0.9);
    }
  };
}

/** As in `histo eval`, two batches at a time. */
function scoring() {
  const scorer = createScorer(model, preprocessing, { precision: flags.precision });
  return async (count) => {
    let before = Promise.resolve();
    for (let batch = 0; batch < count; batch++) {
      const next = scorer.score(patches);
      await before;
      before = next;
    }
    await before;
  };
}
