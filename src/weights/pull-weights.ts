import { dirname } from 'node:path';
import { makeFolder, writeFault } from '../atomic-file.js';
import { download } from '../download/download.js';
import { digestOfFile, digestText, isDigest } from '../download/file-digest.js';
import { type DownloadRemedies, type NetworkSettings, openNetwork } from '../download/network.js';
import { codeOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { quote } from '../quote.js';
import type { Terminal } from '../terminal.js';
import { cacheFolder } from '../user-folders.js';
import type { RegisteredWeights } from './registry.js';

/** What a pull needs besides the weights. */
export interface PullOptions {
  readonly settings: NetworkSettings;
  /** The URL of a folder with the files of the registry under their names; null: their own servers. */
  readonly mirror: string | null;
  /** What else can be done where they are not to be had, such as a flag; for errors. */
  readonly otherWay: string | null;
  readonly terminal: Terminal;
  /** The wait before the first repetition; it doubles from one to the next. */
  readonly retryDelayMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that weights are in the cache, whole and verified: what is there is hashed, what is not is
 * fetched from where an earlier try left off. Several pulls at once do not disturb each other.
 *
 * @returns The path of the file.
 * @throws {UserError} If they cannot be had, with their URL and where they may be put by hand.
 */
export async function pullWeights(
  weights: RegisteredWeights,
  options: PullOptions,
): Promise<string> {
  const { signal, terminal } = options;
  const path = weightsPath(weights);
  try {
    const found = await digestIfThere(weights, path, signal);
    if (found !== null && isDigest(weights, found)) {
      terminal.note(`${weights.name} is there already, and verified`);
      return path;
    }
    if (found !== null) {
      terminal.note(
        `${quote(path)} is not ${weights.name}: expected ${digestText(weights)}, got ${found}; fetching it anew`,
      );
    }
    return await fetchWeights(weights, options);
  } catch (error) {
    signal.throwIfAborted(); // streams say only that they were aborted, not by what
    throw writeFault(path, error);
  }
}

/** Where weights are kept, in the cache folder of the user. */
export function weightsPath({ file }: RegisteredWeights): string {
  return cacheFolder('weights', file);
}

async function digestIfThere(
  { algorithm }: RegisteredWeights,
  path: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await digestOfFile(path, algorithm, signal);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read weights ${quote(path)}: expected a file, ${fault}`, {
      cause: error,
    });
  }
}

async function fetchWeights(weights: RegisteredWeights, options: PullOptions): Promise<string> {
  const { settings, mirror, terminal, retryDelayMs, signal } = options;
  const path = weightsPath(weights);
  const folder = dirname(path);
  await makeFolder(folder);
  const remedies = remediesFor(weights, options);
  const network = await openNetwork(settings, remedies);
  try {
    const url = mirror === null ? weights.url : onMirror(mirror, weights.file);
    const wanted = { ...weights, url, savedAs: weights.file };
    const common = { network, folder, terminal, purpose: 'pull', remedies, retryDelayMs, signal };
    return await download(wanted, common);
  } finally {
    await network.close();
  }
}

function onMirror(mirror: string, file: string): string {
  return `${mirror.replace(/\/+$/, '')}/${file}`;
}

function remediesFor(weights: RegisteredWeights, { otherWay }: PullOptions): DownloadRemedies {
  const byHand = `put ${weights.url} at "${weightsPath(weights)}" by hand`;
  const last = otherWay === null ? `or ${byHand}` : `${byHand}, or ${otherWay}`;
  return {
    offline: `check the network and the proxy (HTTPS_PROXY), name a mirror in HISTO_WEIGHTS_MIRROR, ${last}`,
    otherSource: `name another mirror in HISTO_WEIGHTS_MIRROR, ${last}`,
    wrongUrl: 'correct --mirror or HISTO_WEIGHTS_MIRROR',
  };
}
