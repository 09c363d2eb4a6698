import { normalizationIn, strideIn } from '../checkpoint/backbone-weights.js';
import { parseCard } from '../checkpoint/checkpoint.js';
import type { Stride } from '../model/architecture.js';
import type { Normalization } from '../model/preprocess.js';
import type { ForeignFacts } from './foreign-weights.js';
import type { RegisteredWeights } from './registry.js';

/**
 * What is known of weights that shapes do not tell: by the kind of the file, its metadata, the card of a
 * checkpoint of histo's or the registry, the first that says it. Null: nobody does.
 *
 * @throws {UserError} If the metadata has figures that are none, or a card that is damaged.
 */
export function statedFacts(
  path: string,
  { stride, normalization, metadata }: ForeignFacts,
  published: Pick<RegisteredWeights, 'stride' | 'normalization'> | null,
): { readonly stride: Stride | null; readonly normalization: Normalization | null } {
  const known = cardFacts(path, metadata.get('histo')) ?? published;
  return {
    stride: stride ?? strideIn(metadata) ?? known?.stride ?? null,
    normalization: normalization ?? normalizationIn(path, metadata) ?? known?.normalization ?? null,
  };
}

function cardFacts(path: string, card: string | undefined) {
  if (card === undefined) return null;
  const { architecture, preprocessing } = parseCard(path, card);
  const { mean, std } = preprocessing;
  return { stride: architecture.stride, normalization: { mean, std } };
}
