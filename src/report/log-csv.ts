import { writeFileAtomically } from '../atomic-file.js';
import { readNumbersCsv } from './numbers-csv.js';

/** What the log says of one epoch. */
export interface LogLine {
  /** Counted from 1. */
  readonly epoch: number;
  /** Optimizer updates since the start of the run. */
  readonly step: number;
  readonly train_loss: number;
  readonly valid_loss: number;
  readonly accuracy: number;
  /** Null where a class is absent: an empty cell in CSV. */
  readonly roc_auc: number | null;
  /** Of the epoch's last step. */
  readonly learning_rate: number;
  /** For the epoch's steps. */
  readonly seconds: number;
}

/** The two files of a log, which say the same. */
export interface LogFiles {
  /** `log.csv`: a header, and a line an epoch. */
  readonly log: string;
  /** `log.jsonl`: a JSON object an epoch. */
  readonly logJson: string;
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
 * Reads `log.csv`.
 *
 * @returns A line a finished epoch, in their order; none where there is no log yet.
 * @throws {UserError} If it is another file, or was changed.
 */
export async function readLog(path: string): Promise<LogLine[]> {
  return await readNumbersCsv(path, columns, ['roc_auc']);
}

/**
 * Adds the line of an epoch. Both files are rewritten whole, so that a crash leaves the old one or the
 * new one; lines of the same epoch and later ones (of a run that was stopped there) make place.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function appendLogLine(files: LogFiles, line: LogLine): Promise<void> {
  const earlier = (await readLog(files.log)).filter(({ epoch }) => epoch < line.epoch);
  await writeLog(files, [...earlier, line]);
}

/**
 * Keeps the lines of the first epochs only, for a run that goes on from its last checkpoint.
 * Does nothing where there is no log.
 *
 * @param epochs How many epochs the checkpoint has finished.
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function truncateLog(files: LogFiles, epochs: number): Promise<void> {
  const lines = await readLog(files.log);
  if (lines.length === 0) return;
  await writeLog(
    files,
    lines.filter(({ epoch }) => epoch <= epochs),
  );
}

async function writeLog({ log, logJson }: LogFiles, lines: readonly LogLine[]): Promise<void> {
  const rows = lines.map((line) => columns.map((column) => line[column] ?? '').join(','));
  await writeFileAtomically(log, [[columns.join(','), ...rows, ''].join('\n')]);
  const objects = lines.map((line) => `${JSON.stringify(line, [...columns])}\n`);
  await writeFileAtomically(logJson, [objects.join('')]);
}
