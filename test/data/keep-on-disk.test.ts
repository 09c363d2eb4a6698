import {
  copyFile,
  open,
  readdir,
  readFile,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readBatches } from '../../src/data/batches.js';
import { keepOnDisk } from '../../src/data/keep-on-disk.js';
import type * as ReadPatch from '../../src/data/read-patch.js';
import { ownedName } from '../../src/owned-name.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';
import { contentsOf } from './batch-contents.js';
import { batchOptions } from './batch-options.js';
import { useCopiedPatches } from './copied-patches.js';
import { tiffBytes } from './tiff-bytes.js';

/** Which files were decoded, in their order. */
const decoded = vi.hoisted(() => ({ paths: [] as string[] }));
vi.mock('../../src/data/read-patch.js', async (original) => {
  const { readPatch, ...rest } = await original<typeof ReadPatch>();
  const watched: typeof readPatch = (path, signal) => {
    decoded.paths.push(path);
    return readPatch(path, signal);
  };
  return { ...rest, readPatch: watched };
});
const { readPatch } = await vi.importActual<typeof ReadPatch>('../../src/data/read-patch.js');

const cache = useTemporaryCache();
const copied = useCopiedPatches(20);
let notes: string[] = [];
beforeEach(() => {
  decoded.paths = [];
  notes = [];
});

async function keep(paths: readonly string[] = copied.paths) {
  return keepOnDisk(paths, {
    like: await readPatch(paths[0] ?? ''),
    shareOfDisk: 1,
    resort: { read: readPatch, onNotice: (notice) => notes.push(notice) },
    signal: new AbortController().signal,
  });
}

/** What a run is that reads every patch once: its pixels must be those of the files. */
async function run(paths: readonly string[] = copied.paths): Promise<void> {
  const kept = await keep(paths);
  await expectPixelsOf(kept, paths);
  await kept.close();
}

async function expectPixelsOf(
  { read }: Awaited<ReturnType<typeof keep>>,
  paths: readonly string[] = copied.paths,
): Promise<void> {
  for (const path of paths) {
    const [kept, { pixels }] = [await read(path), await readPatch(path)];
    expect(Buffer.compare(kept.pixels, pixels), path).toBe(0);
  }
}

const folder = () => join(cache.folder, 'patches');
const filesInFolder = () => readdir(folder());

async function onlyPack(): Promise<string> {
  const [name = '', ...others] = await filesInFolder();
  expect(others).toEqual([]);
  return join(folder(), name);
}

/** Changes one byte of a file. */
async function damage(path: string, position: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[position] = (bytes[position] as number) ^ 1;
  await writeFile(path, bytes);
}

