import { expect, it } from 'vitest';
import { rocText } from '../../src/report/roc-text.js';

const band = { rates: [], low: [], high: [], method: 'bootstrap' } as const;

it('rocText draws a perfect scorer along the left and the upper edge', () => {
  const lines = rocText({
    false_positive_rate: [0, 0, 1],
    true_positive_rate: [0, 1, 1],
    band,
  });
  expect(lines).toHaveLength(15);
  expect(lines[1]).toBe(`1.0 │⡏${'⠉'.repeat(21)}⡉⠉`); // ⡉: a dot of chance below the edge
  for (const line of lines.slice(2, 12)) expect(line).toMatch(/^ {4}│\u2847/);
  expect(lines.slice(-2)).toEqual([`0.0 └${'─'.repeat(24)}`, '     0.0 1 - specificity  1.0']);
});

it('rocText draws chance along the diagonal', () => {
  const lines = rocText({ false_positive_rate: [0, 1], true_positive_rate: [0, 1], band });
  const drawn = lines.slice(1, 13).map((line) => [...line.slice(5)]);
  drawn.forEach((characters, row) => {
    const filled = characters.flatMap((character, at) => (character === '\u2800' ? [] : [at]));
    expect(filled).toEqual([22 - 2 * row, 23 - 2 * row]);
  });
});
