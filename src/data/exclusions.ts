import { CsvError } from 'csv-parse';
import { counted } from '../counted.js';
import { csvRecords } from '../csv-records.js';
import { messageOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote, shortened } from '../quote.js';
import type { LabelledPatch } from './labels.js';

const longestReason = 200; // characters
const shownIds = 3;

/**
 * Reads the ids of patches to leave out: a CSV with a column `id`, as `histo data check` writes it;
 * further columns, such as the reason, are welcome.
 *
 * @throws {UserError} If the file cannot be read, is no CSV, or has no column `id`.
 */
export async function readExclusions(path: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let column: number | null = null;
  for await (const cells of rowsOf(path)) {
    if (column === null) column = columnOfId(path, cells);
    else ids.add(cells[column] ?? '');
  }
  if (column === null) columnOfId(path, []); // says that the file is empty
  return ids;
}

function columnOfId(path: string, header: readonly string[]): number {
  const column = header.indexOf('id');
  if (column >= 0) return column;
  const got = header.length === 0 ? 'an empty file' : quote(header.join(','));
  throw new UserError(
    `Cannot use exclusions "${path}": row 1: expected a column "id", got ${got}; the first row must be a header such as "id,reason"`,
  );
}

/**
 * The patches less those to leave out.
 *
 * @param path Of the exclusions, for the error.
 * @param isWhole Whether the patches are all of their labels file: then each id must be among them,
 *   as exclusions made for other data would do nothing and say nothing.
 * @throws {UserError} If an id is not among the patches of a whole file, or no patch of a class is left.
 */
export function withoutExcluded(
  patches: readonly LabelledPatch[],
  excluded: ReadonlySet<string>,
  path: string,
  isWhole: boolean,
): LabelledPatch[] {
  const known = new Set(patches.map(({ id }) => id));
  const strange = isWhole ? [...excluded].filter((id) => !known.has(id)) : [];
  if (strange.length > 0) {
    const some = strange.slice(0, shownIds).map(quote);
    throw new UserError(
      `Cannot use exclusions "${path}": expected ids of the labels file, got ${counted(strange.length, 'other one')}, such as ${some.join(', ')}; run histo data check on these labels, or remove their rows`,
    );
  }
  const left = patches.filter(({ id }) => !excluded.has(id));
  refuseLostClass(patches, left, path);
  return left;
}

/** Without a class there is nothing to learn, and it is the exclusions that took it. */
function refuseLostClass(
  patches: readonly LabelledPatch[],
  left: readonly LabelledPatch[],
  path: string,
): void {
  const tumourOf = (some: readonly LabelledPatch[]) =>
    some.filter(({ label }) => label === 1).length;
  const [tumour, tumourLeft] = [tumourOf(patches), tumourOf(left)];
  const [normal, normalLeft] = [patches.length - tumour, left.length - tumourLeft];
  const isLost = (tumour > 0 && tumourLeft === 0) || (normal > 0 && normalLeft === 0);
  if (!isLost) return;
  throw new UserError(
    `Cannot use exclusions "${path}": expected patches of each class to be left, got ${normalLeft} of ${normal} normal and ${tumourLeft} of ${tumour} tumour; remove some of its rows, or leave --exclude out`,
  );
}

async function* rowsOf(path: string): AsyncGenerator<string[]> {
  const options = { trim: true, skip_empty_lines: true, relax_column_count: true };
  try {
    yield* csvRecords(path, options);
  } catch (error) {
    if (error instanceof CsvError) {
      throw new UserError(
        `Cannot use exclusions "${path}": expected CSV, got "${shortened(messageOf(error), longestReason)}"; correct the file there`,
        { cause: error },
      );
    }
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read exclusions "${path}": expected a CSV file, ${fault}`, {
      cause: error,
    });
  }
}
