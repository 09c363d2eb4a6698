import { open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, writeFault } from '../atomic-file.js';
import { codeOf } from '../errors.js';
import { readNumbersCsv } from './numbers-csv.js';

/** What `steps.csv` says of one optimizer update, as it ran. */
export interface StepLine {
  /** Counted from 1 over the whole run. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean cross-entropy of the batch, before the update; null of a step that was passed over. */
  readonly loss: number | null;
  readonly learning_rate: number;
  readonly momentum: number;
}

/** Takes down the steps of a run. */
export interface StepsLog {
  /** Notes a step, in memory. */
  readonly add: (line: StepLine) => void;
  /**
   * Puts the steps noted since onto the disk, behind those that are there.
   *
   * @throws {UserError} If the disk is full or the folder may not be written to; another call writes
   *   them all.
   */
  readonly write: () => Promise<void>;
}

const columns = [
  'step',
  'epoch',
  'loss',
  'learning_rate',
  'momentum',
] as const satisfies (keyof StepLine)[];
const header = `${columns.join(',')}\n`;

/**
 * Reads `steps.csv`; a million steps take a few seconds.
 *
 * @returns A line a step, in their order; none where there is no file yet.
 * @throws {UserError} If it is another file, or was changed.
 */
export async function readSteps(path: string): Promise<StepLine[]> {
  return await readNumbersCsv(path, columns, ['loss']);
}

/**
 * Opens `steps.csv` of a run that goes on after so many steps. Later lines, which a crash may have left
 * behind the last checkpoint, are cut off.
 *
 * The file grows at its end, as it is too long to be rewritten with each epoch. What a crash leaves of
 * lines half written stands behind the last checkpoint too.
 *
 * @param steps Optimizer updates that the run has done; 0: it is new.
 * @throws {UserError} If the folder may not be written to.
 */
export async function openSteps(path: string, steps: number): Promise<StepsLog> {
  let length = await cutBehind(path, steps);
  let pending: string[] = [];
  return {
    add: (line) => pending.push(`${columns.map((column) => line[column] ?? '').join(',')}\n`),
    write: async () => {
      if (pending.length === 0) return;
      length = await writeAt(path, length, pending.join(''));
      pending = [];
    },
  };
}

/** Writes lines at a place, below a header where they are the first. @returns Where they end. */
async function writeAt(path: string, place: number, rows: string): Promise<number> {
  try {
    await makeFolder(dirname(path));
    const file = await open(path, 'a');
    try {
      const { size } = await file.stat();
      const start = size < place ? 0 : place; // somebody has removed it
      if (size > start) await file.truncate(start); // what a full disk left of lines
      const bytes = Buffer.from(start === 0 ? header + rows : rows);
      await file.appendFile(bytes);
      await file.datasync();
      return start + bytes.length;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeFault(path, error);
  }
}

/** Cuts off what is not of the first steps. @returns The bytes that stay. */
async function cutBehind(path: string, steps: number): Promise<number> {
  try {
    const text = await readFile(path, 'latin1');
    const length = text.startsWith(header) ? endOfSteps(text, steps) : 0;
    if (length < text.length) await truncate(path, length);
    return length;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw writeFault(path, error);
  }
}

/** Where the last whole line of the first steps ends. */
function endOfSteps(text: string, steps: number): number {
  let end = header.length;
  for (let next = text.indexOf('\n', end); next >= 0; next = text.indexOf('\n', end)) {
    if (!(Number.parseInt(text.slice(end, end + 16), 10) <= steps)) break;
    end = next + 1;
  }
  return end;
}
