import { createHash } from 'node:crypto';
import { join, parse as parsePath } from 'node:path';
import { CsvError } from 'csv-parse';
import { csvRecords } from '../csv-records.js';
import { UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote, shortened } from '../quote.js';
import { findColumns, type LabelColumns, rowFaults } from './label-row.js';
import { patchExtensions, patchFiles } from './patch-files.js';

export { listPatches } from './patch-files.js';

/** What a labels file says of a patch. */
export interface LabelRow {
  readonly id: string;
  /** 1 = tumour, 0 = normal. */
  readonly label: 0 | 1;
  /** The value of the group column, for example a slide; null without such a column. */
  readonly group: string | null;
}

/** A patch and what is known of it. */
export interface LabelledPatch extends LabelRow {
  readonly path: string;
}

/** Which labels file, and what of it. */
export interface LabelRowOptions {
  /** The CSV file, with a header that names `id` and `label`. */
  readonly labels: string;
  /** The column that names a patch's slide or patient; null: none. */
  readonly groupColumn: string | null;
  /** Only the first so many rows are taken and looked at, before any split; null: all. */
  readonly limit: number | null;
}

/** Where labels and their patches come from. */
export interface LabelOptions extends LabelRowOptions {
  /** The folder of the patches, `<id>.tif` and the like. */
  readonly images: string;
}

const longestReason = 200; // characters
const shownFaults = 10;

/**
 * Reads a labels file and finds the patch of each row. 220,025 rows take about a second.
 * A byte order mark, CRLF, quotes, any order of columns and further columns are welcome.
 *
 * @returns The patches in the order of the file.
 * @throws {UserError} One error for all faults of the file, of which ten are shown; or if the file
 *   or the folder cannot be read.
 */
export async function readLabels(options: LabelOptions): Promise<LabelledPatch[]> {
  const { images } = options;
  const files = await patchFiles(images);
  const rows = await rowsOf(options, (id) =>
    files.has(id) ? [] : [missingPatch(id, images, files)],
  );
  return rows.map((row) => ({ ...row, path: join(images, files.get(row.id) as string) }));
}

/**
 * Reads a labels file alone: no patch is looked for.
 *
 * @returns The rows in the order of the file.
 * @throws {UserError} As `readLabels`.
 */
export async function readLabelRows(options: LabelRowOptions): Promise<LabelRow[]> {
  return rowsOf(options, () => []);
}

/** @param faultsOf What is wrong with the id of a row that is sound by itself. */
async function rowsOf(
  { labels, groupColumn, limit }: LabelRowOptions,
  faultsOf: (id: string) => string[],
): Promise<LabelRow[]> {
  const faults = new FaultList(labels);
  const rows: LabelRow[] = [];
  const rowOfId = new Map<string, number>();
  let columns: LabelColumns | null = null;
  let [row, taken] = [0, 0]; // row 1 is the header, as an editor counts
  for await (const cells of recordsOf(labels, faults)) {
    row++;
    if (cells.length === 1 && cells[0] === '') continue; // an empty line
    if (columns === null) {
      columns = findColumns(cells, labels, groupColumn);
      continue;
    }
    if (taken === limit) break;
    taken++;
    const id = cells[columns.id] ?? '';
    const earlier = rowOfId.get(id);
    if (earlier !== undefined) {
      faults.add(
        `row ${row}: expected each id once, got ${quote(id)} in row ${earlier} already; remove one of the rows`,
      );
      continue;
    }
    rowOfId.set(id, row);
    const unsound = rowFaults(cells, columns);
    const found = unsound.length > 0 ? unsound : faultsOf(id);
    for (const fault of found) faults.add(`row ${row}: ${fault}`);
    if (found.length === 0) rows.push(labelRow(cells, columns));
  }
  if (columns === null)
    faults.add('expected a header "id,label" and rows, got an empty file; copy it anew');
  else if (taken === 0) faults.add('expected rows below the header, got none; add a row a patch');
  faults.throwIfAny();
  return rows;
}

function labelRow(cells: readonly string[], columns: LabelColumns): LabelRow {
  return {
    id: cells[columns.id] ?? '',
    label: cells[columns.label] === '1' ? 1 : 0,
    group: columns.group === null ? null : (cells[columns.group] ?? null),
  };
}

function missingPatch(id: string, images: string, files: ReadonlyMap<string, string>): string {
  const { name, ext } = parsePath(id);
  if (patchExtensions.includes(ext.toLowerCase()) && files.has(name)) {
    return `expected an id without the file's ending, got ${quote(id)}; leave ${quote(ext)} out of the ids`;
  }
  const wanted = patchExtensions.join(', ');
  return `expected the file "${join(images, shortened(id))}" with one of ${wanted}, got none; add it, remove the row, or name its folder with --images`;
}

/**
 * Names a list of labelled patches: sha256 over ids and labels in their order, in hexadecimal. It
 * covers ids and labels, not pixels: files of other content under the same ids have the same digest.
 */
export function dataDigest(patches: readonly Pick<LabelledPatch, 'id' | 'label'>[]): string {
  const hash = createHash('sha256');
  for (const { id, label } of patches) hash.update(`${id},${label}\n`);
  return hash.digest('hex');
}

/** Streams the rows of a CSV file as cells. What is no CSV is added to the faults and ends it. */
async function* recordsOf(path: string, faults: FaultList): AsyncGenerator<string[]> {
  try {
    yield* csvRecords(path, { trim: true, relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError) {
      faults.add(
        `expected CSV, got "${shortened(error.message, longestReason)}"; correct the file there`,
      );
      return;
    }
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read labels "${path}": expected a CSV file, ${fault}`, {
      cause: error,
    });
  }
}

/** Gathers the faults of a file and tells them in one error. */
class FaultList {
  count = 0;
  private readonly shown: string[] = [];

  constructor(private readonly path: string) {}

  add(fault: string): void {
    this.count++;
    if (this.shown.length < shownFaults) this.shown.push(fault);
  }

  throwIfAny(): void {
    if (this.count === 0) return;
    const start = `Cannot use labels "${this.path}"`;
    if (this.count === 1) throw new UserError(`${start}: ${this.shown[0]}`);
    const more = this.count - this.shown.length;
    const lines = more > 0 ? [...this.shown, `and ${more} more`] : this.shown;
    throw new UserError(
      `${start}: expected a file without faults, got ${this.count}\n  ${lines.join('\n  ')}`,
    );
  }
}
