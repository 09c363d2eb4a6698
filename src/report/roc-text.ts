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
    const [from, to] = [column, column + 1].map((edge) => dots * sensitivityAt(roc, edge / dots));
    const lowest = column === 0 ? 0 : Math.min(dots - 1, Math.floor(from as number));
    const highest = Math.max(lowest, Math.ceil(to as number) - 1);
    for (let height = lowest; height <= highest; height++) draw(column, height);
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

/** The highest sensitivity at a false positive rate, between points in a straight line. */
function sensitivityAt(roc: RocCurve, rate: number): number {
  const { false_positive_rate: x, true_positive_rate: y } = roc;
  const right = x.findIndex((other) => other > rate);
  if (right === -1) return 1;
  const [x0 = 0, y0 = 0] = [x[right - 1], y[right - 1]];
  const [x1 = 1, y1 = 1] = [x[right], y[right]];
  return y0 + ((rate - x0) / (x1 - x0)) * (y1 - y0);
}
