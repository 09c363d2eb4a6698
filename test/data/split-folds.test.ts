import { describe, expect, it } from 'vitest';
import type { LabelledPatch } from '../../src/data/labels.js';
import { splitFolds } from '../../src/data/split-folds.js';
import { UserError } from '../../src/errors.js';
import { randomStream } from '../../src/rng.js';

/** A patch a letter: `t` of tumour, `n` normal; each text is a group. */
function patchesOf(...groups: readonly string[]): LabelledPatch[] {
  return groups.flatMap((labels, group) =>
    [...labels].map((letter, index) => ({
      id: `${group}-${index}`,
      label: letter === 't' ? (1 as const) : (0 as const),
      group: `slide${group}`,
      path: `${group}-${index}.tif`,
    })),
  );
}

/** Slides of 1 to 80 patches, each with its own share of tumour. */
function slides(count: number): LabelledPatch[] {
  const random = randomStream(9);
  const texts = Array.from({ length: count }, () => {
    const [size, share] = [1 + Math.floor(80 * random.nextUniform()), random.nextUniform()];
    return Array.from({ length: size }, () => (random.nextUniform() < share ? 't' : 'n')).join('');
  });
  return patchesOf(...texts);
}

const ids = (patches: readonly LabelledPatch[]) => patches.map(({ id }) => id);
const tumours = (patches: readonly LabelledPatch[]) => patches.filter(({ label }) => label).length;
const groups = (patches: readonly LabelledPatch[]) => new Set(patches.map(({ group }) => group));

describe.each([true, false])('splitFolds, grouped: %s', (isGrouped) => {
  const patches = slides(60);
  const splits = splitFolds(patches, { folds: 5, isGrouped, seed: 1 });

  it('validates each patch once, and trains on it in all other folds', () => {
    expect(splits).toHaveLength(5);
    expect(splits.flatMap(({ valid }) => ids(valid)).sort()).toEqual(ids(patches).sort());
    for (const { train, valid } of splits) {
      expect([...ids(train), ...ids(valid)].sort()).toEqual(ids(patches).sort());
    }
  });

  it('keeps the order of the data set on both sides', () => {
    const place = new Map(patches.map(({ id }, index) => [id, index]));
    for (const side of splits.flatMap(({ train, valid }) => [train, valid])) {
      const places = side.map(({ id }) => place.get(id) ?? -1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });

  it('is the same with the same seed', () => {
    const again = splitFolds(patches, { folds: 5, isGrouped, seed: 1 });
    expect(again.map(({ valid }) => ids(valid))).toEqual(splits.map(({ valid }) => ids(valid)));
  });

  it('is another with another seed', () => {
    const other = splitFolds(patches, { folds: 5, isGrouped, seed: 2 });
    expect(ids(other[0]?.valid ?? [])).not.toEqual(ids(splits[0]?.valid ?? []));
  });
});

describe('folds of patches', () => {
  it.each([
    [100, 40, 5],
    [101, 43, 5],
    [7, 3, 3],
    [4, 2, 2],
  ])('of %i patches, %i of tumour, differ by one at most: %i folds', (count, tumour, folds) => {
    const patches = patchesOf('t'.repeat(tumour) + 'n'.repeat(count - tumour));
    const splits = splitFolds(patches, { folds, isGrouped: false, seed: 3 });
    for (const countOf of [(side: readonly LabelledPatch[]) => side.length, tumours]) {
      const counts = splits.map(({ valid }) => countOf(valid));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('say that figures may be optimistic', () => {
    const [first] = splitFolds(patchesOf('ttttnnnnnn'), { folds: 2, isGrouped: false, seed: 3 });
    expect(first?.description).toBe(
      'fold 1 of 2: 5 patches to train and 5 to validate, drawn within each class with seed 3; slides are not kept apart, so validation figures may be optimistic',
    );
  });
});

describe('folds of groups', () => {
  it.each([0, 1, 2, 3])('keep slides whole and both classes even, seed %i', (seed) => {
    const patches = slides(60);
    for (const { train, valid } of splitFolds(patches, { folds: 5, isGrouped: true, seed })) {
      const trained = groups(train);
      expect([...groups(valid)].filter((group) => trained.has(group))).toEqual([]);
      // 60 slides of 40 patches on average: the last and smallest even out what the large ones left
      expect(Math.abs(valid.length / patches.length - 0.2)).toBeLessThan(0.02);
      expect(Math.abs(tumours(valid) / tumours(patches) - 0.2)).toBeLessThan(0.02);
    }
  });

  it('are the best there are where it can be seen by hand', () => {
    // three slides of 6 that are mostly tumour and three of 4 that are not: one of each a fold
    const patches = patchesOf('tttttt', 'tttttn', 'tttttn', 'nnnn', 'nnnn', 'nnnn');
    const splits = splitFolds(patches, { folds: 3, isGrouped: true, seed: 0 });
    for (const { valid } of splits) {
      expect(valid).toHaveLength(10);
      expect(groups(valid).size).toBe(2);
    }
  });

  it('leave no fold empty, even of slides of one class each', () => {
    const patches = patchesOf('ttt', 'nnn', 't', 'n');
    for (const { valid } of splitFolds(patches, { folds: 4, isGrouped: true, seed: 0 })) {
      expect(groups(valid).size).toBe(1);
    }
  });

  it('say how many groups are held back', () => {
    const patches = patchesOf('tn', 'tn', 'tn', 'tn');
    const splits = splitFolds(patches, { folds: 2, isGrouped: true, seed: 0 });
    expect(splits[1]?.description).toBe(
      'fold 2 of 2: 4 patches to train and 4 to validate, 2 of 4 groups held back; no group is on both sides',
    );
  });
});

describe('splitFolds refuses', () => {
  it('fewer patches of a class than folds', () => {
    const patches = patchesOf('tttnnnnnnn');
    expect(() => splitFolds(patches, { folds: 4, isGrouped: false, seed: 0 })).toThrow(
      new UserError(
        'Cannot split into 4 folds: expected 4 patches of each class at least, got 7 normal and 3 tumour; take fewer folds, label more patches, or raise --limit',
      ),
    );
  });

  it('fewer groups than folds', () => {
    const patches = patchesOf('tttttt', 'nnnnnn', 'tn');
    expect(() => splitFolds(patches, { folds: 4, isGrouped: true, seed: 0 })).toThrow(
      new UserError(
        'Cannot split into 4 folds: expected a group for each at least, got 3 groups; take fewer folds, or label patches of more slides',
      ),
    );
  });

  it('a fold that would train on one class', () => {
    const patches = patchesOf('tttt', 'nnn', 'nnn');
    expect(() => splitFolds(patches, { folds: 3, isGrouped: true, seed: 0 })).toThrow(
      'expected both classes, got 6 normal and 0 tumour; label patches of both classes in more groups, or take fewer folds',
    );
  });

  it('patches without a group, where groups are to be kept', () => {
    const patches = patchesOf('ttnn').map((patch) => ({ ...patch, group: null }));
    expect(() => splitFolds(patches, { folds: 2, isGrouped: true, seed: 0 })).toThrow(
      'expected a group for each patch, got none for "0-0"',
    );
  });
});
