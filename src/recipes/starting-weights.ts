import { stat } from 'node:fs/promises';
import { type BackboneWeights, readBackboneWeights } from '../checkpoint/backbone-weights.js';
import type { Config } from '../config/schema.js';
import { sha256OfFile } from '../download/file-digest.js';
import { UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote } from '../quote.js';
import type { Terminal } from '../terminal.js';
import {
  defaultWeights,
  findRegistered,
  nearestName,
  type RegisteredWeights,
  registeredBytes,
} from '../weights/registry.js';
import { pullRegistered } from './pull-weights.js';

/** The file that a training starts from, as its record keeps it. */
export interface StartingFile {
  /** Its name in the registry; null: it is not of the registry. */
  readonly name: string | null;
  readonly file: string;
  /** Null: of a pipe, which can be read only once. */
  readonly sha256: string | null;
}

/**
 * Finds the weights that a training starts from, and fetches them where they are of the registry and not
 * there yet.
 *
 * @returns Null: random weights.
 * @throws {UserError} If there are none of that name, they are another network's or cannot be had.
 */
export async function findStartingFile(
  { weights, arch }: Pick<Config, 'weights' | 'arch'>,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<StartingFile | null> {
  if (weights === 'none') return null;
  const registered = weights === null ? defaultWeights(arch) : findRegistered(weights);
  if (registered === null) return weights === null ? null : await ownFile(weights, interruption);
  if (registered.arch !== arch) throw otherNetwork(registered, arch);
  const otherWay = 'start from random weights with "--weights none"';
  const file = await pullRegistered(registered, { mirror: null, otherWay }, terminal, interruption);
  return { name: registered.name, file, sha256: await sha256OfFile(file, interruption) };
}

async function ownFile(file: string, interruption: AbortSignal): Promise<StartingFile> {
  try {
    const isRepeatable = (await stat(file)).isFile();
    const sha256 = isRepeatable ? await sha256OfFile(file, interruption) : null;
    return { name: sha256 === null ? null : (registeredBytes(sha256)?.name ?? null), file, sha256 };
  } catch (error) {
    interruption.throwIfAborted();
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

function otherNetwork({ name, arch }: RegisteredWeights, wanted: string): UserError {
  return new UserError(
    `Cannot use weights "${name}": expected those of ${wanted}, got those of ${arch}; give --arch ${arch}, or other --weights`,
  );
}

/**
 * Reads the weights of a file. Those of the registry have their stride and their normalisation from it.
 *
 * @param stride What the user says; null: nothing.
 * @throws {UserError} If the file cannot be read, or the user says another stride than is known.
 */
export async function readStartingWeights(
  { name, file }: StartingFile,
  stride: Config['stride'],
): Promise<BackboneWeights> {
  const registered = name === null ? null : findRegistered(name);
  if (registered === null) return await readBackboneWeights(file, stride);
  if (stride !== null && registered.stride !== null && stride !== registered.stride) {
    throw new UserError(
      `Cannot use weights "${name}": expected --stride ${registered.stride}, as is known of them, got --stride ${stride}; leave --stride out`,
    );
  }
  const weights = await readBackboneWeights(file, registered.stride);
  return { ...weights, normalization: registered.normalization };
}
