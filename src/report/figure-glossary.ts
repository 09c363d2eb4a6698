import type { ComparedFigure } from '../evaluate/compare-predictions.js';
import type { FigureName } from '../evaluate/evaluate-predictions.js';

/** What a figure is called and means. */
export interface FigureEntry {
  readonly title: string;
  /** For a reader who does not know it, in a line. */
  readonly meaning: string;
  /** True if it lies in [0, 1], so that it can be drawn on that scale. */
  readonly isShare: boolean;
}

/** The figures of an evaluation in the order in which they are shown. */
export const figureGlossary = {
  roc_auc: {
    title: 'ROC AUC',
    meaning: 'share of pairs in which the tumour patch scores above the normal one; chance is 0.5',
    isShare: true,
  },
  average_precision: {
    title: 'average precision',
    meaning: 'area under precision by recall; chance is the share of tumour',
    isShare: true,
  },
  accuracy: { title: 'accuracy', meaning: 'share of right answers', isShare: true },
  balanced_accuracy: {
    title: 'balanced accuracy',
    meaning: 'mean of sensitivity and specificity',
    isShare: true,
  },
  sensitivity: { title: 'sensitivity', meaning: 'share of tumour that was found', isShare: true },
  specificity: {
    title: 'specificity',
    meaning: 'share of normal tissue that was left alone',
    isShare: true,
  },
  precision: {
    title: 'precision',
    meaning: 'share of tumour among what was called tumour',
    isShare: true,
  },
  f1: { title: 'F1', meaning: 'harmonic mean of precision and sensitivity', isShare: true },
  mcc: {
    title: 'MCC',
    meaning: 'Matthews correlation of answer and label, from -1 to 1; chance is 0',
    isShare: false,
  },
  loss: { title: 'loss', meaning: 'mean cross-entropy of the logits, in nats', isShare: false },
  log_loss: {
    title: 'log loss',
    meaning: 'the same of the probabilities, after any temperature',
    isShare: false,
  },
  brier: {
    title: 'Brier score',
    meaning: 'mean squared distance of probability and label; 0 is best',
    isShare: true,
  },
  ece: {
    title: 'ECE',
    meaning:
      'expected calibration error: mean distance of probability and share of tumour; noise adds to it, which its interval takes out',
    isShare: true,
  },
  calibration_slope: {
    title: 'calibration slope',
    meaning: '1 is right; below, probabilities are too sure',
    isShare: false,
  },
  calibration_intercept: {
    title: 'calibration intercept',
    meaning: '0 is right; above, tumour is underestimated',
    isShare: false,
  },
} as const satisfies Readonly<Record<FigureName, FigureEntry>>;

/** The names in the order of the glossary. */
export const shownFigures = Object.keys(figureGlossary) as readonly FigureName[];

/** Those that two models are compared by. */
export const comparedFigures = shownFigures.filter(
  (name): name is ComparedFigure => name !== 'loss',
);

/** A figure with the digits that text, tables and JSON readers compare. */
export function figureText(value: number | null): string {
  return value === null ? 'n/a' : value.toFixed(4);
}
