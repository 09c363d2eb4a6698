import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import { packageFolder } from '../package-folder.js';
import { quote } from '../quote.js';

/** The presets that come with histo, each a file of the package's `configs` folder. */
export const presetNames = ['default', 'reference', 'quick', 'demo'] as const;

/** The preset that is taken where none is named. */
export const defaultPreset = 'default';

/**
 * The values of a preset, as its file has them.
 *
 * @throws {UserError} If there is no preset of that name.
 */
export function readPreset(name: string): unknown {
  if (!presetNames.some((known) => known === name)) {
    throw new UserError(
      `Cannot use preset ${quote(name)}: expected one of ${presetNames.join(', ')}; name a file of your own with --config`,
    );
  }
  return JSON.parse(readFileSync(join(packageFolder, 'configs', `${name}.json`), 'utf8'));
}
