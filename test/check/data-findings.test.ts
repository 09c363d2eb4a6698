import { describe, expect, it } from 'vitest';
import { dataFindings, type ExaminedSet } from '../../src/check/data-findings.js';
import {
  type ExaminedPatch,
  examinePatch,
  unreadablePatch,
} from '../../src/check/examine-patch.js';
import { exclusionsOf } from '../../src/check/exclusions.js';
import type { SetName } from '../../src/check/found-patch.js';
import { randomStream } from '../../src/rng.js';
import { drawPatch } from './fixture-pixels.js';

/** A patch of coloured squares that the number decides; a number shows the same each time. */
function shown(number: number, sizePx = 32): ExaminedPatch {
  const random = randomStream(number);
  const squares = Array.from({ length: 16 }, () => 20 + Math.floor(200 * random.nextUniform()));
  return examinePatch(
    drawPatch(sizePx, (row, column) => {
      const level = squares[4 * Math.floor((4 * row) / sizePx) + Math.floor((4 * column) / sizePx)];
      return [level ?? 0, 80, 200];
    }),
  );
}

const glass = examinePatch(drawPatch(32, () => [230, 230, 230]));

/** A row: id, label, what it shows, slide. */
type Row = [id: string, label: 0 | 1, examined: ExaminedPatch, slide?: string];

function setOf(name: SetName, rows: readonly Row[]): ExaminedSet {
  return {
    name,
    labels: `${name}.csv`,
    images: name,
    patches: rows.map(([id, label, , group = null]) => ({ id, label, group, path: `${id}.tif` })),
    examined: rows.map(([, , examined]) => examined),
  };
}

const train = setOf('train', [
  ['a', 0, shown(1)],
  ['b', 1, shown(2)],
  ['a2', 0, shown(1)],
  ['c', 1, shown(3)],
  ['a3', 0, shown(1)],
  ['d', 0, shown(4)],
  ['d2', 1, shown(4)],
  ['g', 0, glass],
  ['g2', 1, glass],
  ['broken', 1, unreadablePatch('cut off')],
]);
const valid = setOf('valid', [
  ['v', 1, shown(3)],
  ['w', 0, shown(5, 48)],
]);
const findings = dataFindings([train, valid]);

describe('dataFindings', () => {
  it('tells leaks first, then contradicting labels, then copies', () => {
    const groups = findings.twins.map(({ patches }) =>
      patches.map(({ set, id }) => `${set} ${id}`),
    );
    expect(groups).toEqual([
      ['train c', 'valid v'],
      ['train d', 'train d2'],
      ['train a', 'train a2', 'train a3'],
    ]);
    expect(findings.twins.map((group) => [group.is_leak, group.is_label_conflict])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(findings).toMatchObject({ twin_groups: 3, leaks: 1, label_conflicts: 1 });
  });

  it('names patches of a pair by their place in the group', () => {
    expect(findings.twins[2]?.pairs.map(({ first, second }) => [first, second])).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('counts each set by itself', () => {
    expect(findings.sets).toMatchObject([
      { name: 'train', patches: 10, tumour: 5, normal: 5, slides: null, copies: 3 },
      { name: 'valid', patches: 2, tumour: 1, normal: 1, slides: null, copies: 0 },
    ]);
    expect(findings.sets[0]?.flaws).toMatchObject({ blank: 2, unreadable: 1, odd_size: 0 });
  });

  it('finds the patch of another size than most', () => {
    const odd = findings.flaws.filter(({ kind }) => kind === 'odd_size');
    expect(odd).toMatchObject([
      { patch: { set: 'valid', id: 'w' }, detail: expect.stringMatching(/48x48.*32x32/) },
    ]);
  });

  it('finds slides in several sets', () => {
    const slides = dataFindings([
      setOf('train', [
        ['a', 0, shown(1), 's1'],
        ['b', 0, shown(2), 's2'],
        ['c', 1, shown(3), 's2'],
      ]),
      setOf('test', [
        ['d', 0, shown(4), 's2'],
        ['e', 1, shown(5), 's3'],
      ]),
    ]);
    expect(slides.shared_slides).toEqual([{ slide: 's2', patches: { train: 2, test: 1 } }]);
    expect(slides.sets.map((set) => set.slides)).toEqual([2, 2]);
  });
});

describe('exclusionsOf', () => {
  it('names training patches alone, each with its reason', () => {
    expect(exclusionsOf(findings)).toEqual([
      { id: 'c', reason: 'twin of valid patch v' },
      { id: 'd', reason: 'twin of train patch d2, which has label 1' },
      { id: 'd2', reason: 'twin of train patch d, which has label 0' },
      { id: 'a2', reason: 'twin of a, which is kept' },
      { id: 'a3', reason: 'twin of a, which is kept' },
      { id: 'g', reason: 'blank' },
      { id: 'g2', reason: 'blank' },
      { id: 'broken', reason: 'unreadable' },
    ]);
  });

  it('leaves sound data what they contain', () => {
    expect(
      exclusionsOf(
        dataFindings([
          setOf('train', [
            ['a', 0, shown(1)],
            ['b', 1, shown(2)],
          ]),
        ]),
      ),
    ).toEqual([]);
  });
});
