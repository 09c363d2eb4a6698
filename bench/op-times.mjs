// What a training step or a batch of scoring is made of: the time of every op of the recorded graph, as
// TensorFlow's tracer tells it, summed by kind of op, and the longest single ones. Run it after
// `npm run build`:
//
//   node bench/op-times.mjs [--work train] [--precision float32] [--batch-size 64] [--crop 49]
//     [--stride v1.5] [--runs 5] [--nodes 15]
//
// Ops run side by side, so their sum is more than the wall time: it is what the cores spend.
import { parseArgs } from 'node:util';
import { cropSteps } from '../dist/src/data/augment.js';
import { startEngine } from '../dist/src/engine/choose.js';
import { architectureOf } from '../dist/src/model/architecture.js';
import { createModel } from '../dist/src/model/model.js';
import { imageNet } from '../dist/src/model/preprocess.js';
import { createScorer } from '../dist/src/model/scorer.js';
import { silentTerminal } from '../dist/src/terminal.js';
import { createTrainer } from '../dist/src/train/step.js';

const { values: flags } = parseArgs({
  options: {
    work: { type: 'string', default: 'train' },
    precision: { type: 'string', default: 'float32' },
    'batch-size': { type: 'string', default: '64' },
    crop: { type: 'string', default: '49' },
    stride: { type: 'string', default: 'v1.5' },
    runs: { type: 'string', default: '5' },
    nodes: { type: 'string', default: '15' },
  },
});
const [size, cropPx, runs] = [flags['batch-size'], flags.crop, flags.runs].map(Number);
const engine = await startEngine('native', silentTerminal);
const options = { stride: flags.stride, hiddenUnits: 512, dropout: 0.5 };
const model = createModel(architectureOf('resnet50', options), { seed: 0, backbone: null });
const sizePx = Math.max(96, cropPx);
const patch = { widthPx: sizePx, heightPx: sizePx };
const batch = {
  pixels: Uint8Array.from(
    { length: 3 * size * sizePx * sizePx },
    (_, at) => 128 * (1 + Math.sin(at * at)),
  ),
  steps: Int32Array.from(cropSteps(null, patch, cropPx)),
  labels: Int32Array.from({ length: size }, (_, at) => at % 2),
  size,
  ...patch,
};
const preprocessing = { cropPx, channels: 'rgb', ...imageNet };
const trace = flags.work === 'train' ? training() : scoring();

await trace(); // records
const ops = new Map();
const nodes = new Map();
for (let run = 0; run < runs; run++) {
  for (const { op, node, microseconds } of await trace()) {
    add(ops, op, microseconds);
    add(nodes, `${op} ${node}`, microseconds);
  }
}
const total = [...ops.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
console.log(
  `${flags.work} in ${flags.precision}, ${cropPx} px, batch ${size}, ${engine.version}: ${(total / runs / 1000).toFixed(1)} ms of processor time`,
);
print(ops, 25);
console.log();
print(nodes, Number(flags.nodes));

function training() {
  const trainer = createTrainer(model, { seed: 0, preprocessing, precision: flags.precision });
  return () => trainer.trace(batch);
}

function scoring() {
  const scorer = createScorer(model, preprocessing, { precision: flags.precision });
  return () => scorer.trace(batch);
}

function add(sums, name, microseconds) {
  const sum = sums.get(name) ?? { microseconds: 0, count: 0 };
  sums.set(name, { microseconds: sum.microseconds + microseconds, count: sum.count + 1 });
}

function print(sums, most) {
  const sorted = [...sums].toSorted(([, a], [, b]) => b.microseconds - a.microseconds);
  for (const [name, { microseconds, count }] of sorted.slice(0, most)) {
    const ms = (microseconds / runs / 1000).toFixed(1).padStart(8);
    const share = `${((100 * microseconds) / total).toFixed(1)} %`.padStart(8);
    console.log(`${ms} ms ${share} ${String(count / runs).padStart(5)}  ${name}`);
  }
}
