import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { evaluationText } from './evaluation-text.js';

/** What a finished run says at its end. */
export function trainingText(summary: {
  readonly run: string;
  readonly bestEpoch: number | null;
  readonly split: string;
  readonly best: Evaluation;
}): string {
  const { run, bestEpoch, split, best } = summary;
  return [
    `Best epoch ${bestEpoch ?? '-'}, on its validation patches (${split}):`,
    evaluationText(best),
    '',
    `Checkpoints, log and predictions: ${run}`,
  ].join('\n');
}
