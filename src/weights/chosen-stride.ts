import { UserError } from '../errors.js';
import type { Backbone, Stride } from '../model/architecture.js';

/**
 * Where a backbone has its stride. Both places fit the arrays of bottlenecks and one scores badly, so it is
 * never guessed.
 *
 * @param act For errors, as in `convert "x.pth"`.
 * @param stated What is known of the weights; null: nothing.
 * @param wanted What the user says; null: nothing.
 * @returns Null for basic blocks, which have one place for it.
 * @throws {UserError} If nobody says it, or they disagree.
 */
export function chosenStride(
  act: string,
  { block }: Backbone,
  stated: Stride | null,
  wanted: Stride | null,
): Stride | null {
  if (block === 'basic') return null;
  if (stated !== null && wanted !== null && stated !== wanted) {
    throw new UserError(
      `Cannot ${act}: expected --stride ${stated}, as it is known of this file, got --stride ${wanted}; leave --stride out`,
    );
  }
  const chosen = wanted ?? stated;
  if (chosen !== null) return chosen;
  throw new UserError(
    `Cannot ${act}: expected the file to say where its bottlenecks have their stride, got nothing of it; give --stride v1 (in conv1, as Caffe and Keras) or --stride v1.5 (in conv2, as torchvision, timm and transformers)`,
  );
}
