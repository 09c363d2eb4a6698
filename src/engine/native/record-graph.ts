import {
  type Recordable,
  type RecordedGraph,
  Recorder,
  type RecordingOptions,
} from './graph-recorder.js';
import type { NodeJSKernelBackend } from './tfjs-node-backend.js';

/**
 * Follows work on tensors of a back-end and notes its ops as a graph. Nothing is computed: the
 * tensors that the work sees have shapes and no values.
 *
 * @param given.prefix Put before the names of all nodes.
 * @param given.inputs Tensors that differ from run to run.
 * @param given.variables Their values when the graph runs; `name` is that of a node `VarHandleOp`.
 * @param given.isReduced Whether the work is told that its products will be in a smaller type.
 * @param work Synchronous.
 * @throws {Error} Naming the op or the tensor, if the host reads values meanwhile, a tensor is used
 *   that was neither given nor made by the work, a shape depends on values, a constant is made of
 *   strings, two of the given share one tensor, or a variable is updated twice.
 */
export function recordGraph(
  backend: NodeJSKernelBackend,
  given: RecordingOptions,
  work: () => Recordable,
): RecordedGraph {
  const { binding, write, getInputTensorIds } = backend;
  const shapes = binding.newShapeGraph();
  const born = new WeakSet<object>(); // data that the work brought itself
  const patched = backend as { -readonly [K in keyof NodeJSKernelBackend]: NodeJSKernelBackend[K] };
  try {
    const recorder = new Recorder(binding, shapes, given);
    patched.binding = recorder.binding();
    patched.recorder = recorder;
    patched.write = (...args) => {
      const dataId = write.apply(backend, args);
      born.add(dataId);
      return dataId;
    };
    patched.getInputTensorIds = (tensors) => {
      for (const { dataId } of tensors) {
        if (dataId === undefined) continue; // a number of 64 bits
        const { id, values } = backend.tensorMap.get(dataId);
        if (values !== null && !born.has(dataId)) recorder.refuse(id);
      }
      return getInputTensorIds.call(backend, tensors);
    };
    return recorder.graphOf(work());
  } finally {
    Object.assign(patched, { binding, write, getInputTensorIds, recorder: null });
    shapes.delete();
  }
}
