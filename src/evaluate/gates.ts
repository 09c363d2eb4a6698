import { UserError } from '../errors.js';
import type { Evaluation } from './evaluate-predictions.js';

/** The figures that a gate may be set on, and which way is better; a calibration line has no such way. */
const directions = {
  loss: 'lower',
  log_loss: 'lower',
  roc_auc: 'higher',
  roc_auc_logit_1: 'higher',
  average_precision: 'higher',
  accuracy: 'higher',
  balanced_accuracy: 'higher',
  sensitivity: 'higher',
  specificity: 'higher',
  precision: 'higher',
  f1: 'higher',
  mcc: 'higher',
  brier: 'lower',
  ece: 'lower',
} as const satisfies Partial<Record<keyof Evaluation, 'lower' | 'higher'>>;

export type GateMetric = keyof typeof directions;

type MetricWithInterval = Exclude<GateMetric, 'roc_auc_logit_1'>;

/** A figure and what it must reach: at least the threshold; of losses and errors, at most. */
export type Gate =
  | { readonly metric: GateMetric; readonly compared: 'figure'; readonly threshold: number }
  | {
      readonly metric: MetricWithInterval;
      /** The end of its 95 % interval on the worse side. */
      readonly compared: 'worse end';
      readonly threshold: number;
    };

const flags = { figure: '--fail-under', 'worse end': '--fail-under-lower' } as const;

/**
 * Reads the gates of `--fail-under` or `--fail-under-lower`, separated by commas.
 *
 * @throws {UserError} If one is not METRIC=NUMBER, or there is no such metric.
 * @example parseGates('f1=0.9', 'figure') // [{ metric: 'f1', compared: 'figure', threshold: 0.9 }]
 */
export function parseGates(text: string, compared: Gate['compared']): Gate[] {
  return text.split(',').map((gate) => parseGate(gate, compared));
}

/** Whether more of a figure is better. */
export function isMoreBetter(metric: GateMetric): boolean {
  return directions[metric] === 'higher';
}

function parseGate(text: string, compared: Gate['compared']): Gate {
  const [, metric = '', number = ''] = /^\s*([^=]*?)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  const threshold = Number(number);
  const act = `Cannot use gate "${text}" of ${flags[compared]}`;
  if (number === '' || !Number.isFinite(threshold)) {
    throw new UserError(
      `${act}: expected METRIC=NUMBER such as roc_auc=0.9, got something else; separate several by commas`,
    );
  }
  if (compared === 'figure' && isGateMetric(metric)) return { metric, compared, threshold };
  if (compared === 'worse end' && hasInterval(metric)) return { metric, compared, threshold };
  const metrics = Object.keys(directions).filter(
    compared === 'figure' ? isGateMetric : hasInterval,
  );
  throw new UserError(`${act}: expected one of ${metrics.join(', ')}, got "${metric}"`);
}

function isGateMetric(name: string): name is GateMetric {
  return Object.hasOwn(directions, name);
}

function hasInterval(name: string): name is MetricWithInterval {
  return isGateMetric(name) && name !== 'roc_auc_logit_1';
}
