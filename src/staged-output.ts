import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, moveIntoPlace, writeFault } from './atomic-file.js';

/** A file or folder that is written and looked at beside its place before it gets there. */
export interface StagedOutput extends AsyncDisposable {
  /** Where to write it meanwhile. */
  readonly path: string;
  /**
   * Gives it its name. An older file is replaced in one step; an older folder is moved away first, and
   * comes back if the new one cannot take its place.
   *
   * @throws {UserError} If the file system refuses.
   */
  readonly moveIntoPlace: () => Promise<void>;
}

/**
 * A place beside a path, in the same folder, which is made where missing. What is left there when it is
 * disposed of is removed.
 *
 * @throws {UserError} If the folder cannot be made.
 * @example await using staged = await stageOutput('model.onnx')
 */
export async function stageOutput(path: string): Promise<StagedOutput> {
  const asFault = (error: unknown) => {
    throw writeFault(path, error);
  };
  await makeFolder(dirname(path)).catch(asFault);
  const staged = beside(path);
  return {
    path: staged,
    moveIntoPlace: () => replace(staged, path).catch(asFault),
    [Symbol.asyncDispose]: () => rm(staged, { recursive: true, force: true }),
  };
}

async function replace(staged: string, path: string): Promise<void> {
  const [found, written] = await Promise.all([stat(path).catch(() => null), stat(staged)]);
  if (found === null || (found.isFile() && written.isFile())) return moveIntoPlace(staged, path);
  const older = beside(path);
  await rename(path, older);
  try {
    await moveIntoPlace(staged, path);
  } catch (error) {
    await rename(older, path);
    throw error;
  }
  await rm(older, { recursive: true, force: true });
}

function beside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}
