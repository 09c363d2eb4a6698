import { readdir, stat } from 'node:fs/promises';
import { codeOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import type { ExportFormat } from './export-format.js';
import { exportFormats } from './export-formats.js';

/**
 * Sees to it that an export replaces nothing but an older one of the same format.
 *
 * @param isForced Then any file may be replaced too, and an export of another format; a folder of
 *   anything else never.
 * @throws {UserError} If it would.
 */
export async function refuseForeign(
  out: string,
  format: ExportFormat,
  isForced: boolean,
): Promise<void> {
  const found = await stat(out).catch((error: unknown) => {
    if (codeOf(error) === undefined) throw error;
    return null; // what writes there says why it cannot
  });
  if (found === null || (await isExport(out, format))) return;
  if (!found.isDirectory()) {
    if (isForced) return;
    throw foreign(out, `an older export as ${format.name}`, 'add --force to replace it');
  }
  if ((await readdir(out)).length === 0) return;
  const others = Object.values(exportFormats);
  const isOther = (await Promise.all(others.map((other) => isExport(out, other)))).includes(true);
  if (isForced && isOther) return;
  const remedy = isOther ? 'add --force to replace it' : 'remove it yourself';
  throw foreign(out, `an older export as ${format.name}`, remedy);
}

async function isExport(path: string, format: ExportFormat): Promise<boolean> {
  return format.isAt(path).catch((error: unknown) => {
    if (!(error instanceof UserError) && fileFault(error) === undefined) throw error;
    return false;
  });
}

function foreign(out: string, expected: string, remedy: string): UserError {
  return new UserError(
    `Cannot write "${out}": expected nothing there or ${expected}, got something else; choose another --out, or ${remedy}`,
  );
}
