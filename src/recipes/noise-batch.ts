import { cropSteps, drawAugmentation } from '../data/augment.js';
import { randomStream } from '../rng.js';
import type { TrainingBatch } from '../train/step.js';

const augmentation = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 };

/**
 * A batch of noise to measure with; labels in turn.
 *
 * @param patch Size of the patches, at least that of the crop.
 */
export function noiseBatch(
  size: number,
  patch: { readonly widthPx: number; readonly heightPx: number },
  cropPx: number,
): TrainingBatch {
  const random = randomStream(0);
  const stepsOf = (row: number) =>
    cropSteps(drawAugmentation(augmentation, 0, 0, row), patch, cropPx);
  return {
    pixels: Uint8Array.from(
      { length: 3 * size * patch.widthPx * patch.heightPx },
      () => 256 * random.nextUniform(),
    ),
    steps: Int32Array.from(Array.from({ length: size }, (_, row) => stepsOf(row)).flat()),
    labels: Int32Array.from({ length: size }, (_, row) => row % 2),
    size,
    widthPx: patch.widthPx,
    heightPx: patch.heightPx,
  };
}
