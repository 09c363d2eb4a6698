import { UserError } from '../errors.js';

/** A patch whose file cannot be used: cut off, no image, of another size, gone, … */
export class BadPatchError extends UserError {
  /**
   * @param act What failed.
   * @param path Of the file.
   * @param why What was expected, what was found and the remedy.
   */
  constructor(
    act: 'read' | 'use',
    path: string,
    readonly why: string,
    cause?: unknown,
  ) {
    super(`Cannot ${act} patch "${path}": ${why}`, { cause });
  }
}

/** A patch as it is named where it is left out. */
export interface PatchFile {
  readonly id: string;
  readonly path: string;
}

/** Told of a patch that cannot be used, in the order of the patches: it is left out, unless this throws. */
export type BadPatchHandler = (patch: PatchFile, error: BadPatchError) => void;

/** What a handler does where there is none. */
export const refuseBadPatch: BadPatchHandler = (_, error) => {
  throw error;
};
