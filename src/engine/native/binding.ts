// The object that tfjs-node's backend class calls TensorFlow through, written over TensorFlow's
// C API instead of as a compiled addon.
//
// Who owns what:
// - A tensor is known outside by a number, its id. The binding owns the TFE_TensorHandle behind it
//   from createTensor or executeOp until deleteTensor; ids are never given out twice, so
//   one that was deleted is an error and never another tensor.
// - Values are copied in and out. TensorFlow owns a tensor's memory and frees it with the last
//   handle; JavaScript's arrays are read or written only while a call lasts, and never kept.
// - A TFE_Op lives for one executeOp, a TF_Tensor for one createTensor or tensorDataSync; both are
//   deleted there, whether the call fails or not.
// - The binding owns one status and one context, which live until the process ends; so do the names
//   of ops and attributes (c-memory.ts).
// - A binding belongs to the thread that opened it; each worker thread opens its own.

import type { OpAttribute } from '../graph/graph-def.js';
import { attributeKinds, dataTypes } from '../graph/tensor-types.js';
import { AttributeWriter } from './binding-attributes.js';
import { type EagerContext, openContext } from './binding-context.js';
import {
  newTensorHandle,
  readTensorHandle,
  type TensorData,
  type TensorMetadata,
  type TensorValues,
} from './binding-tensors.js';
import type { CApi, Pointer } from './c-api.js';
import { nameInC, pointerAt } from './c-memory.js';
import { GraphSession } from './graph-session.js';
import { readInputLimits } from './op-inputs.js';
import { ShapeGraph } from './shape-graph.js';
import { Status } from './status.js';
import { holdsLongStrings } from './tensor-strings.js';

/** What `NodeJSKernelBackend` needs of its addon; its way of running SavedModels is left out. */
export type Binding = TensorFlowBinding & typeof dataTypes & typeof attributeKinds;

/**
 * Opens an eager context of TensorFlow's for this thread.
 *
 * @throws {Error} If TensorFlow cannot make one.
 */
export function openBinding(api: CApi): Binding {
  return Object.assign(new TensorFlowBinding(api), dataTypes, attributeKinds);
}

class TensorFlowBinding {
  readonly TF_Version: string;
  private readonly status: Status;
  private readonly context: EagerContext;
  private readonly attributes: AttributeWriter;
  private readonly inputLimitOf: (op: string) => number;
  private readonly handles = new Map<number, Pointer>();
  private nextId = 0;
  private results = new Uint32Array(2 * 16);
  private readonly resultCount = new Int32Array(1);

  constructor(private readonly api: CApi) {
    this.TF_Version = api.TF_Version();
    this.status = new Status(api);
    this.context = openContext(api, this.status);
    this.attributes = new AttributeWriter(api, this.context.pointer, this.status);
    this.inputLimitOf = readInputLimits(api);
  }

  /**
   * @param shape Whole numbers; [] for a scalar.
   * @param dtype One of `dataTypes`.
   * @param values Float32Array (TF_FLOAT; TF_COMPLEX64 in pairs), Int32Array (TF_INT32; TF_INT64 as
   *   pairs of words, low one first), Uint8Array (TF_BOOL, TF_UINT8), Uint8Array[] (TF_STRING).
   * @returns The tensor's id.
   * @throws {Error} If the three do not fit together.
   */
  createTensor(shape: readonly number[], dtype: number, values: TensorValues): number {
    const { api, status } = this;
    const handle = newTensorHandle(api, status, shape, dtype, values);
    if (dtype === dataTypes.TF_STRING && holdsLongStrings(values as readonly Uint8Array[])) {
      return this.joinedAlone(this.keep(handle));
    }
    // Kernels for GPUs expect 32-bit integers and strings in the host's memory.
    if (!this.context.isGpu || dtype === dataTypes.TF_INT32 || dtype === dataTypes.TF_STRING) {
      return this.keep(handle);
    }
    const { device, pointer } = this.context;
    try {
      const copy = api.TFE_TensorHandleCopyToDevice(handle, pointer, device, status.pointer);
      status.check('copy tensor to', device);
      return this.keep(copy);
    } finally {
      api.TFE_DeleteTensorHandle(handle);
    }
  }

  /** @throws {Error} If there is no such tensor (any more). */
  deleteTensor(id: number): void {
    this.api.TFE_DeleteTensorHandle(this.handleOf(id, 'delete'));
    this.handles.delete(id);
  }

  /**
   * A copy of a tensor's values, in the arrays of `createTensor`; TF_INT64 as BigInt64Array.
   *
   * @throws {Error} If there is no such tensor (any more), or its data type is none of `dataTypes`.
   */
  tensorDataSync(id: number): TensorData {
    return readTensorHandle(this.api, this.status, this.handleOf(id, 'read'));
  }

