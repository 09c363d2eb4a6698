import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError } from 'csv-parse';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../src/csv-records.js';
import { OddFileError } from '../src/file-fault.js';
import { temporaryFolder } from './data/temporary-folder.js';

const path = join(temporaryFolder(), 'table.csv');

async function read(content: string | Buffer): Promise<string[][]> {
  writeFileSync(path, content);
  return readWritten();
}

async function readWritten(): Promise<string[][]> {
  const records: string[][] = [];
  for await (const cells of csvRecords(path, { trim: true, relax_column_count: true })) {
    records.push(cells);
  }
  return records;
}

describe('csvRecords', () => {
  it('reads cells of any script, with or without a byte order mark', async () => {
    expect(await read('\uFEFFid,naïve\n"數,1",x\n')).toEqual([
      ['id', 'naïve'],
      ['數,1', 'x'],
    ]);
  });

  it.each([
    ['UTF-16 with its mark', Buffer.from('\uFEFFid,label\n', 'utf16le')],
    ['UTF-16 without', Buffer.from('id,label\n', 'utf16le')],
    ['Latin-1', Buffer.from('id,é\n', 'latin1')],
    ['a NUL in an id', 'id\na\0b\n'],
    ['an image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ])('refuses %s', async (_, content) => {
    await expect(read(content)).rejects.toThrow(OddFileError);
    await expect(read(content)).rejects.toThrow('save it as text in UTF-8');
  });

  it('refuses a gigabyte before it reads it', async () => {
    writeFileSync(path, 'id,label\n');
    truncateSync(path, 1e9);
    await expect(readWritten()).rejects.toThrow('got more than 268 MB: name a smaller file');
  });

  it.each([
    ['one endless line', 'a'.repeat(2 ** 21)],
    ['a quote that never ends', `id\n"${'a\n'.repeat(2 ** 20)}`],
    ['two million columns', `${'a,'.repeat(2e6)}\n`],
  ])('refuses %s', async (_, content) => {
    await expect(read(content)).rejects.toThrow(CsvError);
  });
});
