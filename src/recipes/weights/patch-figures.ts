import { cropSteps } from '../../data/augment.js';
import { builtInPatches } from '../../data/built-in-patches.js';
import type { Patch } from '../../data/patch.js';
import { listPatches } from '../../data/patch-files.js';
import { readPatch } from '../../data/read-patch.js';
import { type MeanAndDeviation, meanAndDeviation } from '../../evaluate/mean-and-deviation.js';
import type { Architecture, Backbone, Stride } from '../../model/architecture.js';
import { createModel } from '../../model/model.js';
import { pooledFeatures } from '../../model/pooled-features.js';
import type { Normalization } from '../../model/preprocess.js';
import type { StateDict } from '../../model/state-dict.js';
import type { PatchFigures } from '../../report/verified-text.js';

const firstFeatures = 8;

/**
 * What a backbone makes of the first of the built-in patches, all 96 x 96 px of it.
 *
 * @param stride Null where it is not known: then there are the figures of both, as both fit.
 * @param state All arrays of the backbone.
 */
export async function patchFigures(
  backbone: Backbone,
  stride: Stride | null,
  state: StateDict,
  normalization: Normalization,
): Promise<PatchFigures[]> {
  const [first] = await listPatches(builtInPatches);
  if (first === undefined) throw new Error(`Cannot find a patch in "${builtInPatches}"`);
  const patch = await readPatch(first.path);
  const isKnown = backbone.block === 'basic' || stride !== null;
  const strides: readonly Stride[] = isKnown ? [stride ?? 'v1'] : ['v1', 'v1.5'];
  const figures: PatchFigures[] = [];
  for (const variant of strides) {
    const features = await featuresOf(
      { ...backbone, stride: variant },
      state,
      normalization,
      patch,
    );
    const { mean, standard_deviation } = meanAndDeviation([...features]) as MeanAndDeviation;
    figures.push({
      patch: first.id,
      stride: backbone.block === 'basic' ? null : variant,
      mean,
      standard_deviation: standard_deviation ?? 0,
      first: [...features.slice(0, firstFeatures)],
    });
  }
  return figures;
}

/**
 * The pooled features of a whole patch, in evaluation mode.
 *
 * @param patch A square.
 */
export async function featuresOf(
  backbone: Backbone & Pick<Architecture, 'stride'>,
  state: StateDict,
  normalization: Normalization,
  patch: Pick<Patch, 'pixels' | 'widthPx' | 'heightPx'>,
): Promise<Float32Array> {
  const cropPx = patch.widthPx;
  const head = { hiddenUnits: 1, classes: 2, dropout: 0 }; // which is not used
  const model = createModel({ ...backbone, ...head }, { seed: 0, backbone: state });
  try {
    const steps = Int32Array.from(cropSteps(null, patch, cropPx));
    const preprocessing = { cropPx, channels: 'rgb', ...normalization } as const;
    return await pooledFeatures(model, { ...patch, steps, size: 1 }, preprocessing);
  } finally {
    model.dispose();
  }
}
