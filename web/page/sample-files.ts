import type { PatchFile } from './patch-files.js';

/** The patches that come with the page, from the pictures that show them. */
export async function sampleFiles(pictures: Iterable<HTMLImageElement>): Promise<PatchFile[]> {
  return Promise.all(
    Array.from(pictures, async ({ src }) => {
      const name = new URL(src).pathname.split('/').at(-1) as string;
      const file = new File([await (await fetch(src)).blob()], name);
      return { id: name.replace(/\.[^.]*$/, ''), name, file };
    }),
  );
}
