import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../atomic-file.js';
import { codeOf } from '../errors.js';

/** What `log.csv` says of one epoch. */
export interface LogLine {
  /** Counted from 1. */
  readonly epoch: number;
  /** Optimizer updates since the start of the run. */
  readonly step: number;
  readonly train_loss: number;
  readonly valid_loss: number;
  readonly accuracy: number;
  /** Null where a class is absent: an empty cell. */
  readonly roc_auc: number | null;
  /** Of the epoch's last step. */
  readonly learning_rate: number;
  /** For the epoch's steps. */
  readonly seconds: number;
}

const columns = [
  'epoch',
  'step',
  'train_loss',
  'valid_loss',
  'accuracy',
  'roc_auc',
  'learning_rate',
  'seconds',
] as const satisfies (keyof LogLine)[];

/**
 * Adds the line of an epoch. The file is rewritten whole, so that a crash leaves the old one or the
 * new one; lines of the same epoch and later ones (of a run that was stopped there) make place.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function appendLogLine(path: string, line: LogLine): Promise<void> {
  const cells = columns.map((column) => line[column] ?? '');
  await writeLog(path, [...(await linesUpTo(path, line.epoch - 1)), cells.join(',')]);
}

/**
 * Keeps the lines of the first epochs only, for a run that goes on from its last checkpoint.
 * Does nothing where there is no log.
 *
 * @param epochs How many epochs the checkpoint has finished.
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function truncateLog(path: string, epochs: number): Promise<void> {
  const content = await readLog(path);
  if (content === null) return;
  const kept = await linesUpTo(path, epochs);
  if (kept.length !== content.length) await writeLog(path, kept);
}

async function linesUpTo(path: string, epochs: number): Promise<string[]> {
  const lines = (await readLog(path)) ?? [];
  return lines.filter((line) => Number.parseInt(line, 10) <= epochs);
}

/** The lines below the header; null where there is no log. */
async function readLog(path: string): Promise<string[] | null> {
  try {
    const [, ...lines] = (await readFile(path, 'utf8')).split(/\r?\n/);
    return lines.filter((line) => line !== '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function writeLog(path: string, lines: readonly string[]): Promise<void> {
  await writeFileAtomically(path, [[columns.join(','), ...lines, ''].join('\n')]);
}
