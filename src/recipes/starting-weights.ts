import { stat } from 'node:fs/promises';
import type { BackboneWeights } from '../checkpoint/backbone-weights.js';
import type { Config } from '../config/schema.js';
import { UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote } from '../quote.js';
import type { Terminal } from '../terminal.js';
import { readWeightsFile } from '../weights/read-weights-file.js';
import {
  defaultWeights,
  findRegistered,
  nearestName,
  type RegisteredWeights,
} from '../weights/registry.js';
import { pullRegistered } from './pull-weights.js';

/** The file that a training starts from. */
export interface StartingFile {
  /** What it was asked for as; null: it is a file of the user's. */
  readonly registered: RegisteredWeights | null;
  readonly file: string;
}

/** What a training started from, as its record keeps it. */
export interface StartedFrom {
  /** Its name in the registry; null: it is not of the registry. */
  readonly name: string | null;
  readonly file: string;
  readonly sha256: string;
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
  if (registered === null) return weights === null ? null : await ownFile(weights);
  if (registered.arch !== arch) throw otherNetwork(registered, arch);
  const otherWay = 'start from random weights with "--weights none"';
  const file = await pullRegistered(registered, { mirror: null, otherWay }, terminal, interruption);
  return { registered, file };
}

async function ownFile(file: string): Promise<StartingFile> {
  try {
    await stat(file);
    return { registered: null, file };
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

function otherNetwork({ name, arch }: RegisteredWeights, wanted: string): UserError {
  return new UserError(
    `Cannot use weights "${name}": expected those of ${wanted}, got those of ${arch}; give --arch ${arch}, or other --weights`,
  );
}

/**
 * Reads the weights that a training starts from.
 *
 * @param stride What the user says; null: nothing.
 * @throws {UserError} If the file cannot be read, or it is not known where its bottlenecks have their stride.
 */
export async function readStartingWeights(
  { registered, file }: StartingFile,
  stride: Config['stride'],
  interruption: AbortSignal,
): Promise<BackboneWeights & { readonly from: StartedFrom }> {
  const weights = await readWeightsFile(file, stride, interruption);
  const name = (registered ?? weights.registered)?.name ?? null;
  return { ...weights, from: { name, file, sha256: weights.sha256 } };
}
