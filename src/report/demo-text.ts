import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { evaluationText } from './evaluation-text.js';
import { duration } from './training-progress.js';

/** What the demo says at its end: figures, what they are worth, where everything is. */
export function demoText(summary: {
  readonly data: { readonly trainLabels: string; readonly testLabels: string };
  readonly run: string;
  readonly evaluation: string;
  readonly report: Evaluation;
  readonly seconds: number;
}): string {
  const { data, run, evaluation, report, seconds } = summary;
  return [
    evaluationText(report),
    '',
    'The patches are synthetic, drawn by histo: these figures show that it works here, and say',
    'nothing about tissue.',
    '',
    `patches      ${data.trainLabels}, ${data.testLabels}`,
    `run          ${run}`,
    `evaluation   ${evaluation}`,
    `time         ${duration(seconds)}, without installing the engine`,
  ].join('\n');
}
