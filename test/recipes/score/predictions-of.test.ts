import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import type { Prediction } from '../../../src/evaluate/prediction.js';
import { paired, predictionsOf } from '../../../src/recipes/score/predictions-of.js';
import { writePredictions } from '../../../src/report/predictions-csv.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-predictions-of-'));
});
afterAll(() => rm(folder, { recursive: true }));

function prediction(id: string, label: 0 | 1 = 0, group: string | null = null): Prediction {
  return { id, label, probability: 0.5, logits: [0, 0], group };
}

describe('predictionsOf', () => {
  const [ofEvaluation, ofRun] = [[prediction('evaluation')], [prediction('run')]];

  it('reads a file, and the folders of an evaluation and of a run', async () => {
    await writePredictions(join(folder, 'run', 'predictions-valid.csv'), ofRun);
    expect(await predictionsOf(join(folder, 'run'))).toEqual(ofRun);
    expect(await predictionsOf(join(folder, 'run', 'predictions-valid.csv'))).toEqual(ofRun);
    await writePredictions(join(folder, 'run', 'predictions.csv'), ofEvaluation);
    expect(await predictionsOf(join(folder, 'run'))).toEqual(ofEvaluation); // it was asked for
  });

  it('refuses what holds none, and says what it is', async () => {
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, 'best.safetensors'), '');
    for (const [name, got] of [
      ['empty', 'a folder without'],
      ['best.safetensors', 'a checkpoint'],
      ['none', 'nothing there'],
    ] as const) {
      const path = join(folder, name);
      await expect(predictionsOf(path)).rejects.toThrow(
        new UserError(
          `Cannot read predictions of "${path}": expected a CSV of predictions, or a folder with predictions.csv or predictions-valid.csv, got ${got}; "histo eval --out FOLDER" writes them`,
        ),
      );
    }
  });
});

describe('paired', () => {
  const pair = (first: readonly Prediction[], second: readonly Prediction[]) =>
    paired({ name: 'A', rows: first }, { name: 'B', rows: second });

  it('joins by id in the order of the first, and shares slides that one of them knows', () => {
    const [first, second] = pair(
      [prediction('b'), prediction('a', 1, 'own')],
      [prediction('a', 1, 'other'), prediction('b', 0, 's1')],
    );
    expect(first.map(({ id, group }) => [id, group])).toEqual([
      ['b', 's1'],
      ['a', 'own'],
    ]);
    expect(second.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it.each([
    [
      'ids of one alone, with counts and examples',
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'x\n"'],
      'Cannot compare "A" with "B": expected the same patches in both, got 4 of 5 in "A" alone ("b", "c", "d", …) and 1 of 2 in "B" alone ("x\\n\\""); evaluate both on one labels file with histo eval --out FOLDER',
    ],
    [
      'fewer patches in the second',
      ['a', 'b'],
      ['a'],
      'got 1 of 2 in "A" alone ("b"); evaluate both',
    ],
    [
      'an id twice',
      ['a', 'b', 'b'],
      ['a', 'b'],
      'Cannot compare "A": expected each id once, got "b" twice',
    ],
  ])('refuses %s', (_, first, second, message) => {
    const rows = [first, second].map((ids) => ids.map((id) => prediction(id))) as [
      Prediction[],
      Prediction[],
    ];
    expect(() => pair(...rows)).toThrow(UserError);
    expect(() => pair(...rows)).toThrow(message);
  });

  it('refuses other labels', () => {
    expect(() =>
      pair([prediction('a', 1), prediction('b')], [prediction('b'), prediction('a', 0)]),
    ).toThrow(
      new UserError(
        'Cannot compare "A" with "B": expected the same labels in both, got 1 of 2 that differ ("a" is 1 and 0); evaluate both on one labels file',
      ),
    );
  });
});
