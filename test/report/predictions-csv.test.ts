import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import {
  predictionsCsv,
  probabilitiesCsv,
  readPredictions,
  readScores,
  writePredictions,
} from '../../src/report/predictions-csv.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-predictions-'));
});
afterAll(() => rm(folder, { recursive: true }));

const predictions: readonly Prediction[] = [
  { id: 'a', label: 0, probability: 0.25, logits: [1.5, Math.fround(0.1)], group: null },
  { id: 'b, "two"', label: 1, probability: 1, logits: [-1e-30, 3e38], group: null },
  { id: ' 007', label: 1, probability: 5e-324, logits: [0, -0.5], group: null },
];

describe('predictionsCsv', () => {
  it('has the columns of the issue, quotes what must be, and keeps every digit', () => {
    expect(predictionsCsv(predictions)).toBe(
      [
        'id,label,probability,logit_0,logit_1',
        'a,0,0.25,1.5,0.10000000149011612',
        '"b, ""two""",1,1,-1e-30,3e+38',
        '" 007",1,5e-324,0,-0.5',
        '',
      ].join('\n'),
    );
  });
});

describe('probabilitiesCsv', () => {
  it("has histo's header, or Kaggle's", () => {
    expect(probabilitiesCsv(predictions.slice(0, 1), 'probability')).toBe(
      'id,probability\na,0.25\n',
    );
    expect(probabilitiesCsv(predictions.slice(0, 1), 'kaggle')).toBe('id,label\na,0.25\n');
  });
});

describe('readPredictions', () => {
  it('reads back what was written, to the last bit', async () => {
    const path = join(folder, 'new', 'predictions.csv');
    await writePredictions(path, predictions);
    expect(await readPredictions(path)).toEqual(predictions);
    expect(await readdir(join(folder, 'new'))).toEqual(['predictions.csv']); // nothing beside it
  });

  it('reads what a spreadsheet saved: BOM and CRLF', async () => {
    const path = join(folder, 'crlf.csv');
    await writeFile(path, `\uFEFF${predictionsCsv(predictions).replaceAll('\n', '\r\n')}`);
    expect(await readPredictions(path)).toEqual(predictions);
    expect((await readFile(path, 'utf8')).startsWith('\uFEFF')).toBe(true);
  });

  const header = 'id,label,probability,logit_0,logit_1';
  it.each([
    ['', 'expected the columns id,label,probability,logit_0,logit_1, got an empty file'],
    ['id,label\na,1\n', 'expected the columns id,label,probability,logit_0,logit_1, got id,label'],
    [
      `${header}\na,2,0.5,0,0\n`,
      'row 2: expected an id, a label of 0 or 1 and three numbers, got a,2,0.5,0,0',
    ],
    [
      `${header}\na,1,0.5,0,0\nb,0,0.5,,0\n`,
      'row 3: expected an id, a label of 0 or 1 and three numbers, got b,0,0.5,,0',
    ],
    [
      `${header}\na,1,half,0,0\n`,
      'row 2: expected an id, a label of 0 or 1 and three numbers, got a,1,half,0,0',
    ],
    [`${header}\na,1,0.5,NaN,0\n`, 'three numbers, got a,1,0.5,NaN,0; correct the file there'],
    [`${header}\na,1,0.5,0,1e999\n`, 'three numbers, got a,1,0.5,0,1e999; correct the file there'],
    [`${header}\na,1,1.5,0,0\n`, 'three numbers, got a,1,1.5,0,0; correct the file there'],
    [`${header}\na,1,0.5, ,0\n`, 'three numbers, got a,1,0.5, ,0; correct the file there'],
    [`${header}\na,1,0.5\n`, 'expected a CSV file, got Invalid Record Length'],
  ])('refuses %j', async (text, fault) => {
    const path = join(folder, 'foreign.csv');
    await writeFile(path, text);
    const reading = readPredictions(path);
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(`Cannot read predictions "${path}": `);
    await expect(reading).rejects.toThrow(fault);
    await expect(reading).rejects.toThrow('evaluate again');
  });

  it('refuses an id that is there twice, and names both rows', async () => {
    const path = join(folder, 'twice.csv');
    for (const text of [
      `${header}\na,1,0.5,0,0\nb,0,0.5,0,0\na,1,0.5,0,0\n`,
      'id,probability\na,0.5\nb,0.5\na,0.25\n',
    ]) {
      await writeFile(path, text);
      await expect(readScores(path)).rejects.toThrow(
        new UserError(
          `Cannot read predictions "${path}": row 4: expected each id once, got "a" in row 2 already; remove one of the rows`,
        ),
      );
    }
  });

  it('refuses a file that is not there', async () => {
    const path = join(folder, 'none.csv');
    await expect(readPredictions(path)).rejects.toThrow(
      new UserError(
        `Cannot read predictions "${path}": expected a CSV file, got nothing at this path: check its spelling`,
      ),
    );
  });
});

describe('readScores', () => {
  const scoresOf = async (text: string) => {
    const path = join(folder, 'scores.csv');
    await writeFile(path, text);
    return readScores(path);
  };

  it("reads predictions of histo's", async () => {
    expect(await scoresOf(predictionsCsv(predictions))).toEqual({
      predictions,
      probabilities: null,
    });
  });

  it.each([
    ['what predict writes', 'id,probability\na,0.25\nb,1\n'],
    ['columns in another order, and further ones', 'tool,probability,id\nx,0.25,a\nx,1e0,b\n'],
  ])('reads the probabilities alone of %s', async (_, text) => {
    expect(await scoresOf(text)).toEqual({
      predictions: null,
      probabilities: [
        { id: 'a', probability: 0.25 },
        { id: 'b', probability: 1 },
      ],
    });
  });

  it.each([
    ['id,label\na,0.5\n', 'logit_0,logit_1, or id and probability, got id,label'],
    ['', 'or id and probability, got an empty file'],
    [
      'id,probability\na,1.5\n',
      'row 2: expected a probability from 0 to 1, got "1.5"; correct it there',
    ],
    [
      'id,probability\na,0.5\nb,\n',
      'row 3: expected a probability from 0 to 1, got ""; correct it there',
    ],
    [
      'id,probability\na,NaN\n',
      'row 2: expected a probability from 0 to 1, got "NaN"; correct it there',
    ],
  ])('refuses %j', async (text, fault) => {
    await expect(scoresOf(text)).rejects.toThrow(UserError);
    await expect(scoresOf(text)).rejects.toThrow(fault);
  });
});
