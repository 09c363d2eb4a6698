import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leakageBeside } from '../../../src/recipes/score/leakage-beside.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

/** metrics.json of an earlier evaluation, as histo compare reads it. */
export const target: FuzzTarget = {
  seeds: () => ['{"roc_auc":0.9,"leakage":{"train_twins":1,"text":"1 of 2"}}', '{"leakage":null}'],
  tokens: ['"leakage":', '"text":', '"__proto__":', '[', ']', '{', '}', ',', 'null'],
  run: async (input, folder) => {
    await writeFile(join(folder, 'metrics.json'), input);
    const text = await leakageBeside(join(folder, 'predictions.csv'));
    expectThat(text === null || typeof text === 'string', 'a text or null');
  },
};
