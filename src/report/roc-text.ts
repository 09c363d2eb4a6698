import type { RocCurve } from '../evaluate/curves.js';

const dots = 48; // a side of the plot: 24 characters, each of 2 x 4 dots, by 12 lines

/** Bits of a braille character by row and column. @see Unicode 15, U+2800 to U+28FF */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** The ROC curve in braille characters, for a terminal; chance is dotted. 15 lines of 30 columns. */
export function rocText(roc: RocCurve): string[] {
  const cells = Array.from({ length: dots / 4 }, () => new Uint8Array(dots / 2));
  const draw = (column: number, height: number) => {
    const row = dots - 1 - height;
    const line = cells[row >> 2] as Uint8Array;
    line[column >> 1] = (line[column >> 1] as number) | (dotBits[row % 4]?.[column % 2] as number);
  };
  for (let column = 0; column < dots; column++) {
    if (column % 4 === 0) draw(column, column);
    const from = column === 0 ? 0 : heightAt(roc, column / dots);
    const to = heightAt(roc, (column + 1) / dots);
    for (let height = from; height <= to; height++) draw(column, height);
  }
  const lines = cells.map((line) =>
    String.fromCharCode(...Array.from(line, (bits) => 0x2800 + bits)),
  );
  return [
    'sensitivity',
    ...lines.map((line, row) => `${row === 0 ? '1.0 ' : '    '}│${line}`),
    `0.0 └${'─'.repeat(dots / 2)}`,
    `     0.0 1 - specificity  1.0`,
  ];
}

/** Where the curve is at a false positive rate, in dots from below. */
function heightAt(roc: RocCurve, rate: number): number {
  const { false_positive_rate: x, true_positive_rate: y } = roc;
  const right = x.findIndex((other) => other > rate);
  if (right === -1) return dots - 1;
  const [left, share] = [
    right - 1,
    (rate - (x[right - 1] ?? 0)) / ((x[right] as number) - (x[right - 1] ?? 0)),
  ];
  const value = (y[left] ?? 0) + share * ((y[right] as number) - (y[left] ?? 0));
  return Math.min(dots - 1, Math.floor(value * dots));
}
