// Speed of ResNet-50's training step (forward, backward, update; no loading of patches) on the native
// engine, in turn with the same step in PyTorch, on the processor. Run it after `npm run build`:
//
//   node bench/training-step.mjs [--rounds 5] [--steps 5] [--batch-size 64] [--crop 49]
//     [--stride v1.5] [--python python3] [--no-torch]
//
// A round is some steps of the one and as many of the other, so that both meet the same neighbours on
// a shared machine: compare within a round. The first round, a warm-up, is not counted.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEngine } from '../dist/src/engine/choose.js';
import { createModel } from '../dist/src/model/model.js';
import { silentTerminal } from '../dist/src/terminal.js';
import { createTrainer } from '../dist/src/train/step.js';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '5' },
    'batch-size': { type: 'string', default: '64' },
    crop: { type: 'string', default: '49' },
    stride: { type: 'string', default: 'v1.5' },
    python: { type: 'string', default: 'python3' },
    'no-torch': { type: 'boolean', default: false },
  },
});
const steps = Number(flags.steps);
const size = Number(flags['batch-size']);
const cropPx = Number(flags.crop);

const histo = await openHisto();
const torch = flags['no-torch'] ? null : await openTorch();
console.log(`histo on ${histo.name}, PyTorch ${torch?.name ?? 'left out'}`);
console.log(`ResNet-50 ${flags.stride}, ${cropPx} px, batch ${size}, float32; patches a second`);
console.log('round   histo  PyTorch   ratio');
const rounds = [];
for (let round = 0; round <= Number(flags.rounds); round++) {
  const ours = (steps * size) / (await histo.run(steps));
  const theirs = torch === null ? Number.NaN : (steps * size) / (await torch.run(steps));
  if (round === 0) continue;
  rounds.push([ours, theirs, ours / theirs]);
  printRow(String(round), rounds.at(-1));
}
const columns = [0, 1, 2].map((column) => rounds.map((row) => row[column]));
printRow('median', columns.map(median));
// The least disturbed round of each: what to look at where others use the machine meanwhile.
const best = columns.slice(0, 2).map((speeds) => Math.max(...speeds));
printRow('best', [...best, best[0] / best[1]]);
torch?.close();

async function openHisto() {
  const engine = await startEngine('native', silentTerminal);
  const architecture = {
    width: 64,
    blocks: [3, 4, 6, 3],
    stride: flags.stride,
    hiddenUnits: 512,
    classes: 2,
    dropout: 0.5,
  };
  const model = createModel(architecture, { seed: 0, backbone: null });
  const trainer = createTrainer(model, { seed: 0 });
  const count = size * cropPx * cropPx * 3;
  const images = Float32Array.from({ length: count }, (_, at) => Math.sin(at * at));
  const labels = Int32Array.from({ length: size }, (_, at) => at % 2);
  let step = 0;
  const run = async (count) => {
    const start = performance.now();
    for (const end = step + count; step < end; step++) {
      await trainer.step({ images, labels, size, cropPx }, step, 1e-3, 0.9);
    }
    return (performance.now() - start) / 1000;
  };
  return { name: engine.version, run };
}

async function openTorch() {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'training-step.py');
  const options = ['--batch-size', size, '--crop', cropPx, '--stride', flags.stride];
  const all = [script, ...options, '--threads', availableParallelism()].map(String);
  const child = spawn(flags.python, all, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${flags.python} ended with exit code ${code}`)));
  });
  failed.catch(() => {}); // thrown where an answer is awaited
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => (await Promise.race([lines.next(), failed])).value;
  const run = async (count) => {
    child.stdin.write(`${count}\n`);
    return Number(await answer());
  };
  return { name: await answer(), run, close: () => child.stdin.end() };
}

function printRow(name, figures) {
  const [ours, theirs, ratio] = figures;
  const cells = [ours.toFixed(1).padStart(8), theirs.toFixed(1).padStart(9)];
  console.log(`${name.padEnd(6)}${cells.join('')}${ratio.toFixed(2).padStart(8)}`);
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
