import type { Comparison, FigureDifference } from '../evaluate/compare-predictions.js';
import type { Interval } from '../evaluate/interval.js';
import { alignedTable } from './aligned-table.js';
import {
  delongText,
  differenceText,
  howSureText,
  leakageWarnings,
  mcnemarText,
  verdictText,
} from './comparison-words.js';
import { comparedFigures, figureGlossary, figureText } from './figure-glossary.js';

/** Two compared models, by where their predictions were found. */
interface Compared extends Comparison {
  readonly first: { readonly path: string; readonly leakage: string | null };
  readonly second: { readonly path: string; readonly leakage: string | null };
}

/**
 * A comparison as a table for people; the exact values are in the JSON.
 *
 * @example
 * A        runs/first
 * B        runs/second
 * patches  2906 (1407 tumour, 1499 normal)
 *
 * figure        A       B    A - B  95 % interval of A - B
 * ROC AUC  0.9155  0.9102  +0.0053  -0.0012 to 0.0118 (bootstrap)
 */
export function compareText(compared: Compared): string {
  const { first, second, examples, positives, negatives, groups, figures } = compared;
  return [
    ...leakageWarnings(compared).flatMap((warning) => [`Leakage: ${warning}`, '']),
    ...namedLines([
      ['A', first.path],
      ['B', second.path],
      ['patches', `${examples} (${positives} tumour, ${negatives} normal)`],
      ...(groups === null ? [] : [['slides', String(groups)]]),
    ]),
    '',
    ...alignedTable([
      ['figure', 'A', 'B', 'A - B', '95 % interval of A - B'],
      ...comparedFigures.map((name) => [figureGlossary[name].title, ...cellsOf(figures[name])]),
    ]),
    '',
    ...namedLines([
      ['DeLong', `${delongText(compared.delong)} (two-sided, ROC AUC)`],
      ['McNemar', `${mcnemarText(compared.mcnemar)} (two-sided, exact, at 0.5)`],
    ]),
    '',
    `${verdictText(compared)}.`,
    howSureText(compared),
  ].join('\n');
}

function cellsOf({ first, second, difference, interval }: FigureDifference): string[] {
  return [
    figureText(first),
    figureText(second),
    differenceText(difference),
    interval === null ? 'none' : rangeText(interval),
  ];
}

function rangeText({ low, high, method }: Interval): string {
  return `${low.toFixed(4)} to ${high.toFixed(4)} (${method})`;
}

function namedLines(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([name = '']) => name.length)) + 2;
  return rows.map(([name = '', value = '']) => name.padEnd(width) + value);
}
