import { createRequire } from 'node:module';
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '../graph/graph-def.js';
import type { Binding } from './binding.js';
import type { TensorMetadata } from './binding-tensors.js';

/** tfjs-node's own backend class, as far as it is used here. */
export interface NodeJSKernelBackend extends KernelBackend {
  readonly binding: Binding;
  /** By data id; `dtype` is one of the binding's. */
  readonly tensorMap: {
    readonly get: (dataId: object) => {
      readonly dtype: number;
      readonly id: number;
      /** What still waits on the host to become a tensor of the binding's. */
      readonly values: unknown;
    };
  };
  /** Ours, not tfjs-node's: what notes the ops meanwhile, instead of running them. */
  readonly recorder?: OpRecorder | null;
  /** The binding's ids of tensors, which are made now where their values still wait on the host. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** A tensor of tfjs's that owns one of the binding's. */
  createOutputTensor(metadata: TensorMetadata): Tensor;
  /** Runs an op of TensorFlow's that gives one tensor. */
  executeSingleOutput(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  /** Runs an op of TensorFlow's that gives several tensors, all of which must be asked for. */
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputCount: number,
  ): Tensor[];
}

/** What notes ops of a step that is being recorded as a graph. */
export interface OpRecorder {
  /** True if large products will be computed in a smaller type than float32. */
  readonly isReduced: boolean;
  /** Notes an op that may compute in a smaller type where the graph is to do so. */
  noteReducible(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): TensorMetadata[];
  /**
   * Notes an op that changes variables in place. Their values must not be used after it.
   *
   * @param op Takes the variables first, then the inputs.
   * @param variables Ids of variables' values.
   */
  noteUpdate(
    op: string,
    attributes: readonly OpAttribute[],
    variables: readonly number[],
    inputs: readonly number[],
  ): void;
}

interface BackendModule {
  readonly NodeJSKernelBackend: new (binding: Binding, packageName: string) => NodeJSKernelBackend;
}

/**
 * Makes tfjs-node's backend over a binding.
 *
 * The first call loads the module that scripts/bundle-tfjs-node-backend.mjs makes, which registers
 * tfjs-node's kernels with tfjs-core under the back-end's name, `tensorflow`.
 */
export function newNodeBackend(binding: Binding): NodeJSKernelBackend {
  const load = createRequire(import.meta.url);
  const { NodeJSKernelBackend } = load('#tfjs-node-backend') as BackendModule;
  const suffix = binding.isUsingGpuDevice() ? '-gpu' : ''; // some kernels allow more on a GPU
  return new NodeJSKernelBackend(binding, `@tensorflow/tfjs-node${suffix}`);
}
