import { existsSync } from 'node:fs';
import { type ConfigSources, resolveConfig } from '../../config/resolve.js';
import { resumedConfig } from '../../config/resume.js';
import type { Config } from '../../config/schema.js';
import { type MeanAndDeviation, meanAndDeviation } from '../../evaluate/mean-and-deviation.js';
import type { Terminal } from '../../terminal.js';
import { evaluationFiles } from '../report/write-report.js';
import {
  foldFolder,
  foldsIn,
  hasCheckpoint,
  type RunFolder,
  readRunRecord,
  refuseUsedFolds,
  runFolder,
} from './run-folder.js';
import { type TrainOptions, train } from './train.js';
import { readSummary, type TrainingSummary } from './training-summary.js';

/** What the folds of a cross-validation say, once all are trained. */
export interface FoldsSummary {
  readonly run: string;
  /** In their order, each on its own validation patches. */
  readonly folds: readonly TrainingSummary[];
  /** Over the folds that have a value; null if none has. */
  readonly roc_auc: MeanAndDeviation | null;
  readonly accuracy: MeanAndDeviation | null;
}

/**
 * Trains what the config asks for: one run; one fold, into `fold-I` of the run folder; or all folds one
 * after another. With `resume`, finished folds are left as they are, the one that was stopped goes on,
 * and missing ones are started with the settings of the others.
 *
 * @throws {UserError} As `train` does, or if the folder holds a run, or folds with other settings.
 * @throws {InterruptedError} After saving the fold that was under way.
 */
export async function trainFolds(
  options: TrainOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<TrainingSummary | FoldsSummary> {
  const config = options.resume ? await configToResume(options) : await newConfig(options);
  if (config === null || config.folds === null) return train(options, terminal, interruption);
  const summaries: TrainingSummary[] = [];
  const trained = foldsIn(options.folder).find(hasCheckpoint);
  let otherFold = trained === undefined ? undefined : await readRunRecord(trained);
  for (const fold of wantedFolds(config)) {
    const { precision, batchSize } = otherFold?.config ?? config; // one for all, as what they leave out
    const common = { ...config, precision, batchSize };
    const one = { ...options, ...(otherFold && { otherFold }) };
    summaries.push(await trainFold(fold, common, one, terminal, interruption));
    otherFold ??= await readRunRecord(foldFolder(options.folder, fold));
  }
  const [first] = summaries;
  if (config.fold !== null && first !== undefined) return first;
  return {
    run: options.folder,
    folds: summaries,
    roc_auc: meanAndDeviation(summaries.map(({ best }) => best.roc_auc)),
    accuracy: meanAndDeviation(summaries.map(({ best }) => best.accuracy)),
  };
}

/** Trains a fold from its start or from where it was stopped, unless it is finished. */
async function trainFold(
  fold: number,
  config: Config,
  options: TrainOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<TrainingSummary> {
  const folder = foldFolder(options.folder, fold);
  const resume = options.resume && existsSync(folder.config);
  const isReported = existsSync(evaluationFiles(folder.path).metrics); // a run's last file
  const finished = resume && isReported ? await readSummary(folder) : null;
  if (finished !== null) {
    terminal.note(`fold ${fold} of ${config.folds} is finished: ${folder.path}`);
    return finished;
  }
  const sources = resume ? withFold(options.config, fold) : sourcesOf({ ...config, fold });
  const resumable = config.fold === null ? options.folder : folder.path;
  const one = { ...options, folder: folder.path, resume, config: sources, resumable };
  return train(one, terminal, interruption);
}

function wantedFolds({ folds, fold }: Config): number[] {
  if (fold !== null) return [fold];
  return Array.from({ length: folds ?? 0 }, (_, index) => index + 1);
}

/** The config of new runs; folds that are there already must have the same. */
async function newConfig({ folder, config: sources }: TrainOptions): Promise<Config> {
  const config = await resolveConfig(sources);
  if (config.folds === null) return config;
  refuseUsedFolds(folder, wantedFolds(config));
  const trained = foldsIn(folder).find(hasCheckpoint);
  if (trained !== undefined) await commonConfig(trained, sourcesOf({ ...config, fold: null }));
  return config;
}

/** The config of the folds that are there; null where there are none, or a single run. */
async function configToResume({ folder, config }: TrainOptions): Promise<Config | null> {
  const [begun] = foldsIn(folder);
  if (begun === undefined || hasCheckpoint(runFolder(folder))) return null;
  const { fold, ...flags } = config.flags;
  const common = await commonConfig(begun, { ...config, flags });
  return resolveConfig(withFold(sourcesOf(common), fold)); // says what is wrong with the fold
}

/**
 * What a fold's config has in common with the others'.
 *
 * @throws {UserError} If other settings are given beside it.
 */
async function commonConfig(run: RunFolder, given: ConfigSources): Promise<Config> {
  const { config } = await readRunRecord(run);
  return resumedConfig({ ...config, fold: null }, run.config, given);
}

function withFold(sources: ConfigSources, fold: unknown): ConfigSources {
  return { ...sources, flags: { ...sources.flags, fold } };
}

/** A config that is decided already, as the sources of a new run. */
function sourcesOf(config: Config): ConfigSources {
  return { preset: config.preset, configFile: null, flags: config };
}
