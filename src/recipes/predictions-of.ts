import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import type { Prediction } from '../evaluate/prediction.js';
import { fileFault } from '../file-fault.js';
import { readPredictions } from '../report/predictions-csv.js';
import { runFolder } from './run-folder.js';

/**
 * Reads the predictions that a path stands for: a CSV of predictions, the folder of an evaluation
 * (predictions.csv), or that of a run (predictions-valid.csv). A folder with both is an evaluation's.
 *
 * @throws {UserError} If there are none, or they cannot be read.
 */
export async function predictionsOf(path: string): Promise<Prediction[]> {
  const found = await kindOf(path);
  if (found === 'file') return readPredictions(path);
  const candidates = [join(path, 'predictions.csv'), runFolder(path).validPredictions];
  for (const candidate of found === 'folder' ? candidates : []) {
    if ((await kindOf(candidate)) === 'file') return readPredictions(candidate);
  }
  throw new UserError(
    `Cannot read predictions of "${path}": expected a CSV of predictions, or a folder with predictions.csv or predictions-valid.csv, got ${found === 'folder' ? 'a folder without' : found}; "histo eval --out FOLDER" writes them`,
  );
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'a checkpoint' | 'nothing there'> {
  try {
    if ((await stat(path)).isDirectory()) return 'folder';
    return path.endsWith('.safetensors') ? 'a checkpoint' : 'file';
  } catch (error) {
    if (fileFault(error) === undefined) throw error;
    return 'nothing there';
  }
}

/** Patches with their labels, or predictions, and what to call them. */
export interface Side<Row extends Labelled> {
  /** A path, for the error. */
  readonly name: string;
  readonly rows: readonly Row[];
}

type Labelled = Pick<Prediction, 'id' | 'label' | 'group'>;

/**
 * Brings two lists of the same patches into one order, that of the first. Where one list knows the
 * slide of a patch and the other does not, both know it then.
 *
 * @throws {UserError} Naming the first patch that is in one list alone, twice in one, or has two labels.
 */
export function paired<First extends Labelled, Second extends Labelled>(
  first: Side<First>,
  second: Side<Second>,
): [first: First[], second: Second[]] {
  const refuse = (got: string) => refusePair(first.name, second.name, got);
  const [others, own] = [rowsById(second, refuse), rowsById(first, refuse)];
  const pairs = first.rows.map((row): [First, Second] => {
    const { id, label, group } = row;
    const other = others.get(id) ?? refuse(`"${id}" in "${first.name}" alone`);
    if (label !== other.label) refuse(`"${id}" with the labels ${label} and ${other.label}`);
    return [
      { ...row, group: group ?? other.group },
      { ...other, group: other.group ?? group },
    ];
  });
  const more = second.rows.find(({ id }) => !own.has(id));
  if (more !== undefined) refuse(`"${more.id}" in "${second.name}" alone`);
  return [pairs.map(([row]) => row), pairs.map(([, other]) => other)];
}

function rowsById<Row extends Labelled>(
  { name, rows }: Side<Row>,
  refuse: (got: string) => never,
): Map<string, Row> {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    if (byId.has(row.id)) refuse(`"${row.id}" twice in "${name}"`);
    byId.set(row.id, row);
  }
  return byId;
}

function refusePair(first: string, second: string, got: string): never {
  throw new UserError(
    `Cannot compare "${first}" with "${second}": expected the same patches with the same labels, got ${got}; evaluate both on one labels file`,
  );
}
