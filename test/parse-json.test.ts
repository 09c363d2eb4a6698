import { describe, expect, it } from 'vitest';
import { parseJson } from '../src/parse-json.js';

describe('parseJson', () => {
  it('reads JSON, brackets in strings among it', () => {
    const value = { a: [{ b: '[[{"\\' }, '\\"['], c: 1 };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
    expect(parseJson(JSON.stringify('['.repeat(1000)))).toBe('['.repeat(1000));
  });

  it('reads 64 levels and no more', () => {
    expect(parseJson('['.repeat(64) + ']'.repeat(64))).toHaveLength(1);
    for (const open of ['[', '{"a":']) {
      for (const levels of [65, 1e6]) {
        expect(() => parseJson(open.repeat(levels))).toThrow(SyntaxError);
        expect(() => parseJson(open.repeat(levels))).toThrow('more than 64 levels');
      }
    }
  });

  it('takes no prototype from a file', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  it('refuses what is no JSON', () => {
    for (const text of ['', '{', ']]]]', 'NaN']) expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
