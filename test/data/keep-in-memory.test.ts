import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { memoryReader } from '../../src/data/keep-in-memory.js';
import { readPatch } from '../../src/data/read-patch.js';
import { useCopiedPatches } from './copied-patches.js';

const patchBytes = 96 * 96 * 3;
const copied = useCopiedPatches(3);

/** Which of the patches can still be read, as they were, once all files are junk. */
async function keptWithin(limitBytes: number): Promise<boolean[]> {
  const read = memoryReader(limitBytes);
  const before = await Promise.all(copied.paths.map((path) => readPatch(path)));
  for (const path of copied.paths) await read(path);
  for (const path of copied.paths) await writeFile(path, 'junk');
  return Promise.all(
    copied.paths.map((path, index) =>
      read(path).then(
        ({ pixels }) => Buffer.compare(pixels, before[index]?.pixels ?? pixels.fill(0)) === 0,
        () => false,
      ),
    ),
  );
}

describe('memoryReader', () => {
  it('keeps every patch without a limit', async () => {
    expect(await keptWithin(Number.POSITIVE_INFINITY)).toEqual([true, true, true]);
  });

  it('keeps what its limit holds', async () => {
    expect(await keptWithin(2 * patchBytes + 100)).toEqual([true, true, false]);
  });

  it('counts a patch once that is read twice at the same time', async () => {
    const read = memoryReader(2 * patchBytes + 100);
    const [first = '', second = ''] = copied.paths;
    await Promise.all([read(first), read(first), read(first)]);
    await read(second);
    await writeFile(second, 'junk');
    expect((await read(second)).widthPx).toBe(96);
  });
});
