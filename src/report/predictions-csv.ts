import { CsvError } from 'csv-parse';
import { writeFileAtomically } from '../atomic-file.js';
import { csvRecords } from '../csv-records.js';
import { messageOf, UserError } from '../errors.js';
import type { Prediction } from '../evaluate/prediction.js';
import { fileFault } from '../file-fault.js';
import { quote, shortened } from '../quote.js';
import { csvCell } from './csv-cell.js';

const longestReason = 200; // characters

const columns = ['id', 'label', 'probability', 'logit_0', 'logit_1'] as const;

/** `probability`: columns id,probability; `kaggle`: id,label, whose label is a probability too. */
export type ProbabilityFormat = 'probability' | 'kaggle';

/**
 * Predictions as CSV: `id,label,probability,logit_0,logit_1`, and `group` where slides are known.
 * Every number has as many digits as it takes to read the same number back.
 */
export function predictionsCsv(predictions: readonly Prediction[]): string {
  const hasGroups = predictions.some(({ group }) => group !== null);
  const rows = predictions.map(({ id, label, probability, logits, group }) => {
    const end = hasGroups ? [csvCell(group ?? '')] : [];
    return [csvCell(id), label, probability, ...logits, ...end].join(',');
  });
  const header = hasGroups ? [...columns, 'group'] : columns;
  return [header.join(','), ...rows, ''].join('\n');
}

/** The probability of tumour by patch, as CSV. */
export function probabilitiesCsv(
  scores: readonly Pick<Prediction, 'id' | 'probability'>[],
  format: ProbabilityFormat,
): string {
  const rows = scores.map(({ id, probability }) => `${csvCell(id)},${probability}`);
  return [format === 'kaggle' ? 'id,label' : 'id,probability', ...rows, ''].join('\n');
}

/**
 * Writes predictions as CSV, whole or not at all.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 */
export async function writePredictions(
  path: string,
  predictions: readonly Prediction[],
): Promise<void> {
  await writeFileAtomically(path, [predictionsCsv(predictions)]);
}

/**
 * Reads what `writePredictions` wrote.
 *
 * @throws {UserError} If there is no such file, or it is something else.
 */
export async function readPredictions(path: string): Promise<Prediction[]> {
  const predictions = await readRows(path, (header) => predictionReader(path, header));
  refuseRepeated(path, predictions);
  return predictions;
}

/** A file of predictions, or one with probabilities alone: then labels must come from elsewhere. */
export type Scores =
  | { readonly predictions: readonly Prediction[]; readonly probabilities: null }
  | {
      readonly predictions: null;
      readonly probabilities: readonly Probability[];
    };

/**
 * Reads predictions, or the columns `id` and `probability` of any other CSV file, such as
 * `histo predict` and other tools write.
 *
 * @throws {UserError} If there is no such file, or it is something else.
 */
export async function readScores(path: string): Promise<Scores> {
  let hasLogits = false;
  const rows = await readRows<Prediction | Probability>(path, (header) => {
    hasLogits = header.includes('logit_1');
    return hasLogits ? predictionReader(path, header) : probabilityReader(path, header);
  });
  refuseRepeated(path, rows);
  return hasLogits
    ? { predictions: rows as Prediction[], probabilities: null }
    : { predictions: null, probabilities: rows };
}

/** Makes what a row says of its cells; `row` is for errors. */
type RowReader<Row> = (cells: readonly string[], row: number) => Row;

type Probability = Pick<Prediction, 'id' | 'probability'>;

function probabilityReader(path: string, header: readonly string[]): RowReader<Probability> {
  const [id, probability] = [header.indexOf('id'), header.indexOf('probability')];
  if (id < 0 || probability < 0) {
    const wanted = `the columns ${columns.join(',')}, or id and probability`;
    throw fault(path, 1, wanted, shortened(header.join(',')) || 'an empty file', 'name them so');
  }
  return (cells, row) => {
    const text = cells[probability] as string;
    if (text.trim() === '' || !(Number(text) >= 0 && Number(text) <= 1)) {
      throw fault(path, row, 'a probability from 0 to 1', quote(text), 'correct it there');
    }
    return { id: cells[id] as string, probability: Number(text) };
  };
}

function predictionReader(path: string, header: readonly string[]): RowReader<Prediction> {
  const names = header.join(',');
  const hasGroups = names === `${columns.join(',')},group`;
  if (names !== columns.join(',') && !hasGroups) {
    const got = shortened(names) || 'an empty file';
    throw fault(path, 1, `the columns ${columns.join(',')}`, got, ownRemedy);
  }
  return (cells, row) => {
    const [id = '', label, ...others] = cells;
    const group = hasGroups ? others.pop() || null : null;
    const [probability, normal, tumour] = others.map(Number) as [number, number, number];
    const isNumeric = others.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
    const isProbability = probability >= 0 && probability <= 1;
    if ((label !== '0' && label !== '1') || !isNumeric || !isProbability) {
      const wanted = 'an id, a label of 0 or 1 and three numbers';
      throw fault(path, row, wanted, shortened(cells.join(',')), ownRemedy);
    }
    return { id, label: label === '1' ? 1 : 0, probability, logits: [normal, tumour], group };
  };
}

function refuseRepeated(path: string, rows: readonly Pick<Prediction, 'id'>[]): void {
  const rowOf = new Map<string, number>();
  for (const [index, { id }] of rows.entries()) {
    const earlier = rowOf.get(id);
    if (earlier !== undefined) {
      const got = `${quote(id)} in row ${earlier} already`;
      throw fault(path, index + 2, 'each id once', got, 'remove one of the rows');
    }
    rowOf.set(id, index + 2);
  }
}

/** Reads row by row, as the cells of all rows would take five times the memory of what they say. */
async function readRows<Row>(
  path: string,
  readerOf: (header: readonly string[]) => RowReader<Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let reader: RowReader<Row> | null = null;
  try {
    for await (const cells of csvRecords(path, { skip_empty_lines: true })) {
      if (reader === null) reader = readerOf(cells);
      else rows.push(reader(cells, rows.length + 2)); // the header is row 1
    }
  } catch (error) {
    const reason =
      error instanceof CsvError
        ? `got ${shortened(messageOf(error), longestReason)}; ${ownRemedy}`
        : fileFault(error);
    if (reason === undefined) throw error;
    throw new UserError(`Cannot read predictions "${path}": expected a CSV file, ${reason}`, {
      cause: error,
    });
  }
  if (reader === null) readerOf([]); // says that the file is empty
  return rows;
}

const ownRemedy = 'correct the file there, or evaluate again';

function fault(
  path: string,
  row: number,
  expected: string,
  got: string,
  remedy: string,
): UserError {
  return new UserError(
    `Cannot read predictions "${path}": row ${row}: expected ${expected}, got ${got}; ${remedy}`,
  );
}
