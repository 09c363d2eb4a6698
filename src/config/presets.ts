import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';

/** The presets that come with histo, each a file of the package's `configs` folder. */
export const presetNames = ['default', 'reference', 'quick', 'demo'] as const;

/** The preset that is taken where none is named. */
export const defaultPreset = 'default';

/**
 * The values of a preset, as its file has them.
 *
 * @throws {UserError} If there is no preset of that name.
 */
export async function readPreset(name: string): Promise<unknown> {
  if (!presetNames.some((known) => known === name)) {
    throw new UserError(
      `Cannot use preset "${name}": expected one of ${presetNames.join(', ')}; name a file of your own with --config`,
    );
  }
  return JSON.parse(await readFile(join(configsFolder(), `${name}.json`), 'utf8')) as unknown;
}

/** The package's `configs` folder, from the sources as well as from `dist`. */
export function configsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'configs', 'config.schema.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('Cannot find the presets: "configs" is not in the package');
    folder = parent;
  }
  return join(folder, 'configs');
}
