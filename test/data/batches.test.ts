import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropSteps, drawAugmentation } from '../../src/data/augment.js';
import { BadPatchError } from '../../src/data/bad-patch.js';
import { type Batch, countBatches, readBatches } from '../../src/data/batches.js';
import { memoryReader } from '../../src/data/keep-in-memory.js';
import { readLabels } from '../../src/data/labels.js';
import { readPatch } from '../../src/data/read-patch.js';
import { UserError } from '../../src/errors.js';
import { fixturePatches } from '../fixture-patches.js';
import { contentsOf } from './batch-contents.js';
import { batchOptions as options } from './batch-options.js';
import { temporaryFolder } from './temporary-folder.js';
import { tiffBytes } from './tiff-bytes.js';

const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: 50 });

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const list: Batch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

const idsOf = (batches: readonly Batch[]) => batches.flatMap(({ ids }) => ids);
const allIds = patches.map(({ id }) => id);

describe('countBatches', () => {
  it.each([
    [0, 8, 0],
    [1, 8, 1],
    [7, 8, 1],
    [8, 8, 1],
    [9, 8, 1], // a last one of 1 is joined: one batch of 9
    [10, 8, 2],
    [17, 8, 2],
    [24, 8, 3],
    [25, 8, 3],
    [3, 1, 3], // batches of 1 are wanted
    [176_020, 64, 2751],
  ])('of %i patches in batches of %i is %i', (examples, batchSize, count) => {
    expect(countBatches(examples, batchSize)).toBe(count);
  });
});

describe('readBatches', () => {
  it('gives batches in the order of the patches without shuffle', async () => {
    const batches = await all(readBatches(patches, { ...options, shuffle: false }));
    expect(batches.map(({ size }) => size)).toEqual([8, 8, 8, 8, 8, 8, 2]);
    expect(idsOf(batches)).toEqual(allIds);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual(patches.map(({ label }) => label));
  });

  it('joins a last patch to the batch before it', async () => {
    for (const count of [41, 33, 9]) {
      const batches = await all(readBatches(patches.slice(0, count), options));
      expect(batches).toHaveLength(countBatches(count, 8));
      expect(batches.at(-1)?.size).toBe(9);
      expect(batches.at(-1)?.pixels).toHaveLength(9 * 96 * 96 * 3);
      expect(batches.at(-1)?.steps).toHaveLength(9 * 6);
      expect(idsOf(batches)).toHaveLength(count);
    }
  });

  it('gives a single patch, and nothing of none', async () => {
    expect((await all(readBatches(patches.slice(0, 1), options))).map(({ size }) => size)).toEqual([
      1,
    ]);
    expect(await all(readBatches([], options))).toEqual([]);
  });

  it('shuffles each epoch anew, by the seed', async () => {
    const orders = await Promise.all(
      [{}, {}, { epoch: 2 }, { seed: 4 }].map(async (change) =>
        idsOf(await all(readBatches(patches, { ...options, ...change }))),
      ),
    );
    expect(orders[1]).toEqual(orders[0]);
    for (const order of orders) expect(order.toSorted()).toEqual(allIds.toSorted());
    expect(new Set(orders.map((order) => order.join())).size).toBe(3);
    expect(orders[0]).not.toEqual(allIds);
  });

  it('holds what readPatch gives, and the steps of the draw of each patch', async () => {
    const batches = await all(readBatches(patches, options));
    for (const { ids, pixels, steps, labels, widthPx, heightPx } of batches) {
      for (const [row, id] of ids.entries()) {
        const index = allIds.indexOf(id); // the draw follows the patch, not its place in the epoch
        const draw = drawAugmentation(options.augmentation ?? never(), 3, 1, index);
        const patch = await readPatch(patches[index]?.path ?? '');
        const got = pixels.subarray(row * patch.pixels.length, (row + 1) * patch.pixels.length);
        expect(Buffer.compare(got, patch.pixels), id).toBe(0);
        expect([...steps.subarray(6 * row, 6 * row + 6)]).toEqual(cropSteps(draw, patch, 49));
        expect([widthPx, heightPx]).toEqual([patch.widthPx, patch.heightPx]);
        expect(labels[row]).toBe(patches[index]?.label);
      }
    }
  });

  it('has the same pixels from a reader that keeps patches, which stay as they were', async () => {
    const read = memoryReader(Number.POSITIVE_INFINITY);
    const expected = await contentsOf(readBatches(patches, options));
    for (let epoch = 0; epoch < 2; epoch++) {
      expect(await contentsOf(readBatches(patches, { ...options, read }))).toEqual(expected);
    }
  });

  it('has one row of steps without augmentation: the centre of every patch', async () => {
    const plain = { ...options, augmentation: null };
    for (const { steps } of await all(readBatches(patches, plain))) {
      expect([...steps]).toEqual(cropSteps(null, { widthPx: 96, heightPx: 96 }, 49));
    }
  });

  it('goes on inside an epoch with the batches that were left', async () => {
    const whole = await contentsOf(readBatches(patches, options));
    for (const skipBatches of [0, 1, 5, 6, 7]) {
      const rest = await contentsOf(readBatches(patches, { ...options, skipBatches }));
      expect(rest).toEqual(whole.slice(skipBatches));
    }
  });

  it('marks unknown labels with -1', async () => {
    const unlabelled = patches.slice(0, 3).map(({ id, path }) => ({ id, path }));
    const [batch] = await all(readBatches(unlabelled, { ...options, shuffle: false }));
    expect([...(batch?.labels ?? [])]).toEqual([-1, -1, -1]);
  });
});

