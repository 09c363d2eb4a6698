import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../src/evaluate/mcnemar.js';

/** Models of which only one is right on so many patches, and both on five more. */
function models(onlyFirst: number, onlySecond: number): [boolean[], boolean[]] {
  const [a, b, both] = [onlyFirst, onlySecond, 5].map((count) => new Array(count).fill(true));
  const wrong = (rights: unknown[]) => rights.map(() => false);
  return [
    [...(a as boolean[]), ...wrong(b as boolean[]), ...(both as boolean[])],
    [...wrong(a as boolean[]), ...(b as boolean[]), ...(both as boolean[])],
  ];
}

describe('mcnemar', () => {
  // 2 * P(at most the fewer of n tosses of a coin), by Pascal's triangle
  it.each([
    [0, 0, 1],
    [1, 0, 1],
    [2, 0, 2 / 4],
    [0, 3, 2 / 8],
    [3, 1, (2 * (1 + 4)) / 16],
    [2, 2, 1],
    [1, 6, (2 * (1 + 7)) / 128],
    [10, 2, (2 * (1 + 12 + 66)) / 4096],
  ])('of %i and %i patches that one alone gets right has p %f', (onlyFirst, onlySecond, p) => {
    const { p_value, ...counts } = mcnemar(...models(onlyFirst, onlySecond));
    expect(counts).toEqual({ only_first_right: onlyFirst, only_second_right: onlySecond });
    expect(p_value).toBeCloseTo(p, 12);
  });

  it('stays finite for many patches', () => {
    expect(mcnemar(...models(3000, 2000)).p_value).toBeLessThan(1e-40);
  });

  it('refuses lists of other lengths', () => {
    expect(() => mcnemar([true], [])).toThrow('expected as many of both models, got 1 and 0');
  });
});
