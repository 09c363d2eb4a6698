import { stat } from 'node:fs/promises';
import { UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote } from '../quote.js';
import { nearestName } from './registry.js';

/**
 * Sees to it that there is a file, before anything else is done for its sake.
 *
 * @param file What may have been meant as a name of the registry: a near one is told.
 * @throws {UserError} If there is none.
 */
export async function requireWeightsFile(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    const near = nearestName(file);
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    throw new UserError(
      `Cannot use weights ${quote(file)}: expected a file or a name of "histo weights list", ${fault}${hint}`,
      { cause: error },
    );
  }
}
