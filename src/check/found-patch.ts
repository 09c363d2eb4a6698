import type { LabelledPatch } from '../data/labels.js';

/** What a set of patches is for. */
export type SetName = 'train' | 'valid' | 'test';

/** A patch as findings name it. */
export interface FoundPatch extends LabelledPatch {
  readonly set: SetName;
}
