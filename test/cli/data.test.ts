import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LabelledPatch, readLabels } from '../../src/data/labels.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { runHisto } from '../run-histo.js';

const folder = temporaryFolder();
const images = join(folder, 'images');
const [labels, validLabels] = [join(folder, 'train.csv'), join(folder, 'valid.csv')];
const train = ['--labels', labels, '--images', images];
const both = [...train, '--valid-labels', validLabels];
const sound = ['--labels', fixturePatches.labels, '--images', fixturePatches.images];
let leaked = '';

beforeAll(async () => {
  await mkdir(images);
  const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: null });
  for (const { id, path } of patches) await copyFile(path, join(images, `${id}.tif`));
  const source = patches[30] as LabelledPatch;
  leaked = source.id;
  await copyFile(source.path, join(images, 'copy.tif'));
  const rows = (some: readonly { id: string; label: number }[]) =>
    ['id,label', ...some.map(({ id, label }) => `${id},${label}`), ''].join('\n');
  await writeFile(labels, rows(patches.slice(0, 100)));
  await writeFile(validLabels, rows([...patches.slice(100), { ...source, id: 'copy' }]));
});

describe('histo data check', () => {
  it('says in a table what it found and exits 0', async () => {
    const { code, stdout } = await runHisto(['data', 'check', ...both]);
    expect(stdout).toMatch(/^ +train +valid$/m);
    expect(stdout).toContain('1 group of twins in several sets');
    expect(stdout).toContain(`train ${leaked} [`);
    expect(code).toBe(0);
  });

  it('prints one JSON object with everything', async () => {
    const { code, stdout } = await runHisto(['data', 'check', ...both, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      sets: [
        { name: 'train', labels, patches: 100 },
        { name: 'valid', labels: validLabels, patches: 61 },
      ],
      leaks: 1,
      label_conflicts: 0,
      twins: [
        {
          is_leak: true,
          patches: [
            { set: 'train', id: leaked, path: join(images, `${leaked}.tif`) },
            { set: 'valid', id: 'copy', path: join(images, 'copy.tif') },
          ],
          pairs: [{ first: 0, second: 1, kind: 'exact', turn: 'none', distance: 0 }],
        },
      ],
      shared_slides: [],
    });
    expect(code).toBe(0);
  });

  it('writes a page with pictures, and all findings beside it', async () => {
    const out = join(folder, 'report');
    const { stdout } = await runHisto(['data', 'check', ...both, '--json', '--out', out]);
    expect(await readdir(out)).toEqual(['data-check.html', 'data-check.json']);
    const findings = JSON.parse(await readFile(join(out, 'data-check.json'), 'utf8'));
    expect(findings).toEqual(JSON.parse(stdout));
    const page = await readFile(join(out, 'data-check.html'), 'utf8');
    expect(page).toContain(`alt="Patch ${leaked}"><`);
    expect(page).toContain('alt="Patch copy"><');
  });

  it('exits 3 with --strict on a leak, after the findings', async () => {
    const { code, stdout, stderr } = await runHisto(['data', 'check', ...both, '--strict']);
    expect(stdout).toContain('1 group of twins in several sets');
    expect(stderr).toMatch(/not sound: .* got 1, 0 and 0/);
    expect(code).toBe(3);
  });

  it('exits 0 with --strict on sound data', async () => {
    expect(await runHisto(['data', 'check', ...sound, '--strict'])).toMatchObject({ code: 0 });
  });

  it('refuses a folder without labels', async () => {
    const { code, stderr } = await runHisto(['data', 'check', ...train, '--test-images', folder]);
    expect(stderr).toMatch(/expected labels of its patches.*--test-labels/);
    expect(code).toBe(2);
  });
});

describe('histo train --exclude', () => {
  const small = ['--preset', 'demo', '--epochs', '1', '--batch-size', '8'];

  it('trains without exactly what the check would leave out', async () => {
    const [exclusions, run] = [join(folder, 'exclusions.csv'), join(folder, 'run')];
    await runHisto(['data', 'check', ...both, '--write-exclusions', exclusions]);
    const excluded = (await readFile(exclusions, 'utf8')).trimEnd().split('\n').slice(1);
    expect(excluded).toContain(`${leaked},twin of valid patch copy`);
    const finished = await runHisto([
      'train',
      ...both,
      ...small,
      '--exclude',
      exclusions,
      '--out',
      run,
    ]);
    expect(finished.stderr).toContain(
      `patches  ${100 - excluded.length} train, 61 valid; ${excluded.length} left out by "${exclusions}"`,
    );
    expect(finished.code).toBe(0);
    const record = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    expect(record.config.exclude).toBe(exclusions);
  });

  it('refuses exclusions of other data', async () => {
    const exclusions = join(folder, 'other.csv');
    await writeFile(exclusions, 'id,reason\nnobody,blank\n');
    const { code, stderr } = await runHisto([
      'train',
      ...both,
      ...small,
      '--exclude',
      exclusions,
      '--out',
      join(folder, 'never'),
    ]);
    expect(stderr).toMatch(/Cannot use exclusions ".*other\.csv".*"nobody"/);
    expect(code).toBe(2);
  });
});
