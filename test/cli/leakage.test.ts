import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/temporary-folder.js';
import { type PlantedLeak, plantLeak } from '../recipes/planted-leak.js';
import { runHisto } from '../run-histo.js';

const folder = temporaryFolder();
const small = ['--preset', 'demo', '--epochs', '1', '--batch-size', '16'];
const run = join(folder, 'run');
let planted: PlantedLeak;
beforeAll(async () => {
  planted = await plantLeak(folder);
});

const trainOn = (validLabels: string, out: string, ...more: string[]) =>
  runHisto([
    ...['train', '--labels', planted.train, '--images', planted.images],
    ...['--valid-labels', validLabels, '--out', out, ...small, ...more],
  ]);
const evaluateOn = (labels: string, ...more: string[]) =>
  runHisto(['eval', run, '--labels', labels, '--images', planted.images, ...more]);
const filesIn = (path: string) => readdir(path).catch(() => []);

describe('histo train', () => {
  it('exits 2 where patches are on both sides, names them and the ways out, and writes nothing', async () => {
    const out = join(folder, 'refused');
    const { code, stdout, stderr } = await trainOn(planted.leaked, out);
    const { copied, encoded, flipped } = planted.sources;
    expect(stderr).toContain(
      `Cannot train on "${planted.train}": expected nothing of the validation in the training, got 3 of 13 validation patches showing the same as training patches, such as "copied" (the pixels of "${copied.id}"), "encoded" (like "${encoded.id}"), "flipped" (like "${flipped.id}"); `,
    );
    expect(stderr).toMatch(
      /histo data check .*--write-exclusions FILE.*--exclude.*--allow-leakage/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await filesIn(out)).toEqual([]);
  });

  it('goes on with --allow-leakage and says so first', async () => {
    const out = join(folder, 'allowed');
    const { code, stdout, stderr } = await trainOn(planted.leaked, out, '--allow-leakage');
    expect(stdout).toMatch(
      /^Leakage: 3 of 13 validation patches showing the same .*: the figures flatter\n\nBest epoch/,
    );
    expect(stderr).toMatch(/^split .*; 3 of 13 validation patches showing the same/m);
    expect(code).toBe(0);
    const record = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
    expect(record).toMatchObject({ config: { allowLeakage: true } });
    expect(record.split).toContain('3 of 13 validation patches showing the same');
  });
});

describe('histo eval', () => {
  beforeAll(async () => {
    expect(await trainOn(planted.valid, run)).toMatchObject({ code: 0 });
  });

  it('exits 2 where patches were trained on, and gives no figure', async () => {
    const out = join(folder, 'never');
    const { code, stdout, stderr } = await evaluateOn(planted.leaked, '--out', out);
    expect(stderr).toContain(
      `Cannot evaluate on "${planted.leaked}": expected nothing that was trained on, got 3 of 13 patches showing the same as training patches, such as "copied" (the same pixels), "encoded" (turned, or encoded anew), "flipped" (turned, or encoded anew); `,
    );
    expect(stderr).toContain('--allow-leakage');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await filesIn(out)).toEqual([]);
  });

  it('goes on with --allow-leakage and says so first', async () => {
    const { code, stdout } = await evaluateOn(planted.leaked, '--allow-leakage');
    expect(stdout).toMatch(/^Leakage: 3 of 13 patches showing the same .*\n\npatches +13/);
    expect(code).toBe(0);
  });

  it('carries it in the JSON and in metrics.json', async () => {
    const out = join(folder, 'evaluation');
    const { stdout } = await evaluateOn(planted.leaked, '--allow-leakage', '--json', '--out', out);
    const report = JSON.parse(stdout);
    expect(report.leakage).toMatchObject({
      train_twins: 3,
      shared_slides: 0,
      examples: [
        { id: 'copied', kind: 'exact' },
        { id: 'encoded', kind: 'near' },
        { id: 'flipped', kind: 'near' },
      ],
    });
    expect(Object.keys(report)[0]).toBe('leakage');
    expect(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'))).toEqual(report);
  });

  it('takes the validation patches, and says that they are', async () => {
    const { code, stdout, stderr } = await evaluateOn(planted.valid, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ leakage: null, validation_share: 1 });
    expect(stderr).toContain('validated the checkpoint');
    expect(code).toBe(0);
  });
});
