import { describe, expect, it } from 'vitest';
import { windowPadding } from '../../../src/engine/ops/window-padding.js';

describe('windowPadding', () => {
  it.each([
    // The sizes that a ResNet meets at 49 px.
    [49, 7, 2, 3, { kind: 'SAME', before: 3, after: 3, outputSize: 25 }],
    [25, 3, 2, 1, { kind: 'SAME', before: 1, after: 1, outputSize: 13 }],
    [13, 3, 1, 1, { kind: 'SAME', before: 1, after: 1, outputSize: 13 }],
    [2, 3, 1, 1, { kind: 'SAME', before: 1, after: 1, outputSize: 2 }],
    // TensorFlow would put the one row of padding behind, torch puts it in front.
    [4, 3, 2, 1, { kind: 'BEFOREHAND', before: 1, after: 0, outputSize: 2 }],
    [96, 7, 2, 3, { kind: 'BEFOREHAND', before: 3, after: 2, outputSize: 48 }],
    // A single pixel, stride 2: torch's window has padding on both sides, so has TensorFlow's.
    [1, 3, 2, 1, { kind: 'SAME', before: 1, after: 1, outputSize: 1 }],
    [6, 3, 1, 0, { kind: 'VALID', before: 0, after: 0, outputSize: 4 }],
    [6, 1, 2, 0, { kind: 'VALID', before: 0, after: 0, outputSize: 3 }],
    [3, 3, 1, 2, { kind: 'BEFOREHAND', before: 2, after: 2, outputSize: 5 }],
  ] as const)(
    '%i px, window %i, stride %i, padding %i',
    (size, window, stride, padding, expected) => {
      expect(windowPadding(size, window, stride, padding)).toEqual(expected);
    },
  );

  it('refuses a window that fits nowhere', () => {
    expect(() => windowPadding(2, 5, 1, 1)).toThrow(
      'Cannot slide a window of 5 px: expected at least that many pixels, got 2 and 1 of padding on each side',
    );
  });
});
