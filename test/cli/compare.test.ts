import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { runHisto } from './run-command.js';

let folder = '';
let [a, b] = ['', ''];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-cli-compare-'));
  [a, b] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
  const header = 'id,label,probability,logit_0,logit_1';
  await writeFile(a, `${header}\nt,1,0.75,0,1.1\nn,0,0.25,0,-1.1\n`);
  await writeFile(b, `${header}\nn,0,0.75,0,1.1\nt,1,0.25,0,-1.1\n`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('histo compare', () => {
  it('prints a table', async () => {
    const { results, notes } = await runHisto('compare', a, b);
    expect(results[0]).toMatch(
      /^A {8}.*a\.csv\nB {8}.*b\.csv\npatches {2}2 \(1 tumour, 1 normal\)/,
    );
    expect(results[0]).toMatch(/^ROC AUC +1\.0000 +0\.0000 +\+1\.0000/m);
    expect(notes).toEqual([]);
  });

  it('prints one JSON object', async () => {
    const { results } = await runHisto('compare', a, b, '--json');
    expect(results).toHaveLength(1);
    expect(JSON.parse(results[0] as string)).toMatchObject({
      first: { path: a, file: a, clipped: null },
      second: { path: b },
      figures: { roc_auc: { first: 1, second: 0, difference: 1 } },
      mcnemar: { only_first_right: 2, only_second_right: 0, p_value: 0.5 },
      disagreements: [{ id: 't' }, { id: 'n' }],
    });
  });

  it.each([
    [['--group-column', 'slide'], /^Cannot use --group-column slide: expected --labels FILE/],
    [['--images', 'train'], /^Cannot show patches of "train": expected --out FOLDER/],
  ])('refuses %j, which would do nothing', async (flags, message) => {
    const comparing = runHisto('compare', a, b, ...flags);
    await expect(comparing).rejects.toThrow(UserError);
    await expect(comparing).rejects.toThrow(message);
  });
});
