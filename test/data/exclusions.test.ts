import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExclusions, withoutExcluded } from '../../src/data/exclusions.js';
import type { LabelledPatch } from '../../src/data/labels.js';
import { UserError } from '../../src/errors.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const file = join(folder, 'exclusions.csv');

function read(content: string) {
  writeFileSync(file, content);
  return readExclusions(file);
}

describe('readExclusions', () => {
  it('takes the ids of a CSV, wherever their column stands', async () => {
    expect([...(await read('id,reason\na,blank\n"b,1","twin of ""c"""\n'))]).toEqual(['a', 'b,1']);
    expect([...(await read('\uFEFFreason,id\r\nblank,a\r\n\r\n'))]).toEqual(['a']);
    expect([...(await read('id\n'))]).toEqual([]);
  });

  it.each([
    ['a missing column', 'name\na\n', /row 1: expected a column "id", got "name"/],
    ['an empty file', '', /expected a column "id", got an empty file/],
    ['no CSV', 'id\n"a\n', /expected CSV/],
  ])('refuses %s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(UserError);
    await expect(read(content)).rejects.toThrow(message);
  });

  it('refuses what is no file', async () => {
    mkdirSync(join(folder, 'folder'));
    await expect(readExclusions(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv.*spelling/);
    await expect(readExclusions(join(folder, 'folder'))).rejects.toThrow(UserError);
    await expect(readExclusions('/dev/zero')).rejects.toThrow(/a device or a socket: name a file/);
  });
});

describe('withoutExcluded', () => {
  const patches = ['a', 'b', 'c'].map(
    (id): LabelledPatch => ({ id, label: 0, group: null, path: id }),
  );
  const left = (excluded: string[], isWhole = true) =>
    withoutExcluded(patches, new Set(excluded), 'x.csv', isWhole).map(({ id }) => id);

  it('leaves out exactly those, in the order of the patches', () => {
    expect(left(['c', 'a'])).toEqual(['b']);
    expect(left([])).toEqual(['a', 'b', 'c']);
  });

  it('refuses ids of other data', () => {
    expect(() => left(['a', 'x', 'y'])).toThrow(/"x\.csv".*got 2 other ones, such as "x", "y"/);
  });

  it.each([
    ['all patches', ['a', 'b', 'c'], 'got 0 of 2 normal and 0 of 1 tumour'],
    ['all of a class', ['c'], 'got 2 of 2 normal and 0 of 1 tumour'],
  ])('refuses to leave out %s', (_, excluded, got) => {
    const both = patches.map((patch, at) => ({ ...patch, label: at === 2 ? 1 : 0 }) as const);
    expect(() => withoutExcluded(both, new Set(excluded), 'x.csv', true)).toThrow(
      new UserError(
        `Cannot use exclusions "x.csv": expected patches of each class to be left, ${got}; remove some of its rows, or leave --exclude out`,
      ),
    );
  });

  it('lets ids beyond the first patches pass', () => {
    expect(left(['b', 'later'], false)).toEqual(['a', 'c']);
  });
});
