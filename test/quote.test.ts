import { describe, expect, it } from 'vitest';
import { quote, shortened } from '../src/quote.js';

describe('quote', () => {
  it.each([
    ['a\x1b[2J\nb', '"a\\u001b[2J\\nb"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [{ a: [null, true] }, '{"a":[null,true]}'],
    [Array(1e5).fill(1), `[${'1,'.repeat(29)}1…`],
    [undefined, 'undefined'],
  ])('shows %j', (value, shown) => {
    expect(quote(value)).toBe(shown);
  });
});

describe('shortened', () => {
  it('leaves what is short, and says where it cuts', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('abcd', 3)).toBe('abc…');
  });
});
