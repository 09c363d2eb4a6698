import { BadPatchError } from './bad-patch.js';
import type { Patch } from './patch.js';

/** The size of a patch. */
export type PatchSize = Pick<Patch, 'widthPx' | 'heightPx'>;

/** A patch whose size all must have. */
export interface PatchLike extends PatchSize {
  readonly path: string;
}

/** @throws {BadPatchError} If a patch has not the size that all must have. */
export function refuseOtherSize(path: string, size: PatchSize, like: PatchLike): void {
  if (size.widthPx === like.widthPx && size.heightPx === like.heightPx) return;
  throw new BadPatchError(
    'use',
    path,
    `expected ${sizeText(like)} as "${like.path}" has, got ${sizeText(size)}; all patches must have one size`,
  );
}

/** @example sizeText({ widthPx: 96, heightPx: 64 }) // '96 x 64 px' */
export function sizeText({ widthPx, heightPx }: PatchSize): string {
  return `${widthPx} x ${heightPx} px`;
}
