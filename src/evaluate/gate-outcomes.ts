import { GateError } from '../errors.js';
import type { Evaluation } from './evaluate-predictions.js';
import { type Gate, isMoreBetter } from './gates.js';

/** How a gate ended. */
export interface GateOutcome {
  /** What is asked for, the same in every evaluation. */
  readonly name: string;
  /** In a line: what was expected, what it got instead, and by how much it was missed; null: met. */
  readonly miss: string | null;
}

/** Holds an evaluation against gates; a figure without a value, or without an interval, meets none. */
export function gateOutcomes(evaluation: Evaluation, gates: readonly Gate[]): GateOutcome[] {
  return gates.map((gate) => ({ name: nameOf(gate), miss: missOf(evaluation, gate) }));
}

/** @throws {GateError} Naming every gate that was not met, each in a line. */
export function requireGates(outcomes: readonly GateOutcome[]): void {
  const missed = outcomes.flatMap(({ miss }) => miss ?? []);
  if (missed.length === 0) return;
  const gates = outcomes.length === 1 ? 'gate' : 'gates';
  throw new GateError(
    `Cannot pass ${missed.length} of ${outcomes.length} ${gates}:\n  ${missed.join('\n  ')}`,
  );
}

function nameOf({ metric, compared, threshold }: Gate): string {
  const wanted = `${metric} ${isMoreBetter(metric) ? 'at least' : 'at most'} ${threshold}`;
  return compared === 'figure' ? wanted : `${wanted} at the ${worseEnd(metric)} end`;
}

function worseEnd(metric: Gate['metric']): 'lower' | 'upper' {
  return isMoreBetter(metric) ? 'lower' : 'upper';
}

/** What a gate wanted and got, and by how much it was missed; null if it is met. */
function missOf(evaluation: Evaluation, gate: Gate): string | null {
  const { metric, threshold } = gate;
  const { value, place, otherwise } = comparedOf(evaluation, gate);
  const wanted = `${metric}: expected ${isMoreBetter(metric) ? 'at least' : 'at most'} ${threshold}`;
  if (value === null) return `${wanted}${place}, got ${otherwise}`;
  const lacking = isMoreBetter(metric) ? threshold - value : value - threshold;
  if (lacking <= 0) return null;
  const decimals = decimalsOf(lacking);
  const by = `${isMoreBetter(metric) ? 'short' : 'over'} by ${lacking.toFixed(decimals)}`;
  return `${wanted}${place}, got ${value.toFixed(decimals)}, ${by}`;
}

/** What a gate compares, where that is, and what there is instead of a value. */
function comparedOf(evaluation: Evaluation, { metric, compared }: Gate) {
  const value = evaluation[metric];
  const otherwise = 'no value for these patches';
  if (compared === 'figure') return { value, place: '', otherwise };
  const interval = evaluation.intervals[metric];
  const place = ` at the ${worseEnd(metric)} end of its 95 % interval`;
  if (value === null) return { value, place, otherwise };
  if (interval === null) {
    return {
      value: null,
      place,
      otherwise: `${value.toFixed(4)} and no interval for these patches`,
    };
  }
  const end = isMoreBetter(metric) ? interval.low : interval.high;
  return { value: end, place: `${place} (${interval.method})`, otherwise };
}

/** Four, or as many as show two digits of the number. */
function decimalsOf(small: number): number {
  return Math.min(20, Math.max(4, 1 + Math.ceil(-Math.log10(small))));
}
