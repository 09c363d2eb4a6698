import type { CheckpointCard } from '../../checkpoint/card.js';
import type { StateDict } from '../../model/state-dict.js';
import { classifierOnnx } from '../onnx/classifier-onnx.js';
import type { OnnxModel } from '../onnx/onnx-model.js';
import type { PublicFacts } from './public-facts.js';

/**
 * The model of a page: it takes whole patches, its BatchNorm is folded, and what it says of itself may be
 * published.
 *
 * @param state All arrays of the classifier, as a checkpoint has them.
 */
export function webModel(card: CheckpointCard, state: StateDict, facts: PublicFacts): OnnxModel {
  const { cropPx, channels, mean, std } = facts.preprocessing;
  return classifierOnnx(
    card,
    state,
    { isFolded: true, isBare: false },
    {
      class_names: facts.classNames.join(','),
      preprocessing: JSON.stringify({ crop_px: cropPx, channels, mean, std }),
      provenance: JSON.stringify({
        exported_by: facts.exportedBy,
        trained_by: facts.trainedBy,
        checkpoint_sha256: facts.checkpointSha256,
        data_digest: facts.dataDigest,
        metrics: facts.metrics,
      }),
      threshold: String(facts.thresholds.at(-1)?.probability),
    },
  );
}