describe('keepOnDisk', () => {
  it('decodes each patch once, for all runs', async () => {
    await run();
    await run(copied.paths.toReversed()); // another order, as of another split
    expect(decoded.paths).toEqual(copied.paths);
    expect(notes).toEqual([]);
  });

  it('gives the batches that the files give, while it writes and from the pack', async () => {
    const patches = copied.paths.map((path, index) => ({
      id: path,
      path,
      label: (index % 2) as 0 | 1,
    }));
    const expected = await contentsOf(readBatches(patches, { ...batchOptions, read: readPatch }));
    for (let time = 0; time < 2; time++) {
      const kept = await keep();
      for (let epoch = 0; epoch < 2; epoch++) {
        const got = readBatches(patches, { ...batchOptions, read: kept.read });
        expect(await contentsOf(got)).toEqual(expected);
      }
      await kept.close();
    }
    expect(decoded.paths.toSorted()).toEqual(copied.paths);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    await run();
    expect((await stat(await onlyPack())).mode & 0o777).toBe(0o600);
  });

  it('puts pixels into the room it is given, if they fit', async () => {
    await run();
    const kept = await keep();
    const [path = ''] = copied.paths;
    const room = new Uint8Array(96 * 96 * 3);
    expect((await kept.read(path, undefined, room)).pixels).toBe(room);
    expect((await kept.read(path, undefined, room.subarray(1))).pixels).toHaveLength(room.length);
    await kept.close();
  });

  it('keeps the notice of a patch', async () => {
    const grey = join(copied.folder, 'grey.tif');
    const layout = { widthPx: 96, heightPx: 96, samples: 1, photometric: 1 };
    await writeFile(
      grey,
      tiffBytes(layout, () => 90),
    );
    const paths = [...copied.paths, grey];
    await run(paths);
    const kept = await keep(paths);
    expect((await kept.read(grey)).notice).toBe('grey becomes RGB');
    expect((await kept.read(copied.paths[0] ?? '')).notice).toBeNull();
    await kept.close();
    expect(decoded.paths).toHaveLength(paths.length);
  });

  it('writes no pack of patches that differ in size', async () => {
    const wide = join(copied.folder, 'wide.tif');
    await writeFile(
      wide,
      tiffBytes({ widthPx: 97, heightPx: 96 }, () => 90),
    );
    await run([...copied.paths, wide]); // who reads them refuses them
    expect(await filesInFolder()).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('keeps three packs, those used last', async () => {
    const sets = [2, 3, 4, 5].map((count) => copied.paths.slice(0, count));
    for (const [index, paths] of sets.slice(0, 3).entries()) {
      await run(paths);
      for (const name of await filesInFolder()) {
        const file = join(folder(), name);
        const isNew = (await stat(file)).mtimeMs > 1e9;
        if (isNew) await utimes(file, 1000 + index, 1000 + index); // seconds: one after the other
      }
    }
    await run(sets[0]); // used again
    await run(sets[3]);
    decoded.paths = [];
    expect(await filesInFolder()).toHaveLength(3);
    for (const index of [0, 2, 3]) await run(sets[index]);
    expect(decoded.paths).toEqual([]);
  });
});

describe('the pack of files that change', () => {
  it('is another one, even if size and date are as they were', async () => {
    await run();
    const [changed = '', other = ''] = copied.paths;
    const { atime, mtime, size } = await stat(changed);
    await copyFile(other, changed);
    await utimes(changed, atime, mtime);
    expect((await stat(changed)).size).toBe(size);
    await run();
    expect(decoded.paths).toHaveLength(2 * copied.paths.length);
  });

  it('is another one if a file is added or left out', async () => {
    await run(copied.paths.slice(1));
    await run();
    await run(copied.paths.slice(2));
    expect(decoded.paths).toHaveLength(19 + 20 + 18);
  });

  it('is given up, with a note, if a file changes before it is decoded', async () => {
    const kept = await keep();
    const [changed = '', other = ''] = copied.paths;
    await copyFile(other, changed);
    await expectPixelsOf(kept);
    await kept.close();
    expect(notes).toEqual([
      `Note: Cannot keep decoded patches on the disk: expected files that stay as they are, got a change of "${changed}" during the run; decoded patches are kept in memory, as far as it holds them`,
    ]);
    expect(await filesInFolder()).toEqual([]);
  });
});

describe('a pack in the making', () => {
  it('leaves nothing if the run is stopped', async () => {
    const kept = await keep();
    await expectPixelsOf(kept, copied.paths.slice(1));
    expect(await filesInFolder()).toHaveLength(1);
    await kept.close();
    expect(await filesInFolder()).toEqual([]);
  });

  it('is removed by the next run if its own was killed', async () => {
    await run();
    const left = ownedName('.pack').replace(`-${process.pid}-`, '-999999999-');
    await writeFile(join(folder(), left), 'a part');
    await run();
    expect(await filesInFolder()).not.toContain(left);
  });

  it('does not disturb another of the same files', async () => {
    const [one, other] = [await keep(), await keep()];
    await Promise.all([expectPixelsOf(one), expectPixelsOf(other)]);
    await Promise.all([expectPixelsOf(one), expectPixelsOf(other)]);
    await one.close();
    await expectPixelsOf(other);
    await other.close();
    expect(decoded.paths).toHaveLength(40);
    await run();
    expect(decoded.paths).toHaveLength(40);
    await onlyPack();
    expect(notes).toEqual([]);
  });
});

describe('a pack that is damaged', () => {
  const rowsBytes = 20 * 96 * 96 * 3;

  it.each([
    ['cut off', (path: string) => truncate(path, rowsBytes)],
    ['cut off by a byte', async (path: string) => truncate(path, (await stat(path)).size - 1)],
    ['empty', (path: string) => truncate(path, 0)],
    ['wrong in its index', (path: string) => damage(path, rowsBytes + 50)],
    ['another file', (path: string) => writeFile(path, Buffer.alloc(rowsBytes))],
  ])('is written anew: %s', async (_, harm) => {
    await run();
    await harm(await onlyPack());
    await run();
    expect(notes).toEqual([expect.stringMatching(/^Note: Cannot use .*; it is written anew$/)]);
    expect(decoded.paths).toHaveLength(40);
    await run();
    expect(decoded.paths).toHaveLength(40);
  });

  it('is not used where a row is wrong, and written anew by the next run', async () => {
    await run();
    const path = await onlyPack();
    await damage(path, 5 * 96 * 96 * 3 + 1000);
    await run(); // with the pixels of the files
    expect(notes).toEqual([
      `Note: Cannot use "${path}": expected a pack as it was written, got other bytes in row 5; decoded patches are kept in memory, as far as it holds them`,
    ]);
    expect(await filesInFolder()).toEqual([]);
    await run();
    await onlyPack();
    expect(decoded.paths).toHaveLength(40);
  });

  it('is not used if it holds other files', async () => {
    await run(copied.paths.slice(1));
    const former = await onlyPack();
    await run();
    const [pack = ''] = (await filesInFolder()).filter((name) => join(folder(), name) !== former);
    await copyFile(former, join(folder(), pack));
    await run();
    expect(notes).toEqual([expect.stringContaining('got that of other files; it is written anew')]);
  });

  it('is not used if it is cut off while it is read', async () => {
    await run();
    const kept = await keep();
    const file = await open(await onlyPack(), 'r+');
    await file.truncate(100);
    await file.close();
    await expectPixelsOf(kept);
    await kept.close();
    expect(notes).toEqual([expect.stringContaining('got its end too early')]);
  });
});
