import { counted } from '../counted.js';
import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { evaluationText } from './evaluation-text.js';
import { withLeakage } from './leakage-text.js';

/** What a finished run says at its end. */
export function trainingText(summary: {
  readonly run: string;
  readonly bestEpoch: number | null;
  readonly split: string;
  readonly leakage: { readonly text: string } | null;
  readonly skippedPatches: readonly unknown[];
  readonly best: Evaluation;
}): string {
  const { run, bestEpoch, split, leakage, skippedPatches, best } = summary;
  const lines = [
    `Best epoch ${bestEpoch ?? '-'}, on its validation patches (${split}):`,
    evaluationText(best),
    '',
    ...(skippedPatches.length === 0 ? [] : [`${leftOut(skippedPatches.length)}\n`]),
    `Checkpoints, log and predictions: ${run}`,
  ];
  return withLeakage(leakage?.text ?? null, lines.join('\n'));
}

function leftOut(count: number): string {
  return `Note: ${counted(count, 'patch', 'patches')} left out as not usable: see metrics.json`;
}
