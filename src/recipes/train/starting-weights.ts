import type { BackboneWeights } from '../../checkpoint/backbone-weights.js';
import type { Config } from '../../config/schema.js';
import { UserError } from '../../errors.js';
import type { Terminal } from '../../terminal.js';
import { readWeightsFile } from '../../weights/read-weights-file.js';
import { defaultWeights, findRegistered, type RegisteredWeights } from '../../weights/registry.js';
import { requireWeightsFile } from '../../weights/require-weights-file.js';
import { pullRegistered } from '../weights/pull-weights.js';

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
  if (registered === null) {
    if (weights === null) return null;
    await requireWeightsFile(weights);
    return { registered, file: weights };
  }
  if (registered.arch !== arch) throw otherNetwork(registered, arch);
  const otherWay = 'start from random weights with "--weights none"';
  const file = await pullRegistered(registered, { mirror: null, otherWay }, terminal, interruption);
  return { registered, file };
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
