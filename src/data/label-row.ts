import { UserError } from '../errors.js';
import { quote } from '../quote.js';

const shownCells = 8;

/** Where the columns stand in a row, and how many cells a row has. */
export interface LabelColumns {
  readonly id: number;
  readonly label: number;
  /** Null where no group column was asked for. */
  readonly group: number | null;
  readonly count: number;
}

/**
 * Finds the columns by the names of the header, in any order.
 *
 * @param labels The file's path, for the error.
 * @throws {UserError} If a column is missing or named twice.
 */
export function findColumns(
  header: readonly string[],
  labels: string,
  groupColumn: string | null,
): LabelColumns {
  const place = (name: string, remedy: string): number => {
    const first = header.indexOf(name);
    if (first >= 0 && first === header.lastIndexOf(name)) return first;
    const got = first >= 0 ? 'more than one' : header.slice(0, shownCells).map(quote).join(', ');
    throw new UserError(
      `Cannot use labels "${labels}": row 1: expected one column "${name}", got ${got}; ${remedy}`,
    );
  };
  const groupRemedy = 'name a column of the header with --group-column';
  return {
    id: place('id', headerRemedy(header, 'id')),
    label: place('label', headerRemedy(header, 'label')),
    group: groupColumn === null ? null : place(groupColumn, groupRemedy),
    count: header.length,
  };
}

function headerRemedy(header: readonly string[], name: string): string {
  const delimiter = header.length === 1 ? /[;\t|]/.exec(header[0] ?? '')?.[0] : undefined;
  if (delimiter !== undefined) return `separate the cells by commas, not by ${quote(delimiter)}`;
  const isOtherCase = header.some((cell) => cell !== name && cell.toLowerCase() === name);
  if (isOtherCase) return `write "${name}" in small letters`;
  return 'the first row must be a header such as "id,label"';
}

/** What is wrong with a row by itself, each fault a text; none if it is sound. */
export function rowFaults(cells: readonly string[], columns: LabelColumns): string[] {
  if (cells.length !== columns.count) {
    return [
      `expected ${columns.count} cells as in the header, got ${cells.length}; correct the row or remove it`,
    ];
  }
  const faults: string[] = [];
  const id = cells[columns.id] ?? '';
  const label = cells[columns.label] ?? '';
  if (id === '' || id === '.' || id === '..' || /[/\\\0]/.test(id)) {
    faults.push(`expected an id that is a file name, got ${quote(id)}; leave folders to --images`);
  }
  if (label !== '0' && label !== '1') {
    faults.push(
      `expected label 0 (normal) or 1 (tumour), got ${quote(label)}; correct it or remove the row`,
    );
  }
  if (columns.group !== null && cells[columns.group] === '') {
    faults.push(
      'expected a group (for example a slide), got an empty cell; fill it in or remove the row',
    );
  }
  return faults;
}
