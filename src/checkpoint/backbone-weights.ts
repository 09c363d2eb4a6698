import { UserError } from '../errors.js';
import type { Stride } from '../model/architecture.js';
import type { Normalization } from '../model/preprocess.js';
import type { StateDict } from '../model/state-dict.js';
import { parseJson } from '../parse-json.js';
import { quote } from '../quote.js';
import { normalizationSchema } from './card.js';
import { refuseUnsound } from './refuse-unsound.js';
import { floatTensors, readSafetensors } from './safetensors.js';

export interface BackboneWeights {
  /** Under torchvision's names; the classifier `fc.*` of the file may be among them. */
  readonly state: StateDict;
  /** Null: they do not say it, as is right for basic blocks. */
  readonly stride: Stride | null;
  /** What the patches are normalised by, that they were trained with; null: they do not say it. */
  readonly normalization: Normalization | null;
}

/**
 * Reads pretrained backbone weights. Where the stride of bottlenecks is (v1 or v1.5) cannot be seen from
 * shapes, so it is taken from the file's metadata (`stride` or `variant`) or from the user, never guessed.
 *
 * @param stride What the user says; null: what the file says.
 * @throws {UserError} If neither says it, if they disagree, or if the file cannot be read.
 */
export async function readBackboneWeights(
  path: string,
  stride: Stride | null,
): Promise<BackboneWeights> {
  const file = await readSafetensors(path);
  const stated = strideIn(file.metadata);
  const chosen = stride ?? stated;
  const state = floatTensors(file);
  if (chosen === null && !hasBasicBlocks(state)) {
    throw new UserError(
      `Cannot use weights "${path}": expected "stride" or "variant" in the metadata to say v1 or v1.5, got neither; give --stride v1 (stride in conv1) or --stride v1.5 (stride in conv2, as torchvision's own files)`,
    );
  }
  if (stated !== null && stated !== chosen) {
    throw new UserError(
      `Cannot use weights "${path}": expected --stride ${stated}, as the file's metadata says, got --stride ${chosen}; leave --stride out`,
    );
  }
  refuseUnsound(path, state);
  return { state, stride: chosen, normalization: normalizationIn(path, file.metadata) };
}

/** Basic blocks have two convolutions, and one place for the stride. */
function hasBasicBlocks(state: StateDict): boolean {
  return state.has('layer1.0.conv2.weight') && !state.has('layer1.0.conv3.weight');
}

/** The stride that the metadata of weights state; null: none. */
export function strideIn(metadata: ReadonlyMap<string, string>): Stride | null {
  for (const key of ['stride', 'variant']) {
    const said = /^\s*v1(\.5)?(?![.\w])/i.exec(metadata.get(key) ?? '');
    if (said !== null) return said[1] === undefined ? 'v1' : 'v1.5';
  }
  return null;
}

/**
 * The figures that the metadata of weights state; null: none.
 *
 * @throws {UserError} If they are not three numbers each.
 */
export function normalizationIn(
  path: string,
  metadata: ReadonlyMap<string, string>,
): Normalization | null {
  const [mean, std] = [metadata.get('mean'), metadata.get('std')];
  if (mean === undefined && std === undefined) return null;
  try {
    return normalizationSchema.parse({ mean: parseJson(mean ?? ''), std: parseJson(std ?? '') });
  } catch (error) {
    throw new UserError(
      `Cannot use weights "${path}": expected "mean" and "std" in the metadata to be three numbers each, std above 0, got ${quote(mean ?? 'nothing')} and ${quote(std ?? 'nothing')}; convert or download it again`,
      { cause: error },
    );
  }
}
