// Speed and memory of the loader: batches of shuffled patches and what chance does to them, epoch by epoch,
// from decoded patches that are kept as `--cache` says. Run it after `npm run build`:
//
//   node bench/loader.mjs --labels train_labels.csv --images train [--patches 220025]
//     [--cache disk] [--epochs 3] [--batch-size 64] [--crop 49]
//
// With --patches the set is made that large by links to its files, each of which counts as a file of
// its own. Links and pack go to a temporary folder (of 6.1 GB for 220,025 patches of 96 px) and are
// deleted at the end. The last epoch is followed by another run, which finds the pack.
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { countBatches, readBatches } from '../dist/src/data/batches.js';
import { keepPatches } from '../dist/src/data/keep-patches.js';
import { readLabels } from '../dist/src/data/labels.js';

const { values: flags } = parseArgs({
  options: {
    labels: { type: 'string' },
    images: { type: 'string' },
    patches: { type: 'string' },
    cache: { type: 'string', default: 'disk' },
    epochs: { type: 'string', default: '3' },
    'batch-size': { type: 'string', default: '64' },
    crop: { type: 'string', default: '49' },
  },
});
const batchSize = Number(flags['batch-size']);
const never = new AbortController().signal;
const folder = await mkdtemp(join(tmpdir(), 'histo-bench-'));
process.env.HISTO_CACHE = join(folder, 'cache');
try {
  const patches = await repeated(await readLabels({ ...flags, groupColumn: null, limit: null }));
  console.log(
    `${patches.length} patches, ${flags.crop} px, batch ${batchSize}, ${availableParallelism()} threads, Node ${process.version}`,
  );
  console.log('resident memory in MB: before, at a quarter, half, three quarters and the end');
  console.log('run epoch  patches/s  longest wait of the event loop  resident memory');
  await run(patches, 1, Number(flags.epochs));
  await run(patches, 2, 1);
} finally {
  await rm(folder, { recursive: true });
}

async function run(patches, number, epochs) {
  const paths = patches.map(({ path }) => path);
  const startMs = performance.now();
  const kept = await keepPatches(flags.cache, paths, { signal: never, onNotice: console.log });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${number}   opened in ${seconds} s: ${kept.place}`);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { rate, waitMs, memory } = await measure(patches, epoch, kept.read);
    const cells = [String(epoch).padEnd(5), rate.toFixed(0).padStart(10)];
    console.log(`${number}   ${cells.join('')}  ${waitMs.toFixed(0).padStart(27)} ms  ${memory}`);
  }
  const closeMs = performance.now();
  await kept.close();
  console.log(`${number}   closed in ${((performance.now() - closeMs) / 1000).toFixed(1)} s`);
}

async function measure(patches, epoch, read) {
  const options = {
    batchSize,
    cropPx: Number(flags.crop),
    seed: 0,
    epoch,
    shuffle: true,
    augmentation: { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 },
    read,
    onNotice: console.log,
  };
  const batches = countBatches(patches.length, batchSize);
  const looks = [0.25, 0.5, 0.75, 1].map((share) => Math.round(share * batches));
  const memory = [residentMegabytes()];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const startMs = performance.now();
  delay.enable();
  let done = 0;
  for await (const _ of readBatches(patches, options)) {
    if (looks.includes(++done)) memory.push(residentMegabytes());
  }
  delay.disable();
  const rate = patches.length / ((performance.now() - startMs) / 1000);
  return { rate, waitMs: delay.max / 1e6, memory: memory.join(' ') };
}

/** Links to the patches, as many as are wanted; the patches themselves if nothing is. */
async function repeated(patches) {
  if (flags.patches === undefined) return patches;
  const links = join(folder, 'patches');
  await mkdir(links);
  const many = [];
  for (let index = 0; index < Number(flags.patches); index++) {
    const { path, label } = patches[index % patches.length];
    const link = join(links, `${index}`);
    await symlink(resolve(path), link);
    many.push({ id: String(index), path: link, label });
  }
  return many;
}

function residentMegabytes() {
  return Math.round(process.memoryUsage.rss() / 1e6);
}
