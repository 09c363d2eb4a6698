import {
  type Confusion,
  type ConfusionFigures,
  confusionAt,
  confusionFigures,
} from './confusion.js';
import type { Interval } from './interval.js';
import { sigmoid } from './sigmoid.js';
import { wilsonInterval } from './wilson-interval.js';

/** A threshold and where it comes from. */
export interface Threshold {
  /** "0.5", "youden", "sensitivity 0.95" or "specificity 0.9". */
  readonly name: string;
  /** Log-odds of tumour, before any temperature. A patch that reaches it is called tumour. */
  readonly margin: number;
  /**
   * `fixed`: by nothing; `validation`: on the checkpoint's validation patches, mostly other ones than these;
   * `these patches`: on the ones that the figures are of, so that they flatter.
   */
  readonly chosen_on: 'fixed' | 'validation' | 'these patches';
}

/** What a threshold makes of patches. */
export interface OperatingPoint extends ConfusionFigures {
  readonly name: string;
  /** Probability; a patch that reaches it is called tumour. */
  readonly threshold: number;
  readonly chosen_on: Threshold['chosen_on'];
  readonly confusion: Confusion;
  readonly intervals: { readonly [Figure in keyof ConfusionFigures]: Interval | null };
}

/** Probability one half, at any temperature. */
export const oneHalf: Threshold = { name: '0.5', margin: 0, chosen_on: 'fixed' };

/** Intervals of the figures of a confusion. */
export type ConfusionIntervals = OperatingPoint['intervals'];

/**
 * The figures of a threshold, with intervals.
 *
 * @param scores Shape [n]. Log-odds of tumour, after the temperature.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @param drawn Intervals of a bootstrap. Where it drew single patches, shares have Wilson's instead.
 */
export function operatingPoint(
  { name, margin, chosen_on }: Threshold,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  {
    temperature,
    drawn,
    isClustered,
  }: {
    readonly temperature: number;
    readonly drawn: ConfusionIntervals;
    readonly isClustered: boolean;
  },
): OperatingPoint {
  const threshold = margin / temperature;
  const confusion = confusionAt(scores, labels, threshold);
  return {
    name,
    threshold: sigmoid(threshold),
    chosen_on,
    ...confusionFigures(confusion),
    confusion,
    intervals: isClustered ? drawn : { ...drawn, ...wilsonIntervals(confusion) },
  };
}

/** Of the figures that are shares of patches; null where there are none. */
function wilsonIntervals({ tn, fp, fn, tp }: Confusion) {
  const interval = (hits: number, of: number) => (of === 0 ? null : wilsonInterval(hits, of));
  return {
    accuracy: interval(tn + tp, tn + fp + fn + tp),
    sensitivity: interval(tp, tp + fn),
    specificity: interval(tn, tn + fp),
    precision: interval(tp, tp + fp),
  };
}
