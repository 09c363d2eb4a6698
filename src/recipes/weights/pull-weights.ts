import { readPipSettings } from '../../engine/install/pip-settings.js';
import type { Terminal } from '../../terminal.js';
import { pullWeights } from '../../weights/pull-weights.js';
import { type RegisteredWeights, registeredWeights } from '../../weights/registry.js';

/** How weights are fetched. */
export interface PullChoices {
  /** The mirror's URL; null: what `HISTO_WEIGHTS_MIRROR` says, or the servers of who publishes them. */
  readonly mirror: string | null;
  /** What else can be done where they are not to be had; for errors. Default: nothing. */
  readonly otherWay?: string;
  /** The wait before the first repetition; a test has none. */
  readonly retryDelayMs?: number;
}

/**
 * Pulls weights of the registry, as the user has set up the network for `histo engine install`: with the
 * proxy and the certificates that pip was told, over those of the environment.
 *
 * @returns The path of the verified file in the cache.
 * @throws {UserError} If they cannot be had.
 */
export async function pullRegistered(
  weights: RegisteredWeights,
  { mirror, otherWay, retryDelayMs = 1000 }: PullChoices,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<string> {
  return pullWeights(weights, {
    settings: await readPipSettings(null),
    mirror: mirror ?? (process.env['HISTO_WEIGHTS_MIRROR'] || null),
    otherWay: otherWay ?? null,
    terminal,
    retryDelayMs,
    signal: interruption,
  });
}

/**
 * Pulls weights by their name and says where they are.
 *
 * @throws {UserError} If the registry has no such name, or they cannot be had.
 */
export async function pullNamed(
  name: string,
  choices: PullChoices,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<void> {
  terminal.result(await pullRegistered(registeredWeights(name), choices, terminal, interruption));
}
