import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.js';
import { type SyntheticData, writeSyntheticPatches } from '../data/synthetic.js';
import { installEngine } from '../engine/install/install.js';
import { findInstalledEngine } from '../engine/native/folders.js';
import { codeOf, messageOf, UserError } from '../errors.js';
import type { Terminal } from '../terminal.js';
import { type EvaluationReport, evaluate } from './score/evaluate.js';
import { train } from './train/train.js';

/** What the demo made. */
export interface DemoSummary {
  readonly data: SyntheticData;
  /** The run folder. */
  readonly run: string;
  /** Folder of metrics.json and predictions.csv on the held-back patches. */
  readonly evaluation: string;
  readonly report: EvaluationReport;
  readonly seconds: number;
}

const patchCounts = { train: 1200, test: 400, seed: 0 };
const marker = '.histo-demo'; // what a folder must hold for the demo to replace what it made there
const madeNames = ['train', 'train_labels.csv', 'test', 'test_labels.csv', 'run', 'evaluation'];

/**
 * The whole way on a small set of synthetic patches: engine, patches, training, evaluation on
 * patches that were held back.
 *
 * @param folder Made if it is missing; a demo that is already there is replaced, other files stay.
 * @throws {UserError} If the folder holds something else and no demo, or cannot be written to.
 */
export async function demo(
  folder: string,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<DemoSummary> {
  await clearFolder(folder);
  await ensureEngine(terminal, interruption);
  const startedMs = performance.now();
  terminal.note(`Drawing ${patchCounts.train + patchCounts.test} synthetic patches in "${folder}"`);
  const data = await writeSyntheticPatches(folder, patchCounts, interruption);
  const run = join(folder, 'run');
  const flags = { labels: data.trainLabels, images: data.trainImages };
  const config = { preset: 'demo', configFile: null, flags };
  await train({ folder: run, resume: false, config }, terminal, interruption);
  const evaluation = join(folder, 'evaluation');
  const { report } = await evaluate(
    {
      checkpoint: run,
      ensemble: [],
      tta: null,
      labels: data.testLabels,
      images: data.testImages,
      groupColumn: null,
      thresholds: [],
      limit: null,
      allowLeakage: false,
      onBadPatch: 'fail',
      batchSize: 64,
      precision: 'float32',
      engine: 'auto',
      baseline: null,
      out: evaluation,
      png: false,
    },
    terminal,
    interruption,
  );
  return { data, run, evaluation, report, seconds: (performance.now() - startedMs) / 1000 };
}

/** Removes what an earlier demo made in the folder. */
async function clearFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.length > 0 && !names.includes(marker)) {
    throw new UserError(
      `Cannot write the demo into "${folder}": expected an empty folder or that of an earlier demo, got one with ${names.length} other files; name another folder`,
    );
  }
  const text = `Made by "histo demo", which replaces ${madeNames.join(', ')} in this folder\n`;
  await writeFileAtomically(join(folder, marker), [text]);
  for (const name of madeNames) await rm(join(folder, name), { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return [];
    const got = code === 'ENOTDIR' ? 'a file' : messageOf(error);
    throw new UserError(
      `Cannot write the demo into "${folder}": expected an empty folder or that of an earlier demo, got ${got}; name another folder`,
      { cause: error },
    );
  }
}

/** Installs the native engine if there is none; without network the demo goes on without it. */
async function ensureEngine(terminal: Terminal, signal: AbortSignal): Promise<void> {
  if ((await findInstalledEngine()) !== null) return;
  try {
    await installEngine({ build: 'cpu', version: null, from: null }, terminal, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.note(error.message);
  }
}
