import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LabelledPatch, readLabels } from '../../src/data/labels.js';
import { InterruptedError } from '../../src/errors.js';
import { checkData, type DataCheckOptions } from '../../src/recipes/data-check.js';
import { dataCheckText } from '../../src/report/data-check-text.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { createTestTerminal } from '../test-terminal.js';

const never = new AbortController().signal;
const folder = temporaryFolder();
const images = join(folder, 'images');
const labelsOf = (name: string) => join(folder, `${name}.csv`);
const planted = { folder: images, train: labelsOf('train'), valid: labelsOf('valid') };
let ids: string[] = [];
type Five = [LabelledPatch, LabelledPatch, LabelledPatch, LabelledPatch, LabelledPatch];

/** Half of the fixture trains, half validates, with twins planted in and between them. */
beforeAll(async () => {
  await mkdir(images);
  const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: null });
  for (const { id, path } of patches) await copyFile(path, join(images, `${id}.tif`));
  const [train, valid] = [patches.slice(0, 80), patches.slice(80)];
  const sources = [3, 20, 40, 60, 70].map((row) => train[row] as LabelledPatch);
  ids = sources.map(({ id }) => id);
  const [a, b, c, d, e] = sources as Five;
  await copyFile(a.path, join(images, 'copied.tif'));
  await sharp(b.path).jpeg({ quality: 60 }).toFile(join(images, 'encoded.jpg'));
  await sharp(c.path).flop().tiff({ compression: 'none' }).toFile(join(images, 'flipped.tif'));
  await sharp(d.path).rotate(90).jpeg({ quality: 75 }).toFile(join(images, 'turned.jpg'));
  await copyFile(e.path, join(images, 'relabelled.tif'));
  await writeFile(join(images, 'broken.tif'), 'II*');
  await writeImage('glass', (at) => (at === 4000 ? 200 : 240));
  await copyFile(join(images, 'glass.tif'), join(images, 'glass-again.tif'));
  await writeImage('white', () => 255);
  await copyFile(join(images, 'white.tif'), join(images, 'white-again.tif'));
  const rows = (some: readonly { id: string; label: number }[]) =>
    ['id,label', ...some.map(({ id, label }) => `${id},${label}`), ''].join('\n');
  const more = [
    { ...d, id: 'turned' },
    { id: 'relabelled', label: 1 - e.label },
    { id: 'broken', label: 0 },
    { id: 'glass', label: 0 },
    { id: 'white', label: 0 },
  ];
  await writeFile(planted.train, rows([...train, ...more]));
  const leaks = [
    { ...a, id: 'copied' },
    { ...b, id: 'encoded' },
    { ...c, id: 'flipped' },
    { id: 'glass-again', label: 0 },
    { id: 'white-again', label: 0 },
  ];
  await writeFile(planted.valid, rows([...valid, ...leaks]));
});

/** A grey TIFF whose values are told one by one. */
async function writeImage(id: string, levelAt: (at: number) => number): Promise<void> {
  const pixels = Uint8Array.from({ length: 3 * 96 ** 2 }, (_, at) => levelAt(at));
  const raw = { width: 96, height: 96, channels: 3 } as const;
  await sharp(pixels, { raw })
    .tiff({ compression: 'none' })
    .toFile(join(images, `${id}.tif`));
}

function options(changes: Partial<DataCheckOptions> = {}): DataCheckOptions {
  return {
    sets: [
      { name: 'train', labels: planted.train, images },
      { name: 'valid', labels: planted.valid, images },
    ],
    groupColumn: null,
    cache: 'off',
    writeExclusions: null,
    out: null,
    ...changes,
  };
}

describe('checkData', () => {
  it('finds the twins that were planted and no others', async () => {
    const { twins, leaks, label_conflicts } = await checkData(
      options(),
      createTestTerminal(),
      never,
    );
    const found = twins.map(({ patches, pairs }) => [
      ...patches.map(({ id }) => id),
      pairs[0]?.kind,
      pairs[0]?.turn,
    ]);
    expect(found).toEqual([
      [ids[0], 'copied', 'exact', 'none'],
      [ids[1], 'encoded', 'near', 'none'],
      [ids[2], 'flipped', 'near', 'flip-horizontal'],
      ['glass', 'glass-again', 'exact', 'none'],
      [ids[4], 'relabelled', 'exact', 'none'],
      [ids[3], 'turned', 'near', 'rotate-90'],
    ]);
    expect({ leaks, label_conflicts }).toEqual({ leaks: 4, label_conflicts: 1 });
    expect(twins[1]?.patches[1]?.path).toBe(join(images, 'encoded.jpg'));
  });

  it('tells of a patch that cannot be read and goes on', async () => {
    const { flaws } = await checkData(options(), createTestTerminal(), never);
    const unreadable = flaws.filter(({ kind }) => kind === 'unreadable');
    expect(unreadable).toMatchObject([
      { patch: { id: 'broken', set: 'train' }, detail: expect.stringContaining('broken.tif') },
    ]);
  });

  it('writes what training would rather leave out', async () => {
    const writeExclusions = join(folder, 'new', 'exclusions.csv');
    await checkData(options({ writeExclusions }), createTestTerminal(), never);
    const lines = (await readFile(writeExclusions, 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('id,reason');
    expect(lines).toContain(`${ids[0]},twin of valid patch copied`);
    expect(lines).toContain(`turned,"twin of ${ids[3]}, which is kept"`);
    expect(lines).not.toContain(expect.stringContaining('encoded'));
    const excluded = lines.slice(1).map((line) => line.split(',')[0]);
    for (const id of [ids[1], ids[2], ids[4], 'relabelled', 'broken'])
      expect(excluded).toContain(id);
    expect(excluded).not.toContain(ids[3]); // the first of its twins
  });

  it('refuses to replace a labels file that it reads', async () => {
    for (const path of [planted.train, planted.valid]) {
      const checking = checkData(options({ writeExclusions: path }), createTestTerminal(), never);
      await expect(checking).rejects.toThrow(
        `Cannot write "${path}": expected a file that nothing`,
      );
    }
    expect(await readFile(planted.train, 'utf8')).toMatch(/^id,label\n/);
  });

  it('says the worst in words', async () => {
    const text = dataCheckText(await checkData(options(), createTestTerminal(), never));
    expect(text).toMatch(/^patches +85 +85$/m);
    expect(text).toContain('4 groups of twins in several sets; 1 group of twins with both labels');
    expect(text).toMatch(
      new RegExp(`train ${ids[0]} \\[\\d\\] and valid copied \\[\\d\\] \\(the same pixels\\)`),
    );
    expect(text).toMatch(
      /^\d+ of \d+ blank patches compared by exact pixels only; those of one colour not at all$/m,
    );
    expect(text).toMatch(/flipped \[\d\] \(0\.00 levels apart, flip-horizontal\)/);
  });

  it('leaves nothing when it is stopped', async () => {
    const stop = new AbortController();
    const checking = checkData(
      options({
        writeExclusions: join(folder, 'stopped', 'exclusions.csv'),
        out: join(folder, 'stopped'),
      }),
      createTestTerminal(),
      stop.signal,
    );
    stop.abort(new InterruptedError('SIGINT', 'Stopped by SIGINT'));
    await expect(checking).rejects.toThrow(InterruptedError);
    expect(await readdir(join(folder, 'stopped')).catch(() => [])).toEqual([]);
  });
});
