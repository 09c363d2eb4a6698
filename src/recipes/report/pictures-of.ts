import { join } from 'node:path';
import { patchFiles } from '../../data/patch-files.js';
import { readPatch } from '../../data/read-patch.js';
import { UserError } from '../../errors.js';
import type { PatchPicture } from '../../report/patch-picture.js';

/**
 * Reads patches to be shown, without a square or a heat map on them.
 *
 * @param images The folder that holds them, `<id>.tif` and the like; null: they are not at hand.
 * @returns A picture a patch, in the order given; null without a folder.
 * @throws {UserError} If the folder or a patch is not there or cannot be read.
 */
export async function picturesOf(
  patches: readonly { readonly id: string }[],
  images: string | null,
  signal: AbortSignal,
): Promise<PatchPicture[] | null> {
  if (images === null) return null;
  const files = await patchFiles(images);
  const pictures: PatchPicture[] = [];
  for (const { id } of patches) {
    const file = files.get(id);
    if (file === undefined) {
      throw new UserError(
        `Cannot show patch ${JSON.stringify(id)}: expected its file in "${images}", got none; name the folder of the patches with --images, or leave it out`,
      );
    }
    const { pixels, widthPx, heightPx } = await readPatch(join(images, file), signal);
    pictures.push({ id, pixels, widthPx, heightPx, crop: null, heat: null });
  }
  return pictures;
}
