import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit.js';
import { metricsSchema } from '../../src/report/metrics-schema.js';
import { badFiles } from '../data/bad-files.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { runHisto } from './run-command.js';

const folder = temporaryFolder();
const images = join(folder, 'images');
const run = join(folder, 'run');
const { labels } = fixturePatches;
const [header = '', ...rows] = readFileSync(labels, 'utf8').trim().split(/\r?\n/);
const ids = rows.map((row) => row.split(',')[0] as string);
const fileOf = (id: string) => join(images, `${id}.tif`);
const small = ['--preset', 'demo', '--epochs', '1', '--batch-size', '16'];
const why = 'expected an image, got an empty file; copy it anew';

/** The error that a command ends with. */
async function failureOf(...args: readonly string[]): Promise<Error> {
  const error = await runHisto(...args).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(exitCodeOf(error)).toBe(2);
  return error;
}

beforeAll(async () => {
  const data = ['--labels', labels, '--images', fixturePatches.images];
  await runHisto('train', ...data, '--out', run, ...small);
});

beforeEach(() => {
  rmSync(images, { recursive: true, force: true });
  cpSync(fixturePatches.images, images, { recursive: true });
});

describe.each([0, 20])('a bad patch in place %i', (at) => {
  const bad = ids.toSorted()[at] as string;
  const file = fileOf(bad);

  it.each(badFiles)('ends training and prediction where it is $kind', async ({ make, said }) => {
    rmSync(file);
    await make(file);
    const out = join(folder, `failed-${at}`);
    const data = ['--labels', labels, '--images', images];
    for (const args of [
      ['train', ...data, '--out', out, ...small],
      ['predict', run, '--images', images, '--out', join(out, 'scores.csv')],
    ]) {
      const { message } = await failureOf(...args);
      expect(message).toMatch(new RegExp(`patch "${file}": ${said.source}`));
      expect(message).toContain('--on-bad-patch skip');
      expect(await readdir(out)).toEqual([]);
    }
  });

  it('is left out by eval with skip: the figures are those of the others', async () => {
    writeFileSync(file, '');
    const others = join(folder, 'others.csv');
    writeFileSync(others, [header, ...rows.filter((row) => !row.startsWith(bad)), ''].join('\n'));
    const scored = async (csv: string, name: string, ...more: string[]) => {
      const out = join(folder, name);
      const data = ['--labels', csv, '--images', images, '--allow-leakage', '--out', out];
      const terminal = await runHisto('eval', run, ...data, '--json', ...more);
      return { metrics: JSON.parse(terminal.results[0] ?? ''), out, notes: terminal.notes };
    };
    const skip = await scored(labels, 'skip', '--on-bad-patch', 'skip');
    const other = await scored(others, 'others');
    const said = `1 patch of 160 (0.63 %) left out as not usable: "${bad}" (${why})`;
    const { skipped_patches, notes, labels: _, ...figures } = skip.metrics;
    expect(skipped_patches).toEqual([{ id: bad, path: file, why }]);
    expect(notes[0]).toBe(said);
    expect(skip.notes).toContain(`Note: ${said}`);
    const expected = { ...other.metrics };
    for (const key of ['skipped_patches', 'notes', 'labels']) delete expected[key];
    expect(figures).toEqual(expected);
    expect(metricsSchema.safeParse(skip.metrics).success).toBe(true);
    const csvs = [skip, other].map(({ out }) => readFileSync(join(out, 'predictions.csv'), 'utf8'));
    expect(csvs[0]).toBe(csvs[1]);
    const page = readFileSync(join(skip.out, 'report.html'), 'utf8');
    const isListed = /id="skipped-heading">Patches left out<.*?got an empty file/s.test(page);
    expect(isListed).toBe(true);
  });

  it('is left out by predict with skip: it has no row', async () => {
    const predicted = async (name: string) => {
      const out = join(folder, `${name}.csv`);
      const flags = ['--images', images, '--out', out, '--on-bad-patch', 'skip'];
      const terminal = await runHisto('predict', run, ...flags);
      return { text: await readFile(out, 'utf8'), ...terminal };
    };
    const whole = await predicted('whole');
    expect(whole.results).toEqual([`160 patches scored, written to ${join(folder, 'whole.csv')}`]);
    writeFileSync(file, '');
    const skip = await predicted('skip');
    const rowsOf = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((row) => row.split(','));
    const expected = rowsOf(whole.text).filter(([id]) => id !== bad);
    expect(rowsOf(skip.text).map(([id]) => id)).toEqual(expected.map(([id]) => id));
    for (const [row, [, value]] of rowsOf(skip.text).entries()) {
      if (row > 0) expect(Number(value)).toBeCloseTo(Number(expected[row]?.[1]), 4); // other batches
    }
    expect(skip.notes).toContain(`Note: Cannot read patch "${file}": ${why}; it is left out`);
    expect(skip.results).toEqual([
      `159 patches scored, 1 left out, written to ${join(folder, 'skip.csv')}`,
    ]);
  });
});

describe('more bad patches than 1 %', () => {
  it.each(['eval', 'predict'])('fail in %s with skip, named', async (command) => {
    for (const id of ids.slice(30, 33)) writeFileSync(fileOf(id), '');
    const out = join(folder, `many-${command}`);
    const own = command === 'eval' ? ['--labels', labels, '--allow-leakage'] : [];
    const flags = ['--images', images, ...own, '--out', out, '--on-bad-patch', 'skip'];
    const { message } = await failureOf(command, run, ...flags);
    expect(message).toContain(
      'Cannot leave so many patches out: expected at most 1 % that cannot be used (1 of 160), got 2 already, such as\n  "',
    );
    expect(message).toMatch(/histo data check lists all of them$/);
    expect(
      existsSync(join(out, 'predictions.csv')) || (command === 'predict' && existsSync(out)),
    ).toBe(false);
  });
});

it('histo data check lists bad patches of every kind', async () => {
  for (const [at, { make }] of badFiles.entries()) {
    rmSync(fileOf(ids[at] as string));
    await make(fileOf(ids[at] as string));
  }
  const flags = ['--labels', labels, '--images', images, '--json'];
  const terminal = await runHisto('data', 'check', ...flags);
  const { flaws } = JSON.parse(terminal.results[0] ?? '');
  const found = new Set(
    flaws
      .filter(({ kind }: { kind: string }) => ['unreadable', 'odd_size'].includes(kind))
      .map(({ patch }: { patch: { id: string } }) => patch.id),
  );
  expect([...found].sort()).toEqual(ids.slice(0, badFiles.length).sort());
});