describe('readBatches with patches of other kinds', () => {
  const folder = temporaryFolder();
  const plain = { ...options, shuffle: false, augmentation: null, cropPx: 16 };

  function patch(name: string, widthPx: number, heightPx: number, samples = 3) {
    const path = join(folder, `${name}.tif`);
    const photometric = samples === 1 ? 1 : 2;
    writeFileSync(
      path,
      tiffBytes({ widthPx, heightPx, samples, photometric }, () => 90),
    );
    return { id: name, path, label: 0 as const };
  }

  const [a, b] = [patch('a', 20, 20), patch('b', 20, 20)];
  const [g, h] = [patch('g', 20, 20, 1), patch('h', 20, 20, 1)];
  const wide = patch('wide', 24, 20);
  const small = patch('small', 12, 20);

  it('refuses unequal sizes', async () => {
    await expect(all(readBatches([a, b, wide], plain))).rejects.toThrow(
      new BadPatchError(
        'use',
        wide.path,
        `expected 20 x 20 px as "${a.path}" has, got 24 x 20 px; all patches must have one size`,
      ),
    );
  });

  it('refuses the same patch first, whatever the seed', async () => {
    for (let seed = 0; seed < 4; seed++) {
      await expect(
        all(readBatches([a, b, wide], { ...plain, shuffle: true, seed })),
      ).rejects.toThrow(`Cannot use patch "${wide.path}": expected 20 x 20 px as "${a.path}" has`);
    }
  });

  it('refuses a size other than that of the training patches', async () => {
    await expect(
      all(readBatches([wide], { ...plain, like: { path: a.path, widthPx: 20, heightPx: 20 } })),
    ).rejects.toThrow(
      `Cannot use patch "${wide.path}": expected 20 x 20 px as "${a.path}" has, got 24 x 20 px`,
    );
  });

  it('refuses patches that are smaller than the crop', async () => {
    await expect(all(readBatches([small], plain))).rejects.toThrow(
      new UserError(
        `Cannot use patch "${small.path}": expected 16 x 16 px or more, got 12 x 20 px; choose a smaller crop, or larger patches`,
      ),
    );
  });

  it('refuses a broken patch, the first in order', async () => {
    const broken = ['x', 'y'].map((id) => ({ id, path: join(folder, `${id}.tif`) }));
    for (const { path } of broken) writeFileSync(path, 'no image');
    const reading = all(readBatches([a, ...broken, b], { ...plain, batchSize: 4 }));
    await expect(reading).rejects.toThrow(`Cannot read patch "${broken[0]?.path}"`);
  });

  it('tells a notice once a run, naming the first patch', async () => {
    const notices: string[] = [];
    const onNotice = (notice: string) => notices.push(notice);
    const batches = await all(readBatches([a, g, b, h], { ...plain, batchSize: 2, onNotice }));
    expect(idsOf(batches)).toEqual(['a', 'g', 'b', 'h']);
    await all(readBatches([h, g], { ...plain, onNotice })); // a later epoch
    expect(notices).toEqual([`Patch "${g.path}": grey becomes RGB, there and in others like it`]);
    const others: string[] = [];
    await all(readBatches([h], { ...plain, onNotice: (notice) => others.push(notice) }));
    expect(others).toHaveLength(1); // another run
  });

  it('mixes TIFF, PNG and JPEG', async () => {
    const picture = sharp({
      create: { width: 20, height: 20, channels: 3, background: '#804020' },
    });
    const paths = ['m.png', 'n.jpg'].map((name) => join(folder, name));
    for (const path of paths) await picture.toFile(path);
    const mixed = [a, ...paths.map((path) => ({ id: path, path }))];
    const [batch] = await all(readBatches(mixed, plain));
    expect(batch?.size).toBe(3);
    expect(batch?.pixels).toHaveLength(3 * 20 * 20 * 3);
  });
});

function never(): never {
  throw new Error('The options have an augmentation');
}
