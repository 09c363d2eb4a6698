import { normalizationIn, strideIn } from '../checkpoint/backbone-weights.js';
import type { Stride } from '../model/architecture.js';
import type { Normalization } from '../model/preprocess.js';
import type { ForeignFacts } from './foreign-weights.js';
import type { RegisteredWeights } from './registry.js';

/**
 * What is known of weights that shapes do not tell: by the kind of the file, its metadata or the registry,
 * the first that says it. Null: nobody does.
 *
 * @throws {UserError} If the metadata has figures that are none.
 */
export function statedFacts(
  path: string,
  { stride, normalization, metadata }: ForeignFacts,
  published: Pick<RegisteredWeights, 'stride' | 'normalization'> | null,
): { readonly stride: Stride | null; readonly normalization: Normalization | null } {
  return {
    stride: stride ?? strideIn(metadata) ?? published?.stride ?? null,
    normalization:
      normalization ?? normalizationIn(path, metadata) ?? published?.normalization ?? null,
  };
}
