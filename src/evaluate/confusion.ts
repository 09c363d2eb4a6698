import { checkedScores } from './scored-labels.js';

/** True and false negatives and positives; positive = tumour. */
export interface Confusion {
  readonly tn: number;
  readonly fp: number;
  readonly fn: number;
  readonly tp: number;
}

/** Figures of a confusion; null where one is nought divided by nought. */
export interface ConfusionFigures {
  /** Share of right answers, in [0, 1]. */
  readonly accuracy: number;
  /** Mean of sensitivity and specificity. */
  readonly balanced_accuracy: number | null;
  /** Share of tumour that was found: recall, true positive rate. */
  readonly sensitivity: number | null;
  /** Share of normal that was left alone: true negative rate. */
  readonly specificity: number | null;
  /** Share of tumour among what was called tumour: positive predictive value. */
  readonly precision: number | null;
  /** Harmonic mean of precision and sensitivity. */
  readonly f1: number | null;
  /** Matthews correlation coefficient, in [-1, 1]. */
  readonly mcc: number | null;
}

/** The names of the figures of a confusion, in their order. */
export const confusionFigureNames = [
  'accuracy',
  'balanced_accuracy',
  'sensitivity',
  'specificity',
  'precision',
  'f1',
  'mcc',
] as const satisfies readonly (keyof ConfusionFigures)[];

/**
 * Counts answers by truth. A patch that scores the threshold itself is called tumour. O(n).
 *
 * @param scores Shape [n]. Higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @param threshold 0 for margins, 0.5 for probabilities.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 */
export function confusionAt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): Confusion {
  const checked = checkedScores('count the confusion', scores, labels);
  let [fp, tp] = [0, 0];
  checked.scores.forEach((score, i) => {
    if (score < threshold) return;
    if (checked.labels[i] === 1) tp++;
    else fp++;
  });
  return { tn: checked.negatives - fp, fp, fn: checked.positives - tp, tp };
}

/**
 * The figures that follow from a confusion.
 *
 * @param confusion Of at least one patch.
 * @example confusionFigures({ tn: 1, fp: 1, fn: 0, tp: 2 }).specificity // 0.5
 */
export function confusionFigures({ tn, fp, fn, tp }: Confusion): ConfusionFigures {
  const sensitivity = ratio(tp, tp + fn);
  const specificity = ratio(tn, tn + fp);
  return {
    accuracy: (tp + tn) / (tn + fp + fn + tp),
    balanced_accuracy:
      sensitivity === null || specificity === null ? null : (sensitivity + specificity) / 2,
    sensitivity,
    specificity,
    precision: ratio(tp, tp + fp),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    mcc: ratio(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
