import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparedPredictions } from '../../../src/recipes/compared-predictions.js';
import { predictionsOf } from '../../../src/recipes/score/predictions-of.js';
import { readScores } from '../../../src/report/predictions-csv.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const rows = ['a', 'b'].map((id) => [id, { id, label: 1, group: null }] as const);

export const target: FuzzTarget = {
  seeds: () => [
    'id,label,probability,logit_0,logit_1\na,1,0.75,-0.5,0.6\nb,0,0.25,0.5,-0.6\n',
    'id,label,probability,logit_0,logit_1,group\n"a",1,0.5,0,0,s1\nb,0,1e-9,20.7,0,\n',
    'id,probability\na,0.25\nb,1\n',
  ],
  tokens: [
    'id',
    'label',
    'probability',
    'logit_0',
    'logit_1',
    'group',
    ',',
    '"',
    '\n',
    '0x10',
    'Infinity',
    'NaN',
    ' ',
    '\uFEFF',
    '\0',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'predictions.csv');
    await writeFile(path, input);
    const { predictions } = await readScores(path);
    const labels = { path: 'labels.csv', rows: new Map(rows) };
    const compared = await comparedPredictions(path, labels);
    const all = [
      ...(predictions === null ? [] : await predictionsOf(path)),
      ...compared.predictions,
    ];
    expectThat(
      all.every(({ logits }) => logits.every(Number.isFinite)),
      'finite logits',
    );
    expectThat(
      all.every(({ probability: p }) => p >= 0 && p <= 1),
      'probabilities',
    );
  },
};
