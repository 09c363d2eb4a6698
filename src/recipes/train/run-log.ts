import { join } from 'node:path';
import type { Progress } from '../../checkpoint/card.js';
import type { Config } from '../../config/schema.js';
import { openSummaryWriter, type SummaryWriter } from '../../engine/summary-writer.js';
import { UserError } from '../../errors.js';
import { appendLogLine, type LogLine, truncateLog } from '../../report/log-csv.js';
import { openSteps, type StepLine } from '../../report/steps-csv.js';
import type { RunEngine, RunFolder } from './run-folder.js';

/** What a run tells of its course while it is under way: log.csv, log.jsonl, steps.csv, TensorBoard. */
export interface RunLog {
  /** Notes a step; it is written with the next checkpoint. */
  readonly step: (line: StepLine) => void;
  /** Writes the line of an epoch, before the checkpoint that ends it. */
  readonly epoch: (line: LogLine) => Promise<void>;
  /** Writes the steps noted so far, before a checkpoint that has them. */
  readonly save: () => Promise<void>;
  readonly close: () => void;
}

/** What a log is opened with. */
export interface LogOptions {
  readonly folder: RunFolder;
  readonly config: Config;
  /** The one that was started. */
  readonly engine: RunEngine;
  readonly onNotice: (notice: string) => void;
}

/**
 * Opens the log of a run, cut back to where its checkpoint stands.
 *
 * @throws {UserError} If a file cannot be written, or the engine cannot write for TensorBoard. Once it
 *   is open, TensorBoard's files stop no run: a notice says that they have ended.
 */
export async function openRunLog(
  { folder, config, engine, onNotice }: LogOptions,
  { epoch, step }: Progress,
): Promise<RunLog> {
  const events = eventFolder(config);
  let summaries = events === null ? null : openSummaryWriter(events, engine, step + 1);
  const summarise = (work: (writer: SummaryWriter) => void) => {
    try {
      if (summaries !== null) work(summaries);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      summaries = null;
      onNotice(`Note: ${error.message}; the run goes on without`);
    }
  };
  await truncateLog(folder, epoch);
  const steps = await openSteps(folder.steps, step);
  return {
    step: (line) => {
      steps.add(line);
      summarise((writer) => writer.write(line.step, stepScalars(line)));
    },
    epoch: async (line) => {
      await appendLogLine(folder, line);
      summarise((writer) => writer.write(line.step, epochScalars(line)));
    },
    save: async () => {
      await steps.write();
      summarise((writer) => writer.flush());
    },
    close: () => summarise((writer) => writer.close()),
  };
}

function stepScalars({ loss, learning_rate, momentum }: StepLine): Record<string, number> {
  return {
    ...(loss === null ? {} : { 'step/loss': loss }),
    'step/learning_rate': learning_rate,
    'step/momentum': momentum,
  };
}

function epochScalars(line: LogLine): Record<string, number> {
  return {
    'epoch/train_loss': line.train_loss,
    'epoch/valid_loss': line.valid_loss,
    'epoch/accuracy': line.accuracy,
    ...(line.roc_auc === null ? {} : { 'epoch/roc_auc': line.roc_auc }),
  };
}

/** Where this run's event files go: a fold has a folder of its own; null: nowhere. */
function eventFolder({ tensorboard, fold }: Config): string | null {
  if (tensorboard === null || fold === null) return tensorboard;
  return join(tensorboard, `fold-${fold}`);
}
