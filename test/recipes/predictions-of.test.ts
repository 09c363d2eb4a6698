import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { paired, predictionsOf } from '../../src/recipes/predictions-of.js';
import { writePredictions } from '../../src/report/predictions-csv.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-predictions-of-'));
});
afterAll(() => rm(folder, { recursive: true }));

const row = (id: string, label: 0 | 1 = 0, group: string | null = null) =>
  ({ id, label, group, probability: 0.5, logits: [0, 0] }) as const;

describe('predictionsOf', () => {
  it('takes a CSV, the folder of a run, and that of an evaluation', async () => {
    const run = join(folder, 'run');
    await writePredictions(join(run, 'predictions-valid.csv'), [row('valid')]);
    expect(await predictionsOf(run)).toEqual([row('valid')]);
    await writePredictions(join(run, 'predictions.csv'), [row('test')]);
    expect(await predictionsOf(run)).toEqual([row('test')]);
    expect(await predictionsOf(join(run, 'predictions-valid.csv'))).toEqual([row('valid')]);
  });

  it('says what it wants where there is none', async () => {
    await mkdir(join(folder, 'empty', 'predictions.csv'), { recursive: true }); // a folder, no file
    await writeFile(join(folder, 'best.safetensors'), '');
    const refused = async (name: string, got: string) => {
      const path = join(folder, name);
      await expect(predictionsOf(path)).rejects.toThrow(
        new UserError(
          `Cannot read predictions of "${path}": expected a CSV of predictions, or a folder with predictions.csv or predictions-valid.csv, got ${got}; "histo eval --out FOLDER" writes them`,
        ),
      );
    };
    await refused('empty', 'a folder without');
    await refused('none', 'nothing there');
    await refused('best.safetensors/none', 'nothing there');
    await refused('best.safetensors', 'a checkpoint');
  });
});

describe('paired', () => {
  const first = { name: 'a.csv', rows: [row('x', 1), row('y', 0), row('z', 1)] };

  it('brings the second into the order of the first', () => {
    const second = { name: 'b.csv', rows: [row('z', 1), row('x', 1), row('y', 0)] };
    const [rows, others] = paired(first, second);
    expect(rows).toEqual(first.rows);
    expect(others).toEqual(first.rows);
  });

  it('knows the slides that either knows', () => {
    const slides = {
      name: 'b.csv',
      rows: [row('z', 1, 's2'), row('y', 0, 's1'), row('x', 1, 's1')],
    };
    for (const [rows, others] of [paired(first, slides), paired(slides, first)]) {
      const groups = Object.fromEntries(rows.map(({ id, group }) => [id, group]));
      expect(groups).toEqual({ x: 's1', y: 's1', z: 's2' });
      expect(others.map(({ group }) => group)).toEqual(rows.map(({ group }) => group));
    }
  });

  it.each([
    ['a patch is missing', [row('x', 1), row('z', 1)], '"y" in "a.csv" alone'],
    ['a patch is too much', [...first.rows, row('w')], '"w" in "b.csv" alone'],
    ['labels differ', [row('z', 0), row('y', 1), row('x', 1)], '"y" with the labels 0 and 1'],
    ['a patch comes twice', [...first.rows, row('x', 1)], '"x" twice in "b.csv"'],
    ['one is empty', [], '"x" in "a.csv" alone'],
  ])('refuses where %s, and names the first such patch', (_, rows, got) => {
    expect(() => paired(first, { name: 'b.csv', rows })).toThrow(
      new UserError(
        `Cannot compare "a.csv" with "b.csv": expected the same patches with the same labels, got ${got}; evaluate both on one labels file`,
      ),
    );
  });
});
