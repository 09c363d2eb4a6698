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
  const interval = intervals.roc_auc;
  const brackets =
    interval === null ? '' : ` (${interval.low.toFixed(3)}-${interval.high.toFixed(3)})`;
  const auc = rocAuc === null ? 'n/a (one class only)' : `${rocAuc.toFixed(4)}${brackets}`;
  return `epoch ${epoch}/${epochs}  train loss ${trainLoss.toFixed(4)}  valid loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}  ROC AUC ${auc}  ${duration(seconds)}`;
}