  /**
   * Runs one op of TensorFlow's now.
   *
   * @param inputs Ids of tensors, which stay the caller's.
   * @param outputCount As many as the op gives.
   * @returns New tensors, the caller's to delete.
   * @throws {Error} Naming the op, if it, an attribute or an input is not what TensorFlow wants.
   */
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    const { api, status } = this;
    const op = api.TFE_NewOp(this.context.pointer, nameInC(name), status.pointer);
    status.check('execute op', name);
    try {
      this.checkInputCount(name, inputs.length);
      for (const id of inputs) {
        api.TFE_OpAddInput(op, this.handleOf(id, name), status.pointer);
        status.check('execute op', name);
      }
      for (const attribute of attributes) this.attributes.set(op, name, attribute);
      this.reserveResults(name, outputCount);
      api.TFE_Execute(op, this.results, this.resultCount, status.pointer);
      status.check('execute op', name);
      return this.takeResults(name, outputCount);
    } finally {
      api.TFE_DeleteOp(op);
    }
  }

  /**
   * Opens a session, in which graphs run as a whole.
   *
   * @param savedModel The folder of a SavedModel, whose graph it begins with; null: an empty one.
   * @throws {Error} With TensorFlow's own message, if it cannot load the SavedModel.
   */
  openSession(savedModel: string | null = null): GraphSession {
    const { api, status } = this;
    const resolve = (id: number) => {
      const tensor = api.TFE_TensorHandleResolve(this.handleOf(id, 'feed'), status.pointer);
      status.check('feed', 'tensor');
      return tensor;
    };
    const tensors = {
      resolve,
      adopt: (tensor: Pointer) => this.adopt(tensor),
      delete: (id: number) => this.deleteTensor(id),
    };
    return new GraphSession(api, status, tensors, savedModel);
  }

  /** @throws {Error} If the op of that name has no such attribute, or one of another kind or value. */
  checkAttribute(op: string, attribute: OpAttribute): void {
    this.attributes.check(op, attribute);
  }

  /** An empty graph that tells the shapes of what ops give. */
  newShapeGraph(): ShapeGraph {
    return new ShapeGraph(this.api, this.status);
  }

  isUsingGpuDevice(): boolean {
    return this.context.isGpu;
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  /** A string tensor's equal that owns its strings; the given one is deleted. */
  private joinedAlone(id: number): number {
    const count = { name: 'N', type: attributeKinds.TF_ATTR_INT, value: 1 };
    try {
      const [joined] = this.executeOp('StringJoin', [count], [id], 1);
      return (joined as TensorMetadata).id;
    } finally {
      this.deleteTensor(id);
    }
  }

  /** A tensor over the memory of a `TF_Tensor`, which it takes over. */
  private adopt(tensor: Pointer): TensorMetadata {
    const { api, status } = this;
    try {
      const handle = api.TFE_NewTensorHandle(tensor, status.pointer);
      status.check('take over', 'tensor');
      const dtype = api.TFE_TensorHandleDataType(handle);
      return { id: this.keep(handle), shape: this.shapeOf(handle, 'session'), dtype };
    } finally {
      api.TF_DeleteTensor(tensor);
    }
  }

  private keep(handle: Pointer): number {
    const id = this.nextId++;
    this.handles.set(id, handle);
    return id;
  }

  private handleOf(id: number, use: string): Pointer {
    const handle = this.handles.get(id);
    if (handle === undefined) {
      throw new Error(
        `Cannot use tensor "${id}": expected one that exists, got one that was deleted or never made (${use})`,
      );
    }
    return handle;
  }

  private checkInputCount(name: string, count: number): void {
    const limit = this.inputLimitOf(name);
    if (count > limit) {
      throw new Error(`Cannot execute op "${name}": expected ${limit} inputs, got ${count}`);
    }
  }

  private reserveResults(name: string, count: number): void {
    if (!Number.isInteger(count) || count < 0 || count > 2 ** 20) {
      throw new Error(
        `Cannot execute op "${name}": expected a number of outputs, got ${String(count)}`,
      );
    }
    if (this.results.length < 2 * count) this.results = new Uint32Array(2 * count);
    this.resultCount[0] = count;
  }

  private takeResults(name: string, expected: number): TensorMetadata[] {
    const count = this.resultCount[0] ?? 0;
    const handles = Array.from({ length: count }, (_, index) => pointerAt(this.results, index));
    try {
      if (count !== expected) {
        throw new Error(`Cannot execute op "${name}": expected ${count} outputs, got ${expected}`);
      }
      const described = handles.map((handle) => ({
        shape: this.shapeOf(handle, name),
        dtype: this.api.TFE_TensorHandleDataType(handle),
      }));
      return described.map((tensor, index) => ({
        id: this.keep(handles[index] as Pointer),
        ...tensor,
      }));
    } catch (error) {
      for (const handle of handles) this.api.TFE_DeleteTensorHandle(handle);
      throw error;
    }
  }

  private shapeOf(handle: Pointer, name: string): number[] {
    const { api, status } = this;
    const rank = api.TFE_TensorHandleNumDims(handle, status.pointer);
    status.check('read shape from op', name);
    const shape: number[] = [];
    for (let index = 0; index < rank; index++) {
      shape.push(api.TFE_TensorHandleDim(handle, index, status.pointer));
      status.check('read shape from op', name);
    }
    return shape;
  }
}
