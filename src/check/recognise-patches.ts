import { findTwins } from './find-twins.js';
import { fingerprintBytes, hasDigest } from './fingerprint.js';
import { type TwinAcross, twinsAcross } from './twins-across.js';

/** Patches that were trained on and patches that validated, by their fingerprints. */
export interface KnownPatches {
  /** Shape [trained on, 104]. */
  readonly train: Uint8Array;
  /** Shape [validated, 104]. */
  readonly valid: Uint8Array;
}

/** Which patches are not new. */
export interface RecognisedPatches {
  /** Those that show the same as trained ones, ascending by row. */
  readonly trained: readonly Pick<TwinAcross, 'row' | 'kind'>[];
  /** How many show the same as patches that validated. */
  readonly validated: number;
  /** How many could be recognised: all but those of one colour. */
  readonly recognisable: number;
}

/**
 * Holds patches against those that are known; 2,440 against 217,585 take 3.4 s.
 *
 * @param known Of each checkpoint.
 * @param asked Shape [patches, 104].
 */
export function recognisePatches(
  known: readonly KnownPatches[],
  asked: Uint8Array,
): RecognisedPatches {
  const parts = known.flatMap(({ train, valid }) => [train, valid]);
  const sides = parts.flatMap((part, at) =>
    Array<Side>(part.length / fingerprintBytes).fill(at % 2 === 0 ? 'train' : 'valid'),
  );
  const groups = findTwins(Buffer.concat([...parts, asked]), sides.length);
  const twinsOf = (side: Side) =>
    twinsAcross(groups, (row) => sides[row] === side)
      .filter(({ row }) => row >= sides.length)
      .map(({ row, kind }) => ({ row: row - sides.length, kind }));
  return {
    trained: twinsOf('train').sort((a, b) => a.row - b.row),
    validated: twinsOf('valid').length,
    recognisable: countRecognisable(asked),
  };
}

type Side = 'train' | 'valid';

function countRecognisable(fingerprints: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < fingerprints.length; at += fingerprintBytes) {
    if (hasDigest(fingerprints.subarray(at, at + fingerprintBytes))) count++;
  }
  return count;
}
