import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type LabelledPatch, readLabels } from '../../src/data/labels.js';
import { fixturePatches } from '../fixture-patches.js';

/** Paths of patches with a leak in them. */
export interface PlantedLeak {
  readonly images: string;
  /** Labels of 40 patches to train on. */
  readonly train: string;
  /** Labels of 10 others. */
  readonly valid: string;
  /** Labels of those 10, and of three that repeat patches to train on. */
  readonly leaked: string;
  /** The patches to train on that are there again: `copied`, `encoded` (JPEG) and `flipped`. */
  readonly sources: Readonly<Record<'copied' | 'encoded' | 'flipped', LabelledPatch>>;
}

/** Copies fixture patches into a folder and plants three twins. */
export async function plantLeak(folder: string): Promise<PlantedLeak> {
  const images = join(folder, 'images');
  await mkdir(images, { recursive: true });
  const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: 50 });
  for (const { id, path } of patches) await copyFile(path, join(images, `${id}.tif`));
  const [copied, encoded, flipped] = [3, 20, 35].map((row) => patches[row]) as [
    LabelledPatch,
    LabelledPatch,
    LabelledPatch,
  ];
  const sources = { copied, encoded, flipped };
  await copyFile(copied.path, join(images, 'copied.tif'));
  await sharp(encoded.path).jpeg({ quality: 75 }).toFile(join(images, 'encoded.jpg'));
  await sharp(flipped.path)
    .flop()
    .tiff({ compression: 'none' })
    .toFile(join(images, 'flipped.tif'));
  const planted = Object.entries(sources).map(([id, { label }]) => ({ id, label }));
  return {
    images,
    sources,
    train: await writeLabels(join(folder, 'train.csv'), patches.slice(0, 40)),
    valid: await writeLabels(join(folder, 'valid.csv'), patches.slice(40)),
    leaked: await writeLabels(join(folder, 'leaked.csv'), [...patches.slice(40), ...planted]),
  };
}

async function writeLabels(
  path: string,
  patches: readonly Pick<LabelledPatch, 'id' | 'label'>[],
): Promise<string> {
  const rows = patches.map(({ id, label }) => `${id},${label}`);
  await writeFile(path, ['id,label', ...rows, ''].join('\n'));
  return path;
}
