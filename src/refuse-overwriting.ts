import { realpath } from 'node:fs/promises';
import { codeOf, UserError } from './errors.js';

/**
 * Sees to it, before any work, that no file that is read would be replaced by one that is written, also
 * where the two paths differ, as by a link.
 *
 * @param outputs Files that may not be there yet.
 * @param inputs Files; those that are missing are left to who reads them.
 * @throws {UserError} If an output is one of the inputs.
 */
export async function refuseOverwriting(
  outputs: readonly string[],
  inputs: readonly string[],
): Promise<void> {
  const written = new Map<string, string>();
  for (const path of outputs) {
    const file = await placeOf(path);
    if (file !== null) written.set(file, path);
  }
  if (written.size === 0) return;
  for (const input of inputs) {
    const output = written.get((await placeOf(input)) ?? '');
    if (output === undefined) continue;
    throw new UserError(
      `Cannot write "${output}": expected a file that nothing is read from, got "${input}", which is read; choose another path`,
    );
  }
}

/** Where a file is, past all links; null: nowhere, or nobody may look. */
async function placeOf(path: string): Promise<string | null> {
  return realpath(path).catch((error: unknown) => {
    if (codeOf(error) === undefined) throw error;
    return null;
  });
}
