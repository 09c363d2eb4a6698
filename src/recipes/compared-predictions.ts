import type { LabelRow } from '../data/labels.js';
import { UserError } from '../errors.js';
import type { Prediction } from '../evaluate/prediction.js';
import { calibrated } from '../evaluate/temperature.js';
import { quote } from '../quote.js';
import { readScores } from '../report/predictions-csv.js';
import { examples, predictionsFile, temperatureOf } from './score/predictions-of.js';

/** Predictions of a model that is compared, and where they were found. */
export interface ComparedPredictions {
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
 * Reads predictions to compare: what `predictionsFile` finds, which may also be a file with the columns
 * id and probability alone.
 *
 * @param labels Labels, and slides if it has them, that hold in place of the file's own; null: none.
 * @throws {UserError} If there are none, they cannot be read, or a patch has no label.
 */
export async function comparedPredictions(
  path: string,
  labels: GivenLabels | null,
): Promise<ComparedPredictions> {
  const file = await predictionsFile(path);
  const { predictions, probabilities } = await readScores(file);
  const reported = predictions === null ? null : calibrated(predictions, await temperatureOf(file));
  const scores = reported ?? (probabilities ?? []).map(withLogits);
  const clipped = probabilities?.filter(isClipped).length ?? null;
  if (labels !== null) {
    return { path, file, predictions: relabelled(file, scores, labels), clipped };
  }
  if (reported !== null) return { path, file, predictions: reported, clipped };
  throw new UserError(
    `Cannot use predictions "${file}": expected a label of each patch, got the columns id and probability alone; name a CSV file with the columns id and label with --labels`,
  );
}

type Score = Omit<Prediction, 'label' | 'group'> & Partial<Pick<Prediction, 'group'>>;

type Probability = Pick<Prediction, 'id' | 'probability'>;

/** A probability's logits: 0 of normal, its log-odds of tumour. */
function withLogits({ id, probability }: Probability): Score {
  const inside = clip(probability);
  return { id, probability, logits: [0, Math.log(inside / (1 - inside))] };
}

function isClipped({ probability }: Probability): boolean {
  return clip(probability) !== probability;
}

/** @see scikit-learn's log_loss, which keeps float64 probabilities as far from 0 and 1 */
function clip(probability: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
}

/** Scores with the labels of another file, and its slides where it has them. */
function relabelled(file: string, scores: readonly Score[], labels: GivenLabels): Prediction[] {
  const unknown = scores.filter(({ id }) => !labels.rows.has(id));
  if (unknown.length > 0) {
    const shown = examples(unknown.map(({ id }) => quote(id)));
    throw new UserError(
      `Cannot use predictions "${file}": expected a label of each patch in "${labels.path}", got none of ${unknown.length} of ${scores.length} (${shown}); add their rows, or name the labels file that they belong to`,
    );
  }
  return scores.map((score) => {
    const { label, group } = labels.rows.get(score.id) as LabelRow;
    return { ...score, label, group: group ?? score.group ?? null };
  });
}
