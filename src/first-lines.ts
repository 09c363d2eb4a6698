const shownLines = 20;

/**
 * The first of many lines of a message, and how many more there are.
 *
 * @example firstLines(['a', 'b']) // '\n  a\n  b'
 */
export function firstLines(lines: readonly string[]): string {
  const more = lines.length - shownLines;
  const shown = more > 0 ? [...lines.slice(0, shownLines), `and ${more} more`] : lines;
  return shown.map((line) => `\n  ${line}`).join('');
}
