import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadPatchError } from '../../src/data/bad-patch.js';
import { BadPatches } from '../../src/data/bad-patches.js';
import { type Batch, readBatches } from '../../src/data/batches.js';
import { readLabels } from '../../src/data/labels.js';
import { typicalPatch } from '../../src/data/typical-patch.js';
import { UserError } from '../../src/errors.js';
import { fixturePatches } from '../fixture-patches.js';
import { contentsOf } from './batch-contents.js';
import { batchOptions } from './batch-options.js';
import { temporaryFolder } from './temporary-folder.js';
import { tiffBytes } from './tiff-bytes.js';

const never = new AbortController().signal;
const folder = temporaryFolder();
const bad = (id: string) => ({ id, path: `/p/${id}.tif` });
const empty = ({ path }: { path: string }) => new BadPatchError('read', path, 'got an empty file');

describe('BadPatches', () => {
  it('fails at the first one, with the remedy', () => {
    const patches = new BadPatches({ onBadPatch: 'fail', total: 1e6 });
    expect(() => patches.leaveOut(bad('a'), empty(bad('a')))).toThrow(
      new UserError(
        'Cannot read patch "/p/a.tif": got an empty file, or leave patches like it out with --on-bad-patch skip',
      ),
    );
  });

  it('leaves out up to 1 % and no more, those left out before counted, each path once', () => {
    const before = [{ ...bad('x'), why: 'got a folder' }];
    const patches = new BadPatches({ onBadPatch: 'skip', total: 399, before });
    for (const id of ['a', 'b', 'a']) patches.leaveOut(bad(id), empty(bad(id)));
    expect(patches.skipped).toEqual(
      ['a', 'b'].map((id) => ({ ...bad(id), why: 'got an empty file' })),
    );
    expect(() => patches.leaveOut(bad('c'), empty(bad('c')))).toThrow(
      /expected at most 1 % that cannot be used \(3 of 399\), got 4 already, such as\n {2}"\/p\/x.tif": got a folder\n {2}"\/p\/a.tif": got an empty file\n/,
    );
  });

  it('tells of each once', () => {
    const notices: string[] = [];
    const onNotice = (notice: string) => notices.push(notice);
    const patches = new BadPatches({ onBadPatch: 'skip', total: 100, onNotice });
    for (let epoch = 0; epoch < 3; epoch++) patches.leaveOut(bad('a'), empty(bad('a')));
    expect(notices).toEqual([
      'Note: Cannot read patch "/p/a.tif": got an empty file; it is left out',
    ]);
  });
});

describe('typicalPatch', () => {
  it('has the size of most of the first, whichever is the first', async () => {
    const sizes = [50, 96, 70, 96, 96];
    const patches = sizes.map((sidePx, at) => {
      const path = join(folder, `side-${at}.tif`);
      writeFileSync(
        path,
        tiffBytes({ widthPx: sidePx, heightPx: 96 }, () => 7),
      );
      return { id: `${at}`, path };
    });
    const left: string[] = [];
    const all = [bad('gone'), ...patches];
    const found = await typicalPatch(all, ({ id }) => left.push(id), never);
    expect(found).toEqual({ path: patches[1]?.path, widthPx: 96, heightPx: 96 });
    expect(left).toEqual(['gone']);
    expect(await typicalPatch([bad('gone')], () => {}, never)).toBeNull();
  });
});

describe('readBatches', () => {
  it('leaves bad patches out of their batches and changes nothing else', async () => {
    const patches = (await readLabels({ ...fixturePatches, groupColumn: null, limit: 40 })).map(
      (patch) => {
        const path = join(folder, `${patch.id}.tif`);
        copyFileSync(patch.path, path);
        return { ...patch, path };
      },
    );
    const like = { path: '', widthPx: 96, heightPx: 96 };
    const whole: Batch[] = [];
    for await (const batch of readBatches(patches, { ...batchOptions, like })) whole.push(batch);
    const [gone, cut] = [whole[1]?.ids[0] ?? '', whole[3]?.ids[7] ?? ''];
    rmSync(join(folder, `${gone}.tif`));
    writeFileSync(join(folder, `${cut}.tif`), 'II*');
    const left: string[] = [];
    const onBadPatch = ({ id }: { id: string }) => left.push(id);
    const got = await contentsOf(readBatches(patches, { ...batchOptions, like, onBadPatch }));
    expect(left).toEqual([gone, cut]);
    const expected = whole.map((batch) => {
      const rows = batch.ids.flatMap((id, row) => (left.includes(id) ? [] : [row]));
      const of = (values: ArrayLike<number>, size: number) =>
        rows.flatMap((row) => Array.from(values).slice(row * size, (row + 1) * size));
      return {
        ...batch,
        pixels: Uint8Array.from(of(batch.pixels, 96 * 96 * 3)),
        steps: Int32Array.from(of(batch.steps, 6)),
        labels: Int32Array.from(of(batch.labels, 1)),
        ids: batch.ids.filter((id) => !left.includes(id)),
        size: rows.length,
      };
    });
    async function* again() {
      yield* expected;
    }
    expect(got).toEqual(await contentsOf(again()));
    expect(expected.map(({ size }) => size)).toEqual([8, 7, 8, 7, 8]);
  });

  it('gives an empty batch where all are bad', async () => {
    const like = { path: '', widthPx: 96, heightPx: 96 };
    const options = { ...batchOptions, like, shuffle: false, onBadPatch: () => {} };
    const batches = await contentsOf(readBatches([bad('a'), bad('b')], options));
    expect(batches).toMatchObject([{ size: 0, ids: [], steps: [], labels: [] }]);
  });
});
