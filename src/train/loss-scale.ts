import { NotFiniteError } from '../engine/ops/compile.js';

/** Times that the scale is halved for one step at most. */
const TRIES = 24;

/** Keeps gradients in the range of float16, where small ones vanish and large ones overflow. */
export interface LossScale {
  /**
   * Runs a step, again with half the scale as long as a gradient overflows.
   *
   * @param run Takes the factor of the loss, a power of two, so that taking it off again is exact.
   * @throws {NotFiniteError} If no scale helps.
   */
  readonly run: <T>(run: (scale: number) => Promise<T>) => Promise<T>;
}

/**
 * A scale that begins at 65,536 and falls where it must; it does not rise again.
 *
 * @see Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740
 */
export function createLossScale(): LossScale {
  let scale = 2 ** 16;
  return {
    run: async (run) => {
      for (let left = TRIES; ; left--) {
        try {
          return await run(scale);
        } catch (error) {
          if (!(error instanceof NotFiniteError) || left === 0) throw error;
          scale /= 2;
        }
      }
    },
  };
}

/** For types that have float32's range. */
export const noLossScale: LossScale = { run: (run) => run(1) };
