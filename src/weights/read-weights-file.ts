import { type BackboneWeights, normalizationIn, strideIn } from '../checkpoint/backbone-weights.js';
import { UserError } from '../errors.js';
import type { Stride } from '../model/architecture.js';
import type { ForeignWeights } from './foreign-weights.js';
import { readForeignWeights } from './read-foreign-weights.js';
import { type RegisteredWeights, registeredBytes } from './registry.js';

/** Weights as a training starts from them. */
export interface WeightsFile extends BackboneWeights {
  /** Of the file's bytes. */
  readonly sha256: string;
  /** The weights of the registry that they are; null: of none whose SHA-256 it knows. */
  readonly registered: RegisteredWeights | null;
}

const longestMs = 120_000; // for one HDF5 file

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
  const weights = await readForeignWeights(path, { signal, timeoutMs: longestMs });
  const { state, sha256 } = weights;
  const registered = registeredBytes(sha256);
  return {
    state,
    stride: chosenStride(path, weights, stride, registered),
    normalization:
      weights.normalization ??
      normalizationIn(path, weights.metadata) ??
      registered?.normalization ??
      null,
    sha256,
    registered,
  };
}

function chosenStride(
  path: string,
  { backbone, stride, metadata }: ForeignWeights,
  wanted: Stride | null,
  registered: RegisteredWeights | null,
): Stride | null {
  if (backbone.block === 'basic') return null; // which have one place for it
  const stated = stride ?? strideIn(metadata) ?? registered?.stride ?? null;
  if (stated !== null && wanted !== null && stated !== wanted) {
    throw new UserError(
      `Cannot use weights "${path}": expected --stride ${stated}, as is known of this file, got --stride ${wanted}; leave --stride out`,
    );
  }
  const chosen = wanted ?? stated;
  if (chosen !== null) return chosen;
  throw new UserError(
    `Cannot use weights "${path}": expected the file to say where its bottlenecks have their stride, got nothing of it; give --stride v1 (in conv1, as Caffe and Keras) or --stride v1.5 (in conv2, as torchvision, timm and transformers)`,
  );
}
