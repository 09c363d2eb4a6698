import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { evaluationText } from './evaluation-text.js';
import { withLeakage } from './leakage-text.js';

/** What a finished run says at its end. */
export function trainingText(summary: {
  readonly run: string;
  readonly bestEpoch: number | null;
  readonly split: string;
  readonly leakage: { readonly text: string } | null;
  readonly best: Evaluation;
}): string {
  const { run, bestEpoch, split, leakage, best } = summary;
  const lines = [
    `Best epoch ${bestEpoch ?? '-'}, on its validation patches (${split}):`,
    evaluationText(best),
    '',
    `Checkpoints, log and predictions: ${run}`,
  ];
  return withLeakage(leakage?.text ?? null, lines.join('\n'));
}
