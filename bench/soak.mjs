// Long runs, watched: tensors, TensorFlow's handles, resident memory and open files, at the start, in
// the middle and at the end of 2,000 steps of the demo's small network, of 300 steps of ResNet-50 (both
// as `histo train` does them: an epoch after the other, each with a validation and checkpoints), and of
// 20 evaluations with their reports and plots. Each in a process of its own:
//
//   npm run soak [-- --labels train_labels.csv --images train] [--only tiny|resnet50|evaluations]
//
// Without patches it draws some. A round is an epoch or an evaluation: at its end tensors, TensorFlow's
// handles and open files are counted, and its resident memory is the mean of what was read every 20 ms.
// The first fifth of the rounds warms up (graphs are recorded, functions compiled, pools of memory
// taken); start, middle and end are thirds of the others: start the first, end the last. Exits 1 if
// tensors, handles or open files differ between any two rounds after the warm-up, or if the resident
// memory in the middle or at the end is more than 2 % above that of the start.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeSyntheticPatches } from '../dist/src/data/synthetic.js';
import { evaluate } from '../dist/src/recipes/score/evaluate.js';
import { train } from '../dist/src/recipes/train/train.js';
import { silentTerminal } from '../dist/src/terminal.js';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core');
const text = { type: 'string' };
const { values: flags } = parseArgs({
  options: { labels: text, images: text, only: text, folder: text },
});
const never = new AbortController().signal;
const parts = {
  tiny: () => trained({ preset: 'demo', batchSize: 16, epochs: 20, limit: 2000 }),
  resnet50: () => trained({ preset: 'default', batchSize: 16, epochs: 10, limit: 600 }),
  evaluations,
};

if (flags.folder === undefined) await all();
else process.send(await parts[flags.only]());

/** Every part in a process of its own, over the same patches. */
async function all() {
  const folder = await mkdtemp(join(tmpdir(), 'histo-soak-'));
  try {
    const { labels, images } = flags.labels === undefined ? await drawn(folder) : flags;
    const faults = [];
    for (const only of flags.only === undefined ? Object.keys(parts) : [flags.only]) {
      const child = ['--only', only, '--folder', folder, '--labels', labels, '--images', images];
      faults.push(...judged(only, await samplesOf(child)));
    }
    for (const fault of faults) console.log(fault);
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function drawn(folder) {
  const data = await writeSyntheticPatches(folder, { train: 2000, test: 0, seed: 0 });
  return { labels: data.trainLabels, images: data.trainImages };
}

function samplesOf(args) {
  const child = fork(import.meta.filename, args);
  return new Promise((done, fail) => {
    child.once('message', done);
    child.once('exit', (code) => fail(new Error(`Cannot soak: expected exit 0, got ${code}`)));
  });
}

/** A run, counted at the end of every epoch. */
async function trained({ preset, ...settings }) {
  const watched = watch();
  const note = (line) => {
    if (line.startsWith('epoch')) watched.count();
  };
  const { labels, images } = flags;
  const fixed = { labels, images, weights: 'none', stride: 'v1.5', precision: 'float32' };
  await train(
    {
      folder: join(flags.folder, `run-${flags.only}`),
      resume: false,
      config: { preset, configFile: null, flags: { ...fixed, ...settings } },
    },
    { ...silentTerminal, note },
    never,
  );
  return watched.end();
}

/** 20 evaluations of a run, counted after each. */
async function evaluations() {
  await trained({ preset: 'demo', batchSize: 32, epochs: 1, limit: 400 });
  const watched = watch();
  for (let round = 0; round < 20; round++) {
    await evaluate(
      {
        checkpoint: join(flags.folder, `run-${flags.only}`),
        ensemble: [],
        tta: null,
        labels: flags.labels,
        images: flags.images,
        groupColumn: null,
        thresholds: [],
        limit: null,
        allowLeakage: true,
        onBadPatch: 'fail',
        batchSize: 64,
        precision: 'float32',
        engine: 'auto',
        baseline: null,
        out: join(flags.folder, 'evaluation'),
        png: true,
      },
      silentTerminal,
      never,
    );
    watched.count();
  }
  return watched.end();
}

/** Reads the resident memory all the time, and counts when it is told to. */
function watch() {
  const counts = [];
  let resident = [];
  const timer = setInterval(() => resident.push(process.memoryUsage.rss()), 20);
  return {
    count: () => {
      const tensors = tf.memory().numTensors;
      const handles = tf.backend().binding?.getNumOfTensors() ?? 0;
      const files = readdirSync('/proc/self/fd').length;
      counts.push({ tensors, handles, files, resident: mean(resident) });
      resident = [];
    },
    end: () => {
      clearInterval(timer);
      return counts;
    },
  };
}

/** Prints a part's rounds, and gives back what is not as it should be. */
function judged(name, rounds) {
  const warm = rounds.slice(Math.floor(rounds.length / 5));
  const window = Math.floor(warm.length / 3);
  const windows = {
    start: 0,
    middle: Math.floor((warm.length - window) / 2),
    end: warm.length - window,
  };
  const rows = Object.entries(windows).map(([when, at]) => {
    const some = warm.slice(at, at + window);
    const of = (key) => median(some.map((round) => round[key]));
    return {
      when,
      tensors: of('tensors'),
      handles: of('handles'),
      files: of('files'),
      resident: mean(some.map((round) => round.resident)),
    };
  });
  console.log(
    `${name}: ${rounds.length} rounds, the first ${rounds.length - warm.length} to warm up`,
  );
  console.log('        tensors  handles  open files  resident MB');
  for (const { when, tensors, handles, files, resident } of rows) {
    const cells = [String(tensors).padStart(7), String(handles).padStart(7)];
    const shown = [String(files).padStart(10), (resident / 1e6).toFixed(1).padStart(11)];
    console.log(`${when.padEnd(6)}  ${[...cells, ...shown].join('  ')}`);
  }
  console.log(
    `resident MB of every round: ${rounds.map((round) => Math.round(round.resident / 1e6)).join(' ')}`,
  );
  const faults = [];
  for (const key of ['tensors', 'handles', 'files']) {
    const seen = warm.map((round) => round[key]);
    if (new Set(seen).size > 1)
      faults.push(`${name}: expected as many ${key} in every round, got ${seen.join(' ')}`);
  }
  for (const { when, resident } of rows.slice(1)) {
    const growth = resident / rows[0].resident - 1;
    if (growth > 0.02)
      faults.push(
        `${name}: expected resident memory within 2 % of the start, got ${(100 * growth).toFixed(1)} % more at the ${when}`,
      );
  }
  return faults;
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
