import { describe, expect, it } from 'vitest';
import { engineShape, toEngineLayout, toTorchLayout } from '../../src/model/layout.js';
import type { Parameter } from '../../src/model/parameters.js';

const filter: Parameter = { name: 'f', kind: 'filter', shape: [2, 3, 1, 2], fanIn: 6 };
const matrix: Parameter = { name: 'm', kind: 'matrix', shape: [2, 3], fanIn: 3 };
const bias: Parameter = { name: 'b', kind: 'bias', shape: [3], fanIn: 3 };

describe('toEngineLayout', () => {
  it('turns filters from [out, in, h, w] into [h, w, in, out]', () => {
    const torch = Float32Array.from({ length: 12 }, (_, at) => at); // out 0: 0 to 5, out 1: 6 to 11
    expect(engineShape(filter)).toEqual([1, 2, 3, 2]);
    expect([...toEngineLayout(filter, torch)]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
  });

  it('transposes matrices', () => {
    expect(engineShape(matrix)).toEqual([3, 2]);
    expect([...toEngineLayout(matrix, Float32Array.of(1, 2, 3, 4, 5, 6))]).toEqual([
      1, 4, 2, 5, 3, 6,
    ]);
  });

  it('copies vectors', () => {
    const values = Float32Array.of(1, 2, 3);
    const copy = toEngineLayout(bias, values);
    expect(copy).toEqual(values);
    expect(copy).not.toBe(values);
  });
});

describe('toTorchLayout', () => {
  it.each([filter, matrix, bias])('undoes toEngineLayout for a $kind', (parameter) => {
    const length = parameter.shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, (_, at) => Math.sqrt(at));
    expect(toTorchLayout(parameter, toEngineLayout(parameter, values))).toEqual(values);
  });
});
