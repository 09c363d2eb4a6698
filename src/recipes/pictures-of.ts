import { join } from 'node:path';
import { patchFiles } from '../data/patch-files.js';
import { readPatch } from '../data/read-patch.js';
import { UserError } from '../errors.js';
import type { PatchPicture } from '../report/patch-picture.js';

/**
 * Reads patches to be shown, without a square or a heat map on them.
 *
 * @param images The folder that holds them, `<id>.tif` and the like.
 * @returns A picture an id, in the order given.
 * @throws {UserError} If the folder or a patch is not there or cannot be read.
 */
export async function picturesOf(
  ids: readonly string[],
  images: string,
  signal: AbortSignal,
): Promise<PatchPicture[]> {
  const files = await patchFiles(images);
  const pictures: PatchPicture[] = [];
  for (const id of ids) {
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
