import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import {
  appendLogLine,
  type LogFiles,
  type LogLine,
  readLog,
  truncateLog,
} from '../../src/report/log-csv.js';

let folder = '';
let log = '';
let files: LogFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-log-'));
  log = join(folder, 'log.csv');
  files = { log, logJson: join(folder, 'log.jsonl') };
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  for (const path of [files.log, files.logJson]) await rm(path, { force: true });
});

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
  it('writes a header and a line an epoch, and nothing beside the two files', async () => {
    await appendLogLine(files, line(1));
    await appendLogLine(files, line(2, { roc_auc: null }));
    expect(await readFile(log, 'utf8')).toBe(
      `${header}\n1,10,0.5,0.625,0.75,0.875,4e-8,12.5\n2,20,0.5,0.625,0.75,,4e-8,12.5\n`,
    );
    expect(await readdir(folder)).toEqual(['log.csv', 'log.jsonl']);
  });

  it('says the same in JSON, null where a class is absent', async () => {
    const lines = [line(1), line(2, { roc_auc: null })];
    for (const one of lines) await appendLogLine(files, one);
    const [first = '', second = '', end] = (await readFile(files.logJson, 'utf8')).split('\n');
    expect(first).toBe(
      '{"epoch":1,"step":10,"train_loss":0.5,"valid_loss":0.625,"accuracy":0.75,"roc_auc":0.875,"learning_rate":4e-8,"seconds":12.5}',
    );
    expect(JSON.parse(second)).toEqual(lines[1]);
    expect(end).toBe('');
  });

  it('takes the place of a line of the same epoch, which a stopped run may have left', async () => {
    for (const epoch of [1, 2, 2]) await appendLogLine(files, line(epoch));
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
    for (let epoch = 1; epoch <= 12; epoch++) await appendLogLine(files, line(epoch));
    await truncateLog(files, 10);
    const epochs = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(1);
    expect(epochs.map((text) => Number.parseInt(text, 10))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const objects = (await readFile(files.logJson, 'utf8')).trimEnd().split('\n');
    expect(objects.map((text) => JSON.parse(text).epoch)).toEqual(epochs.map((_, at) => at + 1));
  });

  it('leaves the header alone where no epoch is finished', async () => {
    await appendLogLine(files, line(1));
    await truncateLog(files, 0);
    expect(await readFile(log, 'utf8')).toBe(`${header}\n`);
  });

  it('does nothing where there is no log', async () => {
    await truncateLog(files, 3);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('readLog', () => {
  it('gives what was written, and nothing where there is no log yet', async () => {
    expect(await readLog(log)).toEqual([]);
    const lines = [line(1, { train_loss: 0.1 + 0.2 }), line(2, { roc_auc: null })];
    for (const one of lines) await appendLogLine(files, one);
    expect(await readLog(log)).toEqual(lines);
  });

  it.each([
    ['epoch,step\n1,2\n', `expected the columns ${header}, got epoch,step`],
    [`${header}\n1,2,3\n`, 'expected 8 numbers in row 2, got 1,2,3'],
    [`${header}\n1,5,0.5,,0.5,0.5,0.1,9\n`, 'expected 8 numbers in row 2, got 1,5,0.5,,0.5'],
    [`${header}\n1,5,0.5,x,0.5,0.5,0.1,9\n`, 'expected 8 numbers in row 2, got 1,5,0.5,x,0.5'],
  ])('refuses %j', async (content, fault) => {
    await writeFile(log, content);
    await expect(readLog(log)).rejects.toThrow(UserError);
    await expect(readLog(log)).rejects.toThrow(`Cannot read "${log}": ${fault}`);
  });
});
