import { describe, expect, it } from 'vitest';
import { firstLines } from '../src/first-lines.js';

describe('firstLines', () => {
  it('shows twenty, and how many more there are', () => {
    const lines = Array.from({ length: 22 }, (_, at) => String(at));
    expect(firstLines(lines.slice(0, 2))).toBe('\n  0\n  1');
    expect(firstLines(lines.slice(0, 20)).split('\n')).toHaveLength(21);
    expect(firstLines(lines)).toMatch(/\n {2}19\n {2}and 2 more$/);
  });
});
