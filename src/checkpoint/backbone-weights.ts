import { UserError } from '../errors.js';
import type { Stride } from '../model/architecture.js';
import type { Normalization } from '../model/preprocess.js';
import type { StateDict } from '../model/state-dict.js';
import { parseJson } from '../parse-json.js';
import { quote } from '../quote.js';
import { normalizationSchema } from './card.js';

export interface BackboneWeights {
  /** Under torchvision's names; the classifier `fc.*` of the file may be among them. */
  readonly state: StateDict;
  /** Null: they do not say it, as is right for basic blocks. */
  readonly stride: Stride | null;
  /** What the patches are normalised by, that they were trained with; null: they do not say it. */
  readonly normalization: Normalization | null;
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
