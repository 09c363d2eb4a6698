import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../atomic-file.js';
import { skippedPatchSchema } from '../../checkpoint/card.js';
import { type Config, configSchema } from '../../config/schema.js';
import type { SkippedPatch } from '../../data/bad-patches.js';
import type { Engine } from '../../engine/choose.js';
import { UserError } from '../../errors.js';
import { fileFault } from '../../file-fault.js';
import { parseJson } from '../../parse-json.js';
import { readBounded } from '../../read-bounded.js';
import { histoVersion } from '../../version.js';
import type { StartedFrom } from './starting-weights.js';

/** The files of a run. */
export interface RunFolder {
  readonly path: string;
  readonly config: string;
  readonly log: string;
  readonly logJson: string;
  readonly steps: string;
  readonly best: string;
  readonly last: string;
  readonly validPredictions: string;
  /** Held while a process writes into the folder. */
  readonly lock: string;
}

/** What a run was computed by. */
export interface RunEngine extends Engine {
  /** The processor and the cores of it that the process may use. */
  readonly processor: string;
}

/** What `config.json` of a run holds, written before step 1. */
export interface RunRecord {
  readonly config: Config;
  /** What it ran on, in this order; more than one if it was resumed on another. */
  readonly engines: readonly RunEngine[];
  /** What it started from; null: random weights. Absent: of histo 0.1. */
  readonly weights?: StartedFrom | null;
  readonly dataDigest: string;
  readonly split: string;
  /** Patches that could not be used before step 1; a resumed run is without them too. Absent: of histo 0.1. */
  readonly skipped?: readonly SkippedPatch[];
}

/** Keys of the config may be those of another version: `resumedConfig` holds them to this one's. */
const recordSchema = z.object({
  config: configSchema.partial().loose(),
  engines: z.array(
    z.object({
      name: z.enum(['native', 'wasm']),
      device: z.enum(['CPU', 'CUDA']),
      version: z.string(),
      processor: z.string().default('unknown'), // not in records of histo 0.1
    }),
  ),
  weights: z
    .object({ name: z.string().nullable(), file: z.string(), sha256: z.string() })
    .nullable()
    .optional(),
  dataDigest: z.string(),
  split: z.string(),
  skipped: z.array(skippedPatchSchema).optional(),
});

const mostBytes = 2 ** 24; // with thousands of skipped patches

const platformName = `${process.platform}-${process.arch}`;

export function runFolder(path: string): RunFolder {
  return {
    path,
    config: join(path, 'config.json'),
    log: join(path, 'log.csv'),
    logJson: join(path, 'log.jsonl'),
    steps: join(path, 'steps.csv'),
    best: join(path, 'best.safetensors'),
    last: join(path, 'last.safetensors'),
    validPredictions: join(path, 'predictions-valid.csv'),
    lock: join(path, 'run.lock'),
  };
}

/** True once the run has a checkpoint to go on from. */
export function hasCheckpoint(run: RunFolder): boolean {
  return existsSync(run.last);
}

/** The run folder of a fold, counted from 1, in the folder of all folds. */
export function foldFolder(path: string, fold: number): RunFolder {
  return runFolder(join(path, `fold-${fold}`));
}

/** The folds that were begun in a folder, in their order; none where no folder can be read. */
export function foldsIn(path: string): RunFolder[] {
  const folds = namesIn(path).flatMap((name) => /^fold-([1-9]\d*)$/.exec(name)?.[1] ?? []);
  return folds
    .map(Number)
    .sort((a, b) => a - b)
    .map((fold) => foldFolder(path, fold))
    .filter((run) => existsSync(run.config));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (fileFault(error) === undefined) throw error;
    return []; // what is to be written there says why it cannot
  }
}

/**
 * A run that failed before its first checkpoint has nothing to lose, and may be started again.
 *
 * @throws {UserError} If the folder already holds a run's checkpoint, or folds that have one.
 */
export function refuseUsedFolder(run: RunFolder): void {
  const fold = foldsIn(run.path).find(hasCheckpoint);
  refuse(run, checkpointIn(run) ?? (fold && basename(fold.path)));
}

/** As `refuseUsedFolder`, for some folds of the folder; others may be there. */
export function refuseUsedFolds(path: string, folds: readonly number[]): void {
  const runs = folds.map((fold) => foldFolder(path, fold));
  for (const run of [runFolder(path), ...runs]) refuse(run, checkpointIn(run));
}

/**
 * A run's own figures and report have the names of an evaluation's, which thus belong in another folder.
 *
 * @throws {UserError} If the folder holds a run with a checkpoint.
 */
export function refuseRun(path: string): void {
  const run = runFolder(path);
  const held = checkpointIn(run);
  if (held === undefined || !existsSync(run.config)) return;
  throw new UserError(
    `Cannot write an evaluation into "${path}": expected a folder without a run, got one with ${held}, whose metrics.json and report.html would be replaced; choose another --out`,
  );
}

function checkpointIn({ last, best }: RunFolder): string | undefined {
  const checkpoint = [last, best].find((path) => existsSync(path));
  return checkpoint && basename(checkpoint);
}

function refuse(run: RunFolder, held: string | undefined): void {
  if (held === undefined) return;
  throw new UserError(
    `Cannot train into "${run.path}": expected a folder without a run, got one with ${held}; add --resume to go on with it, or choose another --out`,
  );
}

/** Saves the record of a new run. */
export async function writeRunRecord(run: RunFolder, record: RunRecord): Promise<void> {
  const versions = { histo: histoVersion, node: process.version, platform: platformName };
  const text = JSON.stringify({ ...record, versions }, null, 2);
  await writeFileAtomically(run.config, [`${text}\n`]);
}

/** @throws {UserError} If the folder holds no run, or its config.json cannot be read. */
export async function readRunRecord(run: RunFolder): Promise<RunRecord> {
  if (!existsSync(run.config)) {
    throw new UserError(
      `Cannot resume "${run.path}": expected a run with config.json, got none; leave --resume out to start one`,
    );
  }
  try {
    const text = (await readBounded(run.config, mostBytes)).toString('utf8');
    return recordSchema.parse(parseJson(text)) as RunRecord;
  } catch (error) {
    const got = fileFault(error) ?? 'got something else; start a new run in another folder';
    throw new UserError(
      `Cannot resume "${run.path}": expected the record of a run in config.json, ${got}`,
      { cause: error },
    );
  }
}
