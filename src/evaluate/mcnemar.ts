import { dbinom } from 'lib-r-math.js';

/** Where just one of two models is right. */
export interface McNemar {
  readonly only_first_right: number;
  readonly only_second_right: number;
  /** Two-sided, exact. */
  readonly p_value: number;
}

/**
 * McNemar's exact test of two models on the same patches: are those that only one gets right shared
 * evenly? It takes patches as independent. O(n).
 *
 * @param first Shape [n]. Whether the first model is right.
 * @param second Shape [n]. Whether the second is.
 * @throws {RangeError} If the lengths differ.
 * @see McNemar 1947, doi:10.1007/BF02295996
 */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): McNemar {
  if (first.length !== second.length) {
    throw new RangeError(
      `Cannot compare answers: expected as many of both models, got ${first.length} and ${second.length}`,
    );
  }
  const onlyFirst = first.filter((isRight, i) => isRight && second[i] === false).length;
  const onlySecond = second.filter((isRight, i) => isRight && first[i] === false).length;
  const discordant = onlyFirst + onlySecond;
  const tail = binomialTail(Math.min(onlyFirst, onlySecond), discordant);
  return {
    only_first_right: onlyFirst,
    only_second_right: onlySecond,
    p_value: discordant === 0 ? 1 : Math.min(1, 2 * tail),
  };
}

/** Chance of at most so many heads in `tosses` of a coin; the library's own sum is off by 0.1 % for two. */
function binomialTail(heads: number, tosses: number): number {
  let sum = 0;
  for (let count = 0; count <= heads; count++) sum += dbinom(count, tosses, 0.5);
  return sum;
}
