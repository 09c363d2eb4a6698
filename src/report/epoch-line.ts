import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { duration } from './training-progress.js';

/** One line of an epoch: train loss, validation loss, accuracy, ROC AUC with interval, time. */
export function epochLine(options: {
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly trainLoss: number;
  readonly evaluation: Evaluation;
  readonly seconds: number;
}): string {
  const { epoch, epochs, trainLoss, evaluation, seconds } = options;
  const { loss, accuracy, roc_auc: rocAuc, intervals } = evaluation;
  const auc =
    rocAuc === null || intervals.roc_auc === null
      ? 'n/a (one class only)'
      : `${rocAuc.toFixed(4)} (${intervals.roc_auc.low.toFixed(3)}-${intervals.roc_auc.high.toFixed(3)})`;
  return `epoch ${epoch}/${epochs}  train loss ${trainLoss.toFixed(4)}  valid loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}  ROC AUC ${auc}  ${duration(seconds)}`;
}
