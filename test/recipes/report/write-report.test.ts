import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePage, writeReport } from '../../../src/recipes/report/write-report.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { reportContents } from '../../report/report-contents.js';

const folder = temporaryFolder();
const plots = async () => (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();

it('leaves no plot of an earlier report beside a new one, and all else as it is', async () => {
  const contents = await reportContents();
  await writeReport(folder, contents, { png: true });
  const all = await plots();
  expect(all).toContain('roc.png');
  expect(all).toContain('loss.png');

  await writeFile(join(folder, 'mine.png'), 'mine');
  await writeReport(folder, { ...contents, training: null }, { png: true });
  const ofTraining = ['loss', 'validation', 'learning_rate', 'momentum', 'batch_loss'];
  const left = all.filter((name) => !ofTraining.some((plot) => name === `${plot}.png`));
  expect(await plots()).toEqual(['mine.png', ...left]);

  await writeReport(folder, contents, { png: false });
  expect(await plots()).toEqual(['mine.png']);
  expect(await readFile(join(folder, 'mine.png'), 'utf8')).toBe('mine');
});

it("leaves a run's own pictures alone", async () => {
  await writeFile(join(folder, 'loss.png'), 'mine');
  await writePage(folder, await reportContents());
  expect(await plots()).toEqual(['loss.png', 'mine.png']);
});
