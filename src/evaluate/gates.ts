import { GateError, UserError } from '../errors.js';
import type { Evaluation } from './evaluate-predictions.js';

/** The figures that a gate may be set on, and which way is better. */
const directions = {
  loss: 'lower',
  accuracy: 'higher',
  roc_auc: 'higher',
  roc_auc_logit_1: 'higher',
  average_precision: 'higher',
  brier: 'lower',
  balanced_accuracy: 'higher',
  sensitivity: 'higher',
  specificity: 'higher',
  precision: 'higher',
  f1: 'higher',
  mcc: 'higher',
} as const satisfies Partial<Record<keyof Evaluation, 'lower' | 'higher'>>;

export type GateMetric = keyof typeof directions;

/** A figure and what it must reach: at least the threshold; loss and brier at most. */
export interface Gate {
  readonly metric: GateMetric;
  readonly threshold: number;
}

/**
 * Reads a gate of `--fail-under`.
 *
 * @throws {UserError} If it is not METRIC=NUMBER, or there is no such metric.
 * @example parseGate('roc_auc=0.9') // { metric: 'roc_auc', threshold: 0.9 }
 */
export function parseGate(text: string): Gate {
  const [, metric = '', number = ''] = /^\s*([^=]*?)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  const threshold = Number(number);
  if (number === '' || !Number.isFinite(threshold)) {
    throw new UserError(
      `Cannot use gate "${text}": expected METRIC=NUMBER such as roc_auc=0.9, got something else`,
    );
  }
  if (!isGateMetric(metric)) {
    throw new UserError(
      `Cannot use gate "${text}": expected one of ${Object.keys(directions).join(', ')}, got "${metric}"`,
    );
  }
  return { metric, threshold };
}

/**
 * Holds an evaluation against gates.
 *
 * @throws {GateError} Naming every gate that was not met; a figure without a value meets none.
 */
export function checkGates(evaluation: Evaluation, gates: readonly Gate[]): void {
  const missed = gates.flatMap((gate) => missOf(evaluation[gate.metric], gate) ?? []);
  if (missed.length === 0) return;
  throw new GateError(
    `Cannot pass ${missed.length} of ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'}: ${missed.join('; ')}`,
  );
}

/** What a gate wanted and got, or null if it is met. */
function missOf(value: number | null, { metric, threshold }: Gate): string | null {
  const isLower = directions[metric] === 'lower';
  if (value !== null && (isLower ? value <= threshold : value >= threshold)) return null;
  const got = value === null ? 'no value for these patches' : String(value);
  return `${metric}: expected at ${isLower ? 'most' : 'least'} ${threshold}, got ${got}`;
}

function isGateMetric(name: string): name is GateMetric {
  return Object.hasOwn(directions, name);
}
