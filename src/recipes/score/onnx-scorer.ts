import { openOnnxSession } from '../../engine/onnx/onnx-session.js';
import { cutPixels } from '../../engine/ops/cut-pixels.js';
import { encodeOnnx } from '../../export/onnx/encode-onnx.js';
import type { OnnxModel } from '../../export/onnx/onnx-model.js';
import type { TestTimeAugmentation } from '../../model/d4-views.js';
import { meanOverViews } from '../../model/mean-over-views.js';
import type { PatchBatch } from '../../model/preprocess.js';
import type { Scorer } from '../../model/scorer.js';

/** A classifier ready to score batches, in whatever computes it. */
export interface OpenScorer extends Pick<Scorer, 'score'> {
  readonly close: () => Promise<void>;
}

/**
 * Scores patches with a classifier's graph in ONNX Runtime. What is to be seen of a patch is cut out here,
 * flipped and turned or not: of a crop the graph's own preprocessing takes all.
 *
 * @param model As `classifierOnnx` gives it, with its preprocessing; only what histo encodes of it comes
 *   to ONNX Runtime.
 * @throws {UserError} If ONNX Runtime is not installed or cannot load the model.
 */
export async function onnxScorer(
  model: OnnxModel,
  { cropPx, tta }: { readonly cropPx: number; readonly tta: TestTimeAugmentation | null },
): Promise<OpenScorer> {
  const session = await openOnnxSession(Buffer.concat(encodeOnnx(model)));
  const pass = (view: PatchBatch) => {
    const crops = new Uint8Array(view.size * cropPx * cropPx * 3);
    const pixels = cutPixels(view, cropPx, crops);
    return session.logits({ pixels, size: view.size, widthPx: cropPx, heightPx: cropPx });
  };
  return {
    score: (batch) => meanOverViews(batch, { cropPx, tta }, pass),
    close: session.close,
  };
}
