import type { Confusion, ConfusionFigures } from './confusion.js';
import type { Interval } from './interval.js';

/** A threshold, where it comes from, and what it makes of the patches. */
export interface OperatingPoint extends ConfusionFigures {
  /** "0.5", "youden", "sensitivity 0.95" or "specificity 0.9". */
  readonly name: string;
  /** Probability; a patch that reaches it is called tumour. */
  readonly threshold: number;
  /**
   * `fixed`: by nothing; `validation`: on the checkpoint's validation patches, other ones than these;
   * `these patches`: on the ones that the figures are of, so that they flatter.
   */
  readonly chosen_on: 'fixed' | 'validation' | 'these patches';
  readonly confusion: Confusion;
  readonly intervals: { readonly [Figure in keyof ConfusionFigures]: Interval | null };
}
