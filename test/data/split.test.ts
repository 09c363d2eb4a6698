import { describe, expect, it } from 'vitest';
import type { LabelledPatch } from '../../src/data/labels.js';
import { splitOfFiles, splitPatches } from '../../src/data/split.js';
import { UserError } from '../../src/errors.js';
import { randomStream } from '../../src/rng.js';

/** Patches 0, 1, 2, …, of the labels and groups given. */
function patchesOf(
  count: number,
  labelAt: (index: number) => boolean,
  groupAt: (index: number) => string | null = () => null,
): LabelledPatch[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    label: labelAt(index) ? 1 : 0,
    group: groupAt(index),
    path: `p${index}.tif`,
  }));
}

const ids = (patches: readonly LabelledPatch[]) => patches.map(({ id }) => id);
const positives = (patches: readonly LabelledPatch[]) =>
  patches.filter(({ label }) => label === 1).length;
const hundred = patchesOf(100, (index) => index % 5 < 2);

describe.each(['rows', 'stratified', 'grouped'] as const)('split %s', (split) => {
  const patches = patchesOf(
    200,
    (index) => index % 3 === 0,
    (index) => `slide${index % 17}`,
  );
  const { train, valid } = splitPatches(patches, { split, validFraction: 0.2, seed: 4 });

  it('puts each patch on one side, in the order of the data set', () => {
    const place = new Map(patches.map((patch, index) => [patch.id, index]));
    for (const side of [train, valid]) {
      const places = side.map(({ id }) => place.get(id) ?? -1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
    expect([...ids(train), ...ids(valid)].sort()).toEqual(ids(patches).sort());
  });

  it('is the same with the same seed', () => {
    const again = splitPatches(patches, { split, validFraction: 0.2, seed: 4 });
    expect(ids(again.valid)).toEqual(ids(valid));
  });

  it('is another with another seed, but for rows', () => {
    const other = splitPatches(patches, { split, validFraction: 0.2, seed: 5 });
    if (split === 'rows') expect(ids(other.valid)).toEqual(ids(valid));
    else expect(ids(other.valid)).not.toEqual(ids(valid));
  });
});

describe('split rows', () => {
  // the reference recipe: int(0.8 * n) rows train
  it.each([
    [100, 80],
    [101, 80],
    [104, 83],
    [5, 4],
    [220_025, 176_020],
  ])('of %i patches, the first %i train', (count, first) => {
    const patches = patchesOf(count, (index) => index % 2 === 0);
    const { train, valid } = splitPatches(patches, { split: 'rows', validFraction: 0.2, seed: 0 });
    expect([train.length, train.at(-1)?.id]).toEqual([first, `p${first - 1}`]);
    expect(valid[0]?.id).toBe(`p${first}`);
  });

  it('says that figures may be optimistic', () => {
    const split = splitPatches(hundred, { split: 'rows', validFraction: 0.2, seed: 0 });
    expect(split.description).toBe(
      '80 patches to train and 20 to validate, split by rows, the first ones train; slides are not kept apart, so validation figures may be optimistic',
    );
  });
});

describe('split stratified', () => {
  it('holds back the same share of both classes', () => {
    const { train, valid } = splitPatches(hundred, {
      split: 'stratified',
      validFraction: 0.25,
      seed: 0,
    });
    expect([valid.length, positives(valid)]).toEqual([25, 10]);
    expect([train.length, positives(train)]).toEqual([75, 30]);
  });

  it('puts a class of two on both sides', () => {
    const patches = patchesOf(100, (index) => index < 2);
    const { train, valid } = splitPatches(patches, {
      split: 'stratified',
      validFraction: 0.1,
      seed: 0,
    });
    expect([positives(train), positives(valid)]).toEqual([1, 1]);
  });

  it('draws each patch as often as any other', () => {
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const { valid } = splitPatches(hundred, { split: 'stratified', validFraction: 0.2, seed });
      for (const { id } of valid) drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    // 400 draws with p = 0.2: 80 and 5 standard deviations of 8
    for (const { id } of hundred) {
      expect(Math.abs((drawn.get(id) ?? 0) - 80), id).toBeLessThan(40);
    }
  });

  it('says that figures may be optimistic', () => {
    const split = splitPatches(hundred, { split: 'stratified', validFraction: 0.2, seed: 3 });
    expect(split.description).toContain('drawn within each class with seed 3; slides are not kept');
  });
});

describe('split grouped', () => {
  it('keeps each slide on one side and both classes near their share', () => {
    const random = randomStream(9);
    // 60 slides of 1 to 80 patches, each with its own share of tumour
    const slides = Array.from({ length: 60 }, (_, slide) => ({
      name: `slide${slide}`,
      size: 1 + Math.floor(80 * random.nextUniform()),
      share: random.nextUniform(),
    }));
    const rows = slides.flatMap(({ name, size, share }) =>
      Array.from({ length: size }, () => ({ name, isTumour: random.nextUniform() < share })),
    );
    const patches = patchesOf(
      rows.length,
      (index) => rows[index]?.isTumour ?? false,
      (index) => rows[index]?.name ?? '',
    );
    for (let seed = 0; seed < 20; seed++) {
      const split = splitPatches(patches, { split: 'grouped', validFraction: 0.2, seed });
      const trained = new Set(split.train.map(({ group }) => group));
      expect(split.valid.filter(({ group }) => trained.has(group))).toEqual([]);
      const share = split.valid.length / patches.length;
      // a slide holds up to 3 % of the patches, so the share cannot be met more closely
      expect(Math.abs(share - 0.2)).toBeLessThan(0.05);
      const tumourShare = positives(split.valid) / positives(patches);
      expect(Math.abs(tumourShare - 0.2)).toBeLessThan(0.07);
    }
  });

  it('leaves a group on each side where there are two', () => {
    const patches = patchesOf(
      10,
      (index) => index % 2 === 0,
      (index) => (index < 8 ? 'a' : 'b'),
    );
    for (let seed = 0; seed < 10; seed++) {
      const split = splitPatches(patches, { split: 'grouped', validFraction: 0.2, seed });
      expect(new Set(split.valid.map(({ group }) => group))).toEqual(new Set(['b']));
    }
  });

  it('says how many groups it held back', () => {
    const patches = patchesOf(
      100,
      (index) => index % 2 === 0,
      (index) => `s${Math.floor(index / 10)}`,
    );
    const split = splitPatches(patches, { split: 'grouped', validFraction: 0.2, seed: 1 });
    expect(split.description).toBe(
      '80 patches to train and 20 to validate, 2 of 10 groups held back with seed 1; no group is on both sides',
    );
  });
});

describe('splitPatches refuses', () => {
  const options = { split: 'stratified', validFraction: 0.2, seed: 0 } as const;

  it.each([0, 1, -0.1, 1.5, Number.NaN])('a validation share of %d', (validFraction) => {
    expect(() => splitPatches(hundred, { ...options, validFraction })).toThrow(
      new UserError(
        `Cannot split patches: expected a validation share above 0 and below 1, got ${validFraction}; set validFraction to 0.2, for example`,
      ),
    );
  });

  it('a side without patches', () => {
    expect(() => splitPatches(hundred.slice(0, 1), options)).toThrow(
      'Cannot split 1 patch: expected patches on both sides, got 1 to train and 0 to validate; label more patches or change validFraction 0.2',
    );
    expect(() => splitPatches([], { ...options, split: 'rows' })).toThrow(UserError);
  });

  it('to train on one class, or on a single patch', () => {
    expect(() =>
      splitPatches(
        patchesOf(10, () => false),
        options,
      ),
    ).toThrow(
      new UserError(
        'Cannot train on 8 patches: expected both classes, got 8 normal and 0 tumour; label patches of both classes, or raise --limit',
      ),
    );
    const rows = { ...options, split: 'rows' } as const;
    const tumourLast = patchesOf(10, (index) => index > 7);
    expect(() => splitPatches(tumourLast, rows)).toThrow(
      'expected both classes, got 8 normal and 0 tumour; use --split stratified, label',
    );
    expect(() =>
      splitPatches(
        patchesOf(2, (index) => index === 0),
        rows,
      ),
    ).toThrow('Cannot train on 1 patch: expected both classes, got 0 normal and 1 tumour');
    const oneTumour = splitPatches(
      patchesOf(10, (index) => index === 0),
      options,
    );
    expect(positives(oneTumour.valid)).toBe(0); // allowed: its ROC AUC is n/a
  });

  it('to group what has no group, or one alone', () => {
    const grouped = { ...options, split: 'grouped' } as const;
    expect(() => splitPatches(hundred, grouped)).toThrow(
      'Cannot split by group: expected a group for each patch, got none for "p0"; name the column of the slide with --group-column',
    );
    const one = patchesOf(
      10,
      (index) => index < 5,
      () => 's',
    );
    expect(() => splitPatches(one, grouped)).toThrow(
      'Cannot split by group: expected two groups or more, got 1; use --split stratified, or label patches of more slides',
    );
  });
});

describe('split of two files', () => {
  const patch = (id: string, group: string | null, label: 0 | 1 = 0) =>
    ({ id, label, group, path: `images/${id}.tif` }) as const;
  const tumour = (group: string | null) => patch('t', group, 1);

  it('refuses a file of one class to train on, but not to validate on', () => {
    const [train, valid] = [[patch('a', null)], [patch('b', null)]];
    expect(() => splitOfFiles(train, valid, 'v.csv')).toThrow(
      'Cannot train on 1 patch: expected both classes, got 1 normal and 0 tumour; label patches of both classes, or raise --limit',
    );
    expect(splitOfFiles([...train, tumour(null)], valid, 'v.csv').valid).toEqual(valid);
  });

  it('refuses a patch that is in both', () => {
    const train = [patch('a', null), patch('b', null), tumour(null)];
    expect(() => splitOfFiles(train, [patch('c', null), patch('b', null)], 'v.csv')).toThrow(
      /"v\.csv".*got 1 that are, such as "b"/,
    );
  });

  it('says so where no group is in both', () => {
    const split = splitOfFiles([patch('a', 's1'), tumour('s1')], [patch('b', 's2')], 'v.csv');
    expect(split.description).toContain('no group is in both files');
  });

  it.each([
    [[patch('b', 's1'), patch('c', 's2')], '1 group is in both files'],
    [[patch('b', 's1'), patch('c', 's3')], '2 groups are in both files'],
  ])('says how many groups are in both', (valid, text) => {
    const split = splitOfFiles([patch('a', 's1'), tumour('s3')], valid, 'v.csv');
    expect(split.description).toContain(`${text}, so figures may be optimistic`);
  });

  it('says that nothing is known without groups', () => {
    const split = splitOfFiles([patch('a', null), tumour(null)], [patch('b', null)], 'v.csv');
    expect(split.description).toContain('no slide is known');
  });
});
