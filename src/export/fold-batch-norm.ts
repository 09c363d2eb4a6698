import { epsilon } from '../model/batch-norm-layer.js';
import type { NamedArray, StateDict } from '../model/state-dict.js';

/**
 * The weights of a classifier whose BatchNorm layers are part of the convolutions before them, and in the
 * head of the matrices behind them. Computed in float64 and rounded once.
 *
 * A convolution's BatchNorm: (x * filter - mean) factor + offset = x * (filter factor) + (offset - mean
 * factor), with factor = weight / sqrt(variance + epsilon). A matrix behind one: W (x factor + shift) + b
 * = (W factor) x + (W shift + b).
 *
 * @param state All arrays of a classifier, as a checkpoint has them.
 * @returns Under the names of `inferenceLayers`, folded.
 */
export function foldBatchNorm(state: StateDict): StateDict {
  const folded = new Map<string, NamedArray>();
  for (const [name, filter] of state) {
    if (filter.shape.length !== 4) continue;
    const layer = name.slice(0, -'.weight'.length);
    const { factors, shifts } = normOf(state, normBehind(layer));
    folded.set(name, { shape: filter.shape, data: scaledRows(filter, factors) });
    folded.set(`${layer}.bias`, { shape: [shifts.length], data: Float32Array.from(shifts) });
  }
  for (const [norm, layer] of [
    ['head.bn1', 'head.fc1'],
    ['head.bn2', 'head.fc2'],
  ] as const) {
    const [matrix, bias] = [arrayOf(state, `${layer}.weight`), arrayOf(state, `${layer}.bias`)];
    const { factors, shifts } = normOf(state, norm);
    folded.set(`${layer}.weight`, { shape: matrix.shape, data: scaledColumns(matrix, factors) });
    const data = bias.data.map((value, row) => value + rowProduct(matrix, row, shifts));
    folded.set(`${layer}.bias`, { shape: bias.shape, data });
  }
  return folded;
}

/** The name of the BatchNorm behind a convolution: `bn2` of `conv2`, `downsample.1` of `downsample.0`. */
function normBehind(convolution: string): string {
  return convolution.replace(/conv(\d)$/, 'bn$1').replace(/downsample\.0$/, 'downsample.1');
}

/** What a BatchNorm multiplies a channel by, and what it then adds. */
function normOf(state: StateDict, norm: string) {
  const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => arrayOf(state, `${norm}.${part}`).data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factors = Float64Array.from(weight, (value, channel) => {
    return value / Math.sqrt((variance[channel] as number) + epsilon);
  });
  const shifts = factors.map((factor, channel) => {
    return (bias[channel] as number) - (mean[channel] as number) * factor;
  });
  return { factors, shifts };
}

function scaledRows({ data, shape: [rows = 0] }: NamedArray, factors: Float64Array): Float32Array {
  const width = data.length / rows;
  return data.map((value, at) => value * (factors[Math.floor(at / width)] as number));
}

function scaledColumns({ data }: NamedArray, factors: Float64Array): Float32Array {
  return data.map((value, at) => value * (factors[at % factors.length] as number));
}

function rowProduct({ data }: NamedArray, row: number, vector: Float64Array): number {
  const start = row * vector.length;
  return vector.reduce((sum, value, at) => sum + value * (data[start + at] as number), 0);
}

function arrayOf(state: StateDict, name: string): NamedArray {
  const array = state.get(name);
  if (array === undefined) throw new Error(`Cannot fold BatchNorm: expected an array "${name}"`);
  return array;
}
