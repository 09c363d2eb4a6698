import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadCheckpoint } from '../../checkpoint/checkpoint.js';
import { UserError } from '../../errors.js';
import type { Prediction } from '../../evaluate/prediction.js';
import { calibrated } from '../../evaluate/temperature.js';
import { fileFault } from '../../file-fault.js';
import { quote } from '../../quote.js';
import { readPredictions } from '../../report/predictions-csv.js';
import { runFolder } from '../train/run-folder.js';

/**
 * Reads the predictions that a path stands for, as `predictionsFile` finds them, after any temperature.
 *
 * @throws {UserError} If there are none, or they cannot be read.
 */
export async function predictionsOf(path: string): Promise<Prediction[]> {
  const file = await predictionsFile(path);
  return calibrated(await readPredictions(file), await temperatureOf(file));
}

/**
 * The temperature that predictions of a file are still to be divided by: a run keeps its own as the
 * model gave them, all other files have them as they were reported.
 *
 * @returns Null: none.
 */
export async function temperatureOf(file: string): Promise<number | null> {
  const run = runFolder(dirname(file));
  if (resolve(file) !== resolve(run.validPredictions) || !existsSync(run.best)) return null;
  return (await loadCheckpoint(run.best)).card.chosen.temperature;
}

/**
 * The CSV of predictions that a path stands for: the file itself, or that of an evaluation's folder
 * (predictions.csv) or a run's (predictions-valid.csv). A folder with both is an evaluation's.
 *
 * @throws {UserError} If there is none.
 */
export async function predictionsFile(path: string): Promise<string> {
  const found = await kindOf(path);
  if (found === 'file') return path;
  const candidates = [join(path, 'predictions.csv'), runFolder(path).validPredictions];
  for (const candidate of found === 'folder' ? candidates : []) {
    if ((await kindOf(candidate)) === 'file') return candidate;
  }
  throw new UserError(
    `Cannot read predictions of "${path}": expected a CSV of predictions, or a folder with predictions.csv or predictions-valid.csv, got ${found === 'folder' ? 'a folder without' : found}; "histo eval --out FOLDER" writes them`,
  );
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'a checkpoint' | 'nothing there'> {
  try {
    if ((await stat(path)).isDirectory()) return 'folder';
    return /\.(safetensors|onnx)$/i.test(path) ? 'a checkpoint' : 'file';
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
 * @throws {UserError} If an id is twice in one list, or ids or labels differ: how many, and the first.
 */
export function paired<First extends Labelled, Second extends Labelled>(
  first: Side<First>,
  second: Side<Second>,
): [first: First[], second: Second[]] {
  const [own, others] = [rowsById(first), rowsById(second)];
  refuseOtherIds(first.name, second.name, [...own.keys()], [...others.keys()]);
  const pairs = first.rows.map((row): [First, Second] => {
    const other = others.get(row.id) as Second;
    return [
      { ...row, group: row.group ?? other.group },
      { ...other, group: other.group ?? row.group },
    ];
  });
  refuseOtherLabels(first.name, second.name, pairs);
  return [pairs.map(([row]) => row), pairs.map(([, other]) => other)];
}

function rowsById<Row extends Labelled>({ name, rows }: Side<Row>): Map<string, Row> {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    if (byId.has(row.id)) {
      throw new UserError(
        `Cannot compare "${name}": expected each id once, got ${quote(row.id)} twice; remove one of the rows`,
      );
    }
    byId.set(row.id, row);
  }
  return byId;
}

function refuseOtherIds(
  first: string,
  second: string,
  own: readonly string[],
  others: readonly string[],
): void {
  const [isOwn, isOther] = [new Set(own), new Set(others)];
  const alone = (name: string, all: readonly string[], elsewhere: ReadonlySet<string>) => {
    const ids = all.filter((id) => !elsewhere.has(id));
    const shown = examples(ids.map(quote));
    return ids.length === 0 ? [] : [`${ids.length} of ${all.length} in "${name}" alone (${shown})`];
  };
  const parts = [...alone(first, own, isOther), ...alone(second, others, isOwn)];
  if (parts.length === 0) return;
  throw new UserError(
    `Cannot compare "${first}" with "${second}": expected the same patches in both, got ${parts.join(' and ')}; evaluate both on one labels file with histo eval --out FOLDER`,
  );
}

function refuseOtherLabels(
  first: string,
  second: string,
  pairs: readonly (readonly [Labelled, Labelled])[],
): void {
  const other = pairs.filter(([a, b]) => a.label !== b.label);
  if (other.length === 0) return;
  const shown = examples(other.map(([a, b]) => `${quote(a.id)} is ${a.label} and ${b.label}`));
  throw new UserError(
    `Cannot compare "${first}" with "${second}": expected the same labels in both, got ${other.length} of ${pairs.length} that differ (${shown}); evaluate both on one labels file`,
  );
}

const shownExamples = 3;

/** The first few of many texts. */
export function examples(texts: readonly string[]): string {
  const more = texts.length > shownExamples ? ', …' : '';
  return texts.slice(0, shownExamples).join(', ') + more;
}
