import type { BatchSource, Reading } from '../../data/batches.js';
import { scoringProgress } from '../../report/scoring-progress.js';
import type { Terminal } from '../../terminal.js';
import type { Classifier } from './load-classifier.js';
import { type OpenScorerOptions, openScorer } from './open-scorer.js';
import { type Score, scorePatches } from './score-patches.js';

/** How a classifier scores. */
export interface ClassifierScoring extends Reading, OpenScorerOptions {
  readonly batchSize: number;
}

/**
 * Scores patches, prepared as the classifier's card says, and shows how far it has come. The engine must
 * have been started.
 *
 * @returns A score a patch that can be used, in the order given.
 * @throws {UserError} If the classifier or a patch cannot be used and is not to be left out.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function scoreClassifier(
  classifier: Classifier,
  patches: readonly BatchSource[],
  { engine, precision, tta, ...scoring }: ClassifierScoring,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Score[]> {
  const scorer = await openScorer(classifier, { engine, precision, tta });
  const progress = scoringProgress(terminal, patches.length);
  try {
    return await scorePatches(scorer, patches, {
      ...scoring,
      cropPx: classifier.card.preprocessing.cropPx,
      signal: interruption,
      onNotice: terminal.note,
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
    await scorer.close();
  }
}
