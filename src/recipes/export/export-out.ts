import { readdir, stat } from 'node:fs/promises';
import { codeOf, UserError } from '../../errors.js';
import { fileFault } from '../../file-fault.js';
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
    return null; // who writes there says why it cannot
  });
  if (found === null || (await isExport(out, format))) return;
  if (found.isDirectory() && (await readdir(out)).length === 0) return;
  const isReplaceable = found.isFile() || (await isAnyExport(out));
  if (isForced && isReplaceable) return;
  const remedy = isReplaceable ? 'add --force to replace it' : 'remove it yourself';
  throw new UserError(
    `Cannot write "${out}": expected nothing there or an older export as ${format.name}, got something else; choose another --out, or ${remedy}`,
  );
}

async function isAnyExport(path: string): Promise<boolean> {
  const formats = Object.values(exportFormats);
  return (await Promise.all(formats.map((format) => isExport(path, format)))).includes(true);
}

async function isExport(path: string, format: ExportFormat): Promise<boolean> {
  return format.isAt(path).catch((error: unknown) => {
    if (!(error instanceof UserError) && fileFault(error) === undefined) throw error;
    return false;
  });
}
