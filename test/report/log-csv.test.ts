import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendLogLine, type LogLine, truncateLog } from '../../src/report/log-csv.js';

let folder = '';
let log = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-log-'));
  log = join(folder, 'log.csv');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => rm(log, { force: true }));

const header = 'epoch,step,train_loss,valid_loss,accuracy,roc_auc,learning_rate,seconds';

function line(epoch: number, changes: Partial<LogLine> = {}): LogLine {
  return {
    epoch,
    step: epoch * 10,
    train_loss: 0.5,
    valid_loss: 0.625,
    accuracy: 0.75,
    roc_auc: 0.875,
    learning_rate: 4e-8,
    seconds: 12.5,
    ...changes,
  };
}

describe('appendLogLine', () => {
  it('writes a header and a line an epoch, and nothing beside the file', async () => {
    await appendLogLine(log, line(1));
    await appendLogLine(log, line(2, { roc_auc: null }));
    expect(await readFile(log, 'utf8')).toBe(
      `${header}\n1,10,0.5,0.625,0.75,0.875,4e-8,12.5\n2,20,0.5,0.625,0.75,,4e-8,12.5\n`,
    );
    expect(await readdir(folder)).toEqual(['log.csv']);
  });

  it('takes the place of a line of the same epoch, which a stopped run may have left', async () => {
    for (const epoch of [1, 2, 2]) await appendLogLine(log, line(epoch));
    expect((await readFile(log, 'utf8')).split('\n').map((text) => text[0])).toEqual([
      'e',
      '1',
      '2',
      undefined,
    ]);
  });
});

describe('truncateLog', () => {
  it('keeps the finished epochs: of 12, the first 10', async () => {
    for (let epoch = 1; epoch <= 12; epoch++) await appendLogLine(log, line(epoch));
    await truncateLog(log, 10);
    const epochs = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(1);
    expect(epochs.map((text) => Number.parseInt(text, 10))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it('leaves the header alone where no epoch is finished', async () => {
    await appendLogLine(log, line(1));
    await truncateLog(log, 0);
    expect(await readFile(log, 'utf8')).toBe(`${header}\n`);
  });

  it('does nothing where there is no log', async () => {
    await truncateLog(log, 3);
    expect(await readdir(folder)).toEqual([]);
  });
});
