import type { Parameter } from './parameters.js';

/**
 * The shape a parameter has in the engine: filters [height, width, in, out], matrices [in, out],
 * everything else as in torch.
 */
export function engineShape(parameter: Parameter): number[] {
  return engineAxes(parameter).map((axis) => parameter.shape[axis] as number);
}

/** Reorders values from torch's layout into the engine's. Always a copy; exact. O(n). */
export function toEngineLayout(parameter: Parameter, values: Float32Array): Float32Array {
  return transpose(values, parameter.shape, engineAxes(parameter));
}

/** Reorders values from the engine's layout into torch's. Always a copy; exact. O(n). */
export function toTorchLayout(parameter: Parameter, values: Float32Array): Float32Array {
  const axes = engineAxes(parameter);
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  return transpose(values, engineShape(parameter), inverse);
}

/** For each axis in the engine, the axis in torch's layout that it comes from. */
function engineAxes({ kind, shape }: Parameter): readonly number[] {
  if (kind === 'filter') return [2, 3, 1, 0];
  if (kind === 'matrix') return [1, 0];
  return shape.map((_, axis) => axis);
}

function transpose(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = stridesOf(shape);
  // Size and source stride of each axis of the result, of which there are four at most.
  const sizes = [1, 1, 1, 1];
  const steps = [0, 0, 0, 0];
  for (const [position, axis] of axes.entries()) {
    sizes[4 - axes.length + position] = shape[axis] as number;
    steps[4 - axes.length + position] = strides[axis] as number;
  }
  const [size0, size1, size2, size3] = sizes as [number, number, number, number];
  const [step0, step1, step2, step3] = steps as [number, number, number, number];
  const result = new Float32Array(values.length);
  let next = 0;
  for (let i = 0; i < size0; i++) {
    for (let j = 0; j < size1; j++) {
      for (let k = 0; k < size2; k++) {
        const start = i * step0 + j * step1 + k * step2;
        for (let l = 0; l < size3; l++) result[next++] = values[start + l * step3] as number;
      }
    }
  }
  return result;
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}
