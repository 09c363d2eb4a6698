import type { TensorData } from '../checkpoint/dtypes.js';
import type { Stride } from '../model/architecture.js';
import type { Normalization } from '../model/preprocess.js';
import type { StateDict } from '../model/state-dict.js';
import type { RecognisedBackbone } from './recognise-backbone.js';

/** One array, in torch's layout. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type ForeignTensors = ReadonlyMap<string, ForeignTensor>;

/** What a file of another framework says of its weights. */
export interface ForeignFacts {
  /** As in `PyTorch`; for people. */
  readonly format: string;
  /** Null: the file does not say. */
  readonly stride: Stride | null;
  /** Null: the file does not say. */
  readonly normalization: Normalization | null;
  /** Names of arrays that belong to no backbone, such as another head's. */
  readonly leftOut: readonly string[];
  /** Where in the file they were, as in `under "state_dict"`; null: it holds nothing else. */
  readonly place: string | null;
  /** As a safetensors file has it, such as `licence`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file's arrays under torchvision's names, before they are held against an architecture. */
export interface NamedWeights extends ForeignFacts {
  readonly tensors: ForeignTensors;
}

/** The weights of a file of another framework. */
export interface ForeignWeights extends ForeignFacts {
  /** The whole ResNet, and its classifier where it has one, under torchvision's names. */
  readonly state: StateDict;
  /** BatchNorm's counts of batches, which histo has no use for, but torch keeps. */
  readonly counters: ForeignTensors;
  readonly backbone: RecognisedBackbone;
  /** Of the file's bytes; of a tfjs model, of its `model.json`. */
  readonly sha256: string;
}
