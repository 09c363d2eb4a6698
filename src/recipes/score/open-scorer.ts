import type { ScoringEngine } from '../../engine/choose.js';
import type { Precision } from '../../engine/precision.js';
import { classifierOnnx } from '../../export/onnx/classifier-onnx.js';
import { checkState } from '../../model/check-state.js';
import type { TestTimeAugmentation } from '../../model/d4-views.js';
import { modelFromState } from '../../model/model.js';
import { parametersOf } from '../../model/parameters.js';
import { createScorer } from '../../model/scorer.js';
import type { Classifier } from './load-classifier.js';
import { type OpenScorer, onnxScorer } from './onnx-scorer.js';

/** How a classifier is made ready. */
export interface OpenScorerOptions {
  /** What scores checkpoints, and has been started; exported files are ONNX Runtime's. */
  readonly engine: ScoringEngine['name'];
  readonly precision: Precision;
  readonly tta: TestTimeAugmentation | null;
}

/**
 * Makes a classifier ready to score.
 *
 * @throws {UserError} If arrays of a checkpoint are missing, surplus or misshapen, or ONNX Runtime is not
 *   installed or cannot load the model.
 */
export async function openScorer(
  classifier: Classifier,
  { engine, precision, tta }: OpenScorerOptions,
): Promise<OpenScorer> {
  const { card } = classifier;
  const seen = { cropPx: card.preprocessing.cropPx, tta };
  if (classifier.kind === 'onnx') return await onnxScorer(classifier.model, seen);
  const { state } = classifier;
  if (engine === 'onnx') {
    checkState(parametersOf(card.architecture), state, "the model's weights");
    const model = classifierOnnx(card, state, { isFolded: true, isBare: false }, {});
    return await onnxScorer(model, seen);
  }
  const model = modelFromState(card.architecture, state);
  const scorer = createScorer(model, card.preprocessing, { precision, tta });
  return {
    score: scorer.score,
    close: async () => {
      scorer.dispose();
      model.dispose();
    },
  };
}
