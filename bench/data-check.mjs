// Speed and soundness of `histo data check`: reading, looking at and comparing patches whose decoded
// pixels are in the disk cache, in one process. Run it after `npm run build`:
//
//   node bench/data-check.mjs --labels train_labels.csv --images train [--patches 220025] [--planted 1000]
//
// With --patches the set is made that large: beyond the first round, each patch is shown blended with
// another one of some contrast, at shares drawn anew, so that none repeats another though many are
// alike. The last --planted ones are turned copies of others, each value moved by up to 6 levels. The
// bench says how many of them are found, and how many pairs are found that were not planted.
// The pack goes to a temporary folder (6.1 GB for 220,025 patches of 96 px) and is deleted at the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { examinePatch } from '../dist/src/check/examine-patch.js';
import { findTwins } from '../dist/src/check/find-twins.js';
import { fingerprintBytes } from '../dist/src/check/fingerprint.js';
import { patchQuality } from '../dist/src/check/patch-quality.js';
import { turnedCells } from '../dist/src/check/turns.js';
import { readLabels } from '../dist/src/data/labels.js';
import { PatchPack } from '../dist/src/data/patch-pack.js';
import { prefetch } from '../dist/src/data/prefetch.js';
import { readPatch } from '../dist/src/data/read-patch.js';
import { randomStream } from '../dist/src/rng.js';

const { values: flags } = parseArgs({
  options: {
    labels: { type: 'string' },
    images: { type: 'string' },
    patches: { type: 'string' },
    planted: { type: 'string', default: '1000' },
  },
});
const never = new AbortController().signal;
const folder = await mkdtemp(join(tmpdir(), 'histo-bench-'));
try {
  const labelled = await readLabels({ ...flags, groupColumn: null, limit: null });
  const real = [];
  for await (const patch of prefetch(labelled, ({ path }) => readPatch(path), 32, never)) {
    real.push(patch);
  }
  const marked = real.filter((patch) => patchQuality(patch).variance > 1000);
  const count = Number(flags.patches ?? real.length);
  const planted = Number(flags.planted);
  const pack = await PatchPack.create(join(folder, 'pack'), count, real[0]);
  for (let row = 0; row < count; row++) {
    const isCopy = row >= count - planted;
    await pack.write(
      row,
      isCopy ? copyOf(await pack.read(row - planted), row) : drawn(real, marked, row),
    );
  }
  await measure(pack, count, planted);
  await pack.close();
} finally {
  await rm(folder, { recursive: true });
}

async function measure(pack, count, planted) {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const fingerprints = new Uint8Array(count * fingerprintBytes);
  let blank = 0;
  let row = 0;
  const rows = Array(count).keys();
  for await (const patch of prefetch(rows, (index) => pack.read(index), 32, never)) {
    const { fingerprint, flaws } = examinePatch(patch);
    fingerprints.set(fingerprint, fingerprintBytes * row++);
    if (flaws.some(({ kind }) => kind === 'blank')) blank++;
  }
  const lookedMs = performance.now();
  const lookedCpu = process.cpuUsage(startCpu);
  const groups = findTwins(fingerprints);
  const endMs = performance.now();
  const cpu = process.cpuUsage(startCpu);
  const processor = ({ user, system }) => (user + system) / 1000;
  const isPlanted = ({ first, second }) => second - first === planted && second >= count - planted;
  const found = groups.flatMap(({ pairs }) => pairs).filter(isPlanted).length;
  const pairs = groups.reduce((sum, group) => sum + group.pairs.length, 0);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  console.log(`${count} patches, ${blank} of them blank, Node ${process.version}`);
  const [looking, all] = [processor(lookedCpu), processor(cpu)];
  console.log(`looked at in ${seconds(lookedMs - startMs)} (processor ${seconds(looking)})`);
  console.log(`compared in ${seconds(endMs - lookedMs)} (processor ${seconds(all - looking)})`);
  console.log(`${found} of ${planted} planted twins found, ${pairs - found} other pairs`);
  for (const pair of groups
    .flatMap(({ pairs }) => pairs)
    .filter((one) => !isPlanted(one))
    .slice(0, 10)) {
    console.log(
      `  rows ${pair.first} and ${pair.second}, ${pair.turn}, ${pair.distance.toFixed(2)} levels apart`,
    );
  }
  console.log(`resident memory ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
}

/** The patch itself in the first round, later blended with another one. */
function drawn(real, marked, row) {
  const patch = real[row % real.length];
  if (row < real.length) return patch;
  const random = randomStream(0, row);
  const round = Math.floor(row / real.length); // each brings the patch together with another one
  const at = (row + 7919 * round) % marked.length;
  const other = (marked[at] === patch ? marked[(at + 1) % marked.length] : marked[at]).pixels;
  const share = 0.6 + 0.1 * random.nextUniform(); // never that of the two the other way round
  const pixels = new Uint8Array(other.length);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = share * patch.pixels[at] + (1 - share) * other[at];
  }
  return { ...patch, pixels };
}

/** The patch turned, each value moved by up to 6 levels. */
function copyOf(patch, row) {
  const cells = turnedCells(patch.widthPx)[row % 8];
  const random = randomStream(1, row);
  const pixels = new Uint8ClampedArray(patch.pixels.length);
  for (const [cell, origin] of cells.entries()) {
    const moved = (random.nextUint32() % 13) - 6;
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * cell + channel] = patch.pixels[3 * origin + channel] + moved;
    }
  }
  return { ...patch, pixels: new Uint8Array(pixels) };
}
