import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelRow } from '../data/labels.js';
import { UserError } from '../errors.js';
import type { Prediction } from '../evaluate/prediction.js';
import { readScores } from '../report/predictions-csv.js';
import { runFolder } from './run-folder.js';

/** Predictions, and where they were found. */
export interface FoundPredictions {
  /** As the user wrote it. */
  readonly path: string;
  readonly file: string;
  readonly predictions: readonly Prediction[];
  /**
   * How many probabilities were moved away from 0 or 1, and are tied now, to make logits of them; null:
   * the file has logits.
   */
  readonly clipped: number | null;
}

/** A labels file by id. */
export interface GivenLabels {
  readonly path: string;
  readonly rows: ReadonlyMap<string, LabelRow>;
}

/**
 * Reads predictions by where they are: the folder of an evaluation or of a run (those of its best epoch
 * on its validation patches), or a CSV file of histo's or with the columns id and probability.
 *
 * @param labels Labels, and slides if it has them, that hold in place of the file's own; null: none.
 * @throws {UserError} If there are none, an id is there twice, or a patch has no label.
 */
export async function predictionsOf(
  path: string,
  labels: GivenLabels | null = null,
): Promise<FoundPredictions> {
  const file = await predictionsFile(path);
  const { predictions, probabilities } = await readScores(file);
  const scores = predictions ?? probabilities.map(withLogits);
  refuseTwins(file, scores);
  const clipped = probabilities?.filter(isClipped).length ?? null;
  if (labels !== null) {
    return { path, file, predictions: relabelled(file, scores, labels), clipped };
  }
  if (predictions !== null) return { path, file, predictions, clipped };
  throw new UserError(
    `Cannot use predictions "${file}": expected a label of each patch, got the columns id and probability alone; name a CSV file with the columns id and label with --labels`,
  );
}

/** The CSV file of predictions that a path means. @throws {UserError} If there is none. */
async function predictionsFile(path: string): Promise<string> {
  if (!(await stat(path).catch(() => null))?.isDirectory()) return path;
  for (const file of [join(path, 'predictions.csv'), runFolder(path).validPredictions]) {
    if ((await stat(file).catch(() => null)) !== null) return file;
  }
  throw new UserError(
    `Cannot read predictions of "${path}": expected predictions.csv of an evaluation or predictions-valid.csv of a run in it, got neither; write them there with histo eval --out "${path}"`,
  );
}

type Score = Omit<Prediction, 'label' | 'group'> & Partial<Pick<Prediction, 'group'>>;

const epsilon = Number.EPSILON; // as scikit-learn's log_loss keeps float64 probabilities from 0 and 1

/** A probability's logits: 0 of normal, its log-odds of tumour. */
function withLogits({ id, probability }: Pick<Prediction, 'id' | 'probability'>): Score {
  const inside = clip(probability);
  return { id, probability, logits: [0, Math.log(inside / (1 - inside))] };
}

function isClipped({ probability }: Pick<Prediction, 'probability'>): boolean {
  return clip(probability) !== probability;
}

function clip(probability: number): number {
  return Math.min(1 - epsilon, Math.max(epsilon, probability));
}

function refuseTwins(file: string, scores: readonly Score[]): void {
  const seen = new Set<string>();
  for (const { id } of scores) {
    if (seen.has(id)) {
      throw new UserError(
        `Cannot use predictions "${file}": expected each id once, got ${quote(id)} twice; remove one of the rows`,
      );
    }
    seen.add(id);
  }
}

/** Scores with the labels of another file, and its slides where it has them. */
function relabelled(file: string, scores: readonly Score[], labels: GivenLabels): Prediction[] {
  const unknown = scores.filter(({ id }) => !labels.rows.has(id));
  if (unknown.length > 0) {
    throw new UserError(
      `Cannot use predictions "${file}": expected a label of each patch in "${labels.path}", got none of ${unknown.length} of ${scores.length} (${examples(unknown.map(({ id }) => quote(id)))}); add their rows, or name the labels file that they belong to`,
    );
  }
  return scores.map((score) => {
    const { label, group } = labels.rows.get(score.id) as LabelRow;
    return { ...score, label, group: group ?? score.group ?? null };
  });
}

/**
 * Joins the predictions of two models by id, in the order of the first. A slide that one of them knows
 * is the patch's in both.
 *
 * @throws {UserError} If patches or labels differ.
 */
export function paired(
  first: FoundPredictions,
  second: FoundPredictions,
): [first: Prediction[], second: Prediction[]] {
  const [one, other] = [first, second].map(byId) as [ById, ById];
  const [onlyFirst, onlySecond] = [without(one, other), without(other, one)];
  const start = `Cannot compare "${first.path}" with "${second.path}"`;
  if (onlyFirst.length + onlySecond.length > 0) {
    const parts = [
      onlyIn(first.path, onlyFirst, one.size),
      onlyIn(second.path, onlySecond, other.size),
    ].filter((part) => part !== null);
    throw new UserError(
      `${start}: expected the same patches in both, got ${parts.join(' and ')}; score both on the same labels (histo eval --labels FILE --images FOLDER --out FOLDER) and compare those folders`,
    );
  }
  const pairs = first.predictions.map((a) => [a, other.get(a.id) as Prediction] as const);
  const differing = pairs.filter(([a, b]) => a.label !== b.label);
  if (differing.length > 0) {
    const shown = differing.map(([a, b]) => `${quote(a.id)} is ${a.label} and ${b.label}`);
    throw new UserError(
      `${start}: expected the same labels in both, got ${differing.length} of ${pairs.length} that differ (${examples(shown)}); say which labels hold with --labels FILE`,
    );
  }
  const slides = pairs.map(([a, b]) => a.group ?? b.group);
  return [0, 1].map((model) =>
    pairs.map((pair, row) => ({ ...(pair[model] as Prediction), group: slides[row] ?? null })),
  ) as [Prediction[], Prediction[]];
}

type ById = ReadonlyMap<string, Prediction>;

function byId({ predictions }: FoundPredictions): ById {
  return new Map(predictions.map((prediction) => [prediction.id, prediction]));
}

function without(one: ById, other: ById): string[] {
  return [...one.keys()].filter((id) => !other.has(id));
}

function onlyIn(path: string, ids: readonly string[], all: number): string | null {
  if (ids.length === 0) return null;
  return `${ids.length} of ${all} only in "${path}" (${examples(ids.map(quote))})`;
}

const shownExamples = 3;

function examples(texts: readonly string[]): string {
  const more = texts.length > shownExamples ? ', …' : '';
  return texts.slice(0, shownExamples).join(', ') + more;
}

/** An id as a message shows it: short, and with control characters escaped. */
function quote(id: string): string {
  return JSON.stringify(id.length > 60 ? `${id.slice(0, 60)}…` : id);
}
