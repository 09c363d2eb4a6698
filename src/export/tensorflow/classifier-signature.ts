import { dataTypes } from '../../engine/graph/tensor-types.js';
import type { Architecture } from '../../model/architecture.js';
import { patchesShape } from './classifier-graph.js';
import type { SignatureTensor } from './encode-saved-model.js';

/**
 * What `classifierGraph` takes and gives.
 *
 * @param patchType As it was given there.
 */
export function classifierSignature(
  { classes }: Pick<Architecture, 'classes'>,
  patchType: number,
): { readonly inputs: readonly SignatureTensor[]; readonly outputs: readonly SignatureTensor[] } {
  const logits = { name: 'logits', dtype: dataTypes.TF_FLOAT, shape: [-1, classes] };
  return {
    inputs: [{ name: 'patches', dtype: patchType, shape: patchesShape }],
    outputs: [logits, { ...logits, name: 'probability' }],
  };
}
