import { UserError } from '../errors.js';
import type { Architecture } from '../model/architecture.js';
import type { StateDict } from '../model/state-dict.js';
import { refuseUnsound } from './refuse-unsound.js';
import { floatTensors, readSafetensors } from './safetensors.js';

type Stride = Architecture['stride'];

export interface BackboneWeights {
  /** Under torchvision's names; the classifier `fc.*` of the file may be among them. */
  readonly state: StateDict;
  readonly stride: Stride;
}

/**
 * Reads pretrained backbone weights. Where the stride is (v1 or v1.5) cannot be seen from shapes,
 * so it is taken from the file's metadata (`stride` or `variant`) or from the user, never guessed.
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
  if (chosen === null) {
    throw new UserError(
      `Cannot use weights "${path}": expected "stride" or "variant" in the metadata to say v1 or v1.5, got neither; give --stride v1 (stride in conv1) or --stride v1.5 (stride in conv2, as torchvision's own files)`,
    );
  }
  if (stated !== null && stated !== chosen) {
    throw new UserError(
      `Cannot use weights "${path}": expected --stride ${stated}, as the file's metadata says, got --stride ${chosen}; leave --stride out`,
    );
  }
  const state = floatTensors(file);
  refuseUnsound(path, state);
  return { state, stride: chosen };
}

function strideIn(metadata: ReadonlyMap<string, string>): Stride | null {
  for (const key of ['stride', 'variant']) {
    const said = /^\s*v1(\.5)?(?![.\w])/i.exec(metadata.get(key) ?? '');
    if (said !== null) return said[1] === undefined ? 'v1' : 'v1.5';
  }
  return null;
}
