import { describe, expect, it } from 'vitest';
import { printable } from '../src/printable.js';

describe('printable', () => {
  it.each([
    ['the start of an escape code', '\x1b]0;title\x07', '\\u001b]0;title\\u0007'],
    ['its one-byte form', '\x9b2J', '\\u009b2J'],
    ['a carriage return that writes over', 'good\rbad', 'good\\u000dbad'],
    ['backspaces and DEL', 'a\b\x7f', 'a\\u0008\\u007f'],
    ['text that turns the direction of writing', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['isolates of it', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
  ])('shows %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves lines, tabs and every script as they are', () => {
    const text = 'läuft\n\t数\u0301 עברית \u{1f52c}';
    expect(printable(text)).toBe(text);
    expect(printable('a\r\nb')).toBe('a\nb');
  });

  it('leaves JSON the same JSON', () => {
    const value = { id: '\u202e\x9b' };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });
});
