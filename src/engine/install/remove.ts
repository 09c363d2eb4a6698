import { rm } from 'node:fs/promises';
import { UserError } from '../../errors.js';
import { type InstalledEngine, listInstalledEngines } from '../native/folders.js';
import { downloadsFolder } from './index-source.js';
import { discard } from './install.js';

/**
 * Removes installed engines; with `all` what is left of downloads, too.
 *
 * @param which Versions (both builds of each), versions with a build (`2.21.0-cuda`), or `all`. An
 *   empty list means the only one there is.
 * @returns What was removed.
 * @throws {UserError} If one of them is not installed, or an empty list could mean several; then
 *   none is removed.
 */
export async function removeEngine(which: readonly string[] | 'all'): Promise<InstalledEngine[]> {
  const installed = await listInstalledEngines();
  const chosen = which === 'all' ? installed : chosenOf(installed, which);
  for (const { folder } of chosen) await discard(folder);
  if (which === 'all') await rm(downloadsFolder(), { recursive: true, force: true });
  return chosen;
}

function chosenOf(
  installed: readonly InstalledEngine[],
  which: readonly string[],
): InstalledEngine[] {
  const there =
    installed.length === 0 ? 'no engine at all' : `only ${installed.map(nameOf).join(', ')}`;
  if (which.length === 0) {
    if (installed.length === 1) return [...installed];
    throw new UserError(
      installed.length === 0
        ? 'Cannot remove an engine: expected an installed one, got none'
        : `Cannot remove an engine: expected the version of one, got none while ${installed.map(nameOf).join(', ')} are installed: name it, or add --all`,
    );
  }
  const wanted = (engine: InstalledEngine, name: string) =>
    name === engine.version || name === nameOf(engine);
  for (const name of which) {
    if (installed.some((engine) => wanted(engine, name))) continue;
    throw new UserError(
      `Cannot remove engine "${name}": expected the version of an installed one, got ${there}: see "histo engine list"`,
    );
  }
  return installed.filter((engine) => which.some((name) => wanted(engine, name)));
}

function nameOf({ version, build }: InstalledEngine): string {
  return `${version}-${build}`;
}
