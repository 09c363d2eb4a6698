import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedClasses } from './scored-labels.js';

/** A rule that chooses a threshold from scores and labels. */
export type ThresholdRule =
  | { readonly kind: 'youden' }
  | { readonly kind: 'sensitivity' | 'specificity'; readonly atLeast: number };

/**
 * Chooses a threshold: the score itself of one of the patches.
 *
 * `youden` makes sensitivity + specificity as large as it gets, the highest such threshold;
 * `sensitivity` is the highest threshold that still has it, `specificity` the lowest.
 *
 * @param margins Shape [n]. Log-odds of tumour, of validation patches.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @throws {RangeError} As `rocAuc`.
 * @see Youden 1950, doi:10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3
 */
export function chooseThreshold(
  rule: ThresholdRule,
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
): { readonly name: string; readonly margin: number } {
  const checked = checkedClasses('choose a threshold', margins, labels);
  const cells = scoreCells(checked);
  if (rule.kind === 'youden') return { name: 'youden', margin: youdenScore(cells) };
  const name = `${rule.kind} ${rule.atLeast}`;
  const { sensitivity, specificity } = ratesFrom(cells);
  const { scores } = cells;
  if (rule.kind === 'sensitivity') {
    const cell = sensitivity.findLastIndex((rate) => rate >= rule.atLeast);
    return { name, margin: scores[cell] as number };
  }
  const cell = specificity.findIndex((rate) => rate >= rule.atLeast);
  // above every score, if only calling nothing tumour is specific enough
  return { name, margin: scores[cell] ?? nextAbove(scores.at(-1) as number) };
}

function youdenScore(cells: ScoreCells): number {
  const { sensitivity, specificity } = ratesFrom(cells);
  let best = sensitivity.length - 1;
  for (let cell = best; cell >= 0; cell--) {
    const j = (at: number) => (sensitivity[at] as number) + (specificity[at] as number);
    if (j(cell) > j(best)) best = cell;
  }
  return cells.scores[best] as number;
}

/** Sensitivity and specificity of each cell's score as threshold. */
function ratesFrom({ positives, negatives }: ScoreCells) {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const [tumour, normal] = [sum(positives), sum(negatives)];
  let [below, passed] = [0, 0]; // of tumour and of normal tissue, under the threshold
  const sensitivity = positives.map((positive) => {
    const rate = (tumour - below) / tumour;
    below += positive;
    return rate;
  });
  const specificity = negatives.map((negative) => {
    const rate = passed / normal;
    passed += negative;
    return rate;
  });
  return { sensitivity, specificity };
}

function nextAbove(value: number): number {
  return value + Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
}
