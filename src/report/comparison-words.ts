import type { Comparison } from '../evaluate/compare-predictions.js';
import type { DelongDifference } from '../evaluate/delong-difference.js';
import type { McNemar } from '../evaluate/mcnemar.js';
import { figureText } from './figure-glossary.js';

/** Which of two models ranks better, as far as these patches tell. */
export function verdictText({ figures }: Pick<Comparison, 'figures'>): string {
  const { difference, interval } = figures.roc_auc;
  if (difference === null) {
    return 'A class is absent: nothing can be said of which of them tells the two apart better';
  }
  if (interval === null) return 'The difference of ROC AUC does not vary: it has no interval';
  if (interval.low > 0) return 'A ranks better: the interval of the difference is above 0';
  if (interval.high < 0) return 'B ranks better: the interval of the difference is below 0';
  return 'These patches do not tell which ranks better: the interval of the difference holds 0';
}

/** What the intervals and the tests take for granted. */
export function howSureText({ groups }: Pick<Comparison, 'groups'>): string {
  if (groups !== null) {
    return `Intervals draw ${groups} whole slides with all their patches (cluster bootstrap). DeLong and McNemar take patches as independent, which those of one slide are not: where they say otherwise, go by the interval.`;
  }
  return 'No slide is known: intervals, DeLong and McNemar take patches as independent. Where several are of one slide, it is less sure than this: name their column with --labels FILE --group-column NAME.';
}

/** DeLong's paired test in a line. */
export function delongText(delong: DelongDifference | null): string {
  if (delong === null) return 'none: it takes two patches of each class';
  const { z, p_value } = delong;
  if (z === null || p_value === null) return 'none: the difference does not vary';
  return `z = ${z.toFixed(2)}, ${probabilityText(p_value)}`;
}

/** McNemar's exact test in a line. */
export function mcnemarText({ only_first_right, only_second_right, p_value }: McNemar): string {
  return `only A right ${only_first_right}, only B right ${only_second_right}, ${probabilityText(p_value)}`;
}

/** What was made of a file without logits. */
export function logOddsText(clipped: number): string {
  const tied = clipped === 0 ? '' : `; ${clipped} were beyond and are tied now`;
  return `has probabilities alone: figures are of their log-odds, kept ${Number.EPSILON.toExponential(1)} from 0 and 1 as scikit-learn does${tied}`;
}

/** A difference with its sign; none where it rounds to 0. */
export function differenceText(difference: number | null): string {
  const text = figureText(difference);
  if (difference === null || Number(text) === 0) return text.replace('-', '');
  return difference > 0 ? `+${text}` : text;
}

function probabilityText(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(4)}`;
}

/** What the models were trained on of these patches, to be said before all else. */
export function leakageWarnings(compared: {
  readonly first: { readonly leakage: string | null };
  readonly second: { readonly leakage: string | null };
}): string[] {
  const warning = (name: string, leakage: string | null) =>
    leakage === null ? [] : [`${name}: ${leakage}`];
  return [...warning('A', compared.first.leakage), ...warning('B', compared.second.leakage)];
}
