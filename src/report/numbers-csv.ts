import { codeOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { shortened } from '../quote.js';
import { readBounded } from '../read-bounded.js';

const mostBytes = 2 ** 28; // some four million steps

/**
 * Reads a CSV file of numbers that histo wrote line by line. A last line without its line feed, as a
 * crash leaves one, is left out.
 *
 * @param columns Of the header, in its order.
 * @param gaps The columns whose cells may be empty.
 * @returns A row a line, null for an empty cell; none where there is no file yet.
 * @throws {UserError} If it is another file, or was changed.
 */
export async function readNumbersCsv<Column extends string, Gap extends Column = never>(
  path: string,
  columns: readonly Column[],
  gaps: readonly Gap[] = [],
): Promise<NumbersRow<Column, Gap>[]> {
  const [header, ...lines] = (await readText(path)).split(/\r?\n/).slice(0, -1);
  if (header === undefined) return [];
  if (header !== columns.join(','))
    throw foreign(path, `the columns ${columns.join(',')}`, shortened(header));
  const mayBeEmpty = columns.map((column) => gaps.some((gap) => gap === column));
  return lines.map((line, index) => {
    const cells = line.split(',');
    const values = cells.map((cell, at) => (cell === '' && mayBeEmpty[at] ? null : numberOf(cell)));
    if (cells.length !== columns.length || values.some(Number.isNaN)) {
      throw foreign(path, `${columns.length} numbers in row ${index + 2}`, shortened(line));
    }
    return Object.fromEntries(columns.map((column, at) => [column, values[at]]));
  }) as NumbersRow<Column, Gap>[];
}

/** A row by column; null only where a cell may be empty. */
export type NumbersRow<Column extends string, Gap extends Column> = Readonly<
  Record<Exclude<Column, Gap>, number> & Record<Gap, number | null>
>;

function numberOf(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}

async function readText(path: string): Promise<string> {
  try {
    return (await readBounded(path, mostBytes)).toString('utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read "${path}": expected a CSV file, ${fault}`, { cause: error });
  }
}

function foreign(path: string, expected: string, got: string): UserError {
  return new UserError(
    `Cannot read "${path}": expected ${expected}, got ${got}; it was changed or is no file of histo's: remove it`,
  );
}
