import type { BackboneWeights } from '../checkpoint/backbone-weights.js';
import type { Stride } from '../model/architecture.js';
import { chosenStride } from './chosen-stride.js';
import { readForeignWeights } from './read-foreign-weights.js';
import { type RegisteredWeights, registeredBytes } from './registry.js';
import { statedFacts } from './stated-facts.js';

/** Weights as a training starts from them. */
export interface WeightsFile extends BackboneWeights {
  /** Of the file's bytes. */
  readonly sha256: string;
  /** The weights of the registry that they are; null: of none whose SHA-256 it knows. */
  readonly registered: RegisteredWeights | null;
}

/**
 * Reads weights of any format that `histo weights convert` reads. Where the stride of bottlenecks is (v1 or
 * v1.5) cannot be seen from shapes, so it is taken from the file, the registry or the user, never guessed.
 *
 * @param stride What the user says; null: nothing.
 * @throws {UserError} If nobody says it, if they disagree, or if the file cannot be read.
 */
export async function readWeightsFile(
  path: string,
  stride: Stride | null,
  signal: AbortSignal,
): Promise<WeightsFile> {
  const weights = await readForeignWeights(path, { signal });
  const registered = registeredBytes(weights.sha256);
  const stated = statedFacts(path, weights, registered);
  return {
    state: weights.state,
    stride: chosenStride(`use weights "${path}"`, weights.backbone, stated.stride, stride),
    normalization: stated.normalization,
    sha256: weights.sha256,
    registered,
  };
}
