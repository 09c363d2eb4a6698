import type { ScoredLabels } from './scored-labels.js';

/** How many patches score at least `threshold`, by class. */
export interface ThresholdCount {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** The counts at each distinct score, from the highest to the lowest. O(n log n). */
export function thresholdCounts({ scores, labels }: ScoredLabels): ThresholdCount[] {
  const order = Int32Array.from(scores, (_, index) => index);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const counts: ThresholdCount[] = [];
  let [truePositives, falsePositives] = [0, 0];
  order.forEach((index, place) => {
    if (labels[index] === 1) truePositives++;
    else falsePositives++;
    const threshold = scores[index] as number;
    const next = order[place + 1];
    if (next === undefined || scores[next] !== threshold) {
      counts.push({ threshold, truePositives, falsePositives });
    }
  });
  return counts;
}
