import { koffi } from './koffi.js';

/**
 * An address in the process's memory: 0 is null. User space ends below 2^53, so a number holds it
 * exactly, and costs less than the BigInt that koffi makes of a `void *`.
 */
export type Pointer = number;

/** Memory of JavaScript's that C may read or write while a call lasts. */
type Memory = ArrayBufferView;

/** The part of TensorFlow's C API that is used here (`tensorflow/c/c_api.h`, `c/eager/c_api.h`). */
export interface CApi {
  TF_Version: () => string;
  TF_GetAllOpList: () => Pointer;
  TF_DeleteBuffer: (buffer: Pointer) => void;
  TF_NewStatus: () => Pointer;
  TF_DeleteStatus: (status: Pointer) => void;
  TF_GetCode: (status: Pointer) => number;
  TF_Message: (status: Pointer) => string;
  TF_AllocateTensor: (dtype: number, dims: Memory, rank: number, bytes: number) => Pointer;
  TF_DeleteTensor: (tensor: Pointer) => void;
  TF_TensorType: (tensor: Pointer) => number;
  TF_TensorByteSize: (tensor: Pointer) => number;
  TF_TensorElementCount: (tensor: Pointer) => number;
  TF_TensorData: (tensor: Pointer) => Pointer;
  TF_StringGetDataPointer: (string: Pointer) => Pointer;
  TF_StringGetSize: (string: Pointer) => number;
  TFE_NewContextOptions: () => Pointer;
  TFE_ContextOptionsSetConfig: (o: Pointer, p: Memory, bytes: number, status: Pointer) => void;
  TFE_DeleteContextOptions: (options: Pointer) => void;
  TFE_NewContext: (options: Pointer, status: Pointer) => Pointer;
  TFE_DeleteContext: (context: Pointer) => void;
  TFE_ContextListDevices: (context: Pointer, status: Pointer) => Pointer;
  TF_DeviceListCount: (list: Pointer) => number;
  TF_DeviceListType: (list: Pointer, index: number, status: Pointer) => string;
  TF_DeviceListName: (list: Pointer, index: number, status: Pointer) => string;
  TF_DeleteDeviceList: (list: Pointer) => void;
  TFE_NewTensorHandle: (tensor: Pointer, status: Pointer) => Pointer;
  TFE_DeleteTensorHandle: (handle: Pointer) => void;
  TFE_TensorHandleDataType: (handle: Pointer) => number;
  TFE_TensorHandleNumDims: (handle: Pointer, status: Pointer) => number;
  TFE_TensorHandleDim: (handle: Pointer, index: number, status: Pointer) => number;
  TFE_TensorHandleResolve: (handle: Pointer, status: Pointer) => Pointer;
  TFE_TensorHandleCopyToDevice: (h: Pointer, c: Pointer, device: string, s: Pointer) => Pointer;
  TFE_NewOp: (context: Pointer, name: Pointer, status: Pointer) => Pointer;
  TFE_DeleteOp: (op: Pointer) => void;
  TFE_OpAddInput: (op: Pointer, input: Pointer, status: Pointer) => void;
  TFE_OpNameGetAttrType: (c: Pointer, op: string, name: string, l: Memory, s: Pointer) => number;
  TFE_OpSetAttrString: (op: Pointer, name: Pointer, value: Memory, bytes: number) => void;
  TFE_OpSetAttrInt: (op: Pointer, name: Pointer, value: number) => void;
  TFE_OpSetAttrFloat: (op: Pointer, name: Pointer, value: number) => void;
  TFE_OpSetAttrBool: (op: Pointer, name: Pointer, value: number) => void;
  TFE_OpSetAttrType: (op: Pointer, name: Pointer, value: number) => void;
  TFE_OpSetAttrShape: (op: Pointer, n: Pointer, dims: Memory, rank: number, s: Pointer) => void;
  TFE_OpSetAttrStringList: (o: Pointer, n: Pointer, v: string[], l: Memory, count: number) => void;
  TFE_OpSetAttrIntList: (op: Pointer, name: Pointer, values: Memory, count: number) => void;
  TFE_OpSetAttrFloatList: (op: Pointer, name: Pointer, values: Memory, count: number) => void;
  TFE_OpSetAttrBoolList: (op: Pointer, name: Pointer, values: Memory, count: number) => void;
  TFE_OpSetAttrTypeList: (op: Pointer, name: Pointer, values: Memory, count: number) => void;
  TFE_Execute: Async<(op: Pointer, results: Memory, count: Memory, status: Pointer) => void>;
  TF_NewBuffer: () => Pointer;
  TF_NewBufferFromString: (bytes: Memory, length: number) => Pointer;
  TF_NewGraph: () => Pointer;
  TF_DeleteGraph: (graph: Pointer) => void;
  TF_NewImportGraphDefOptions: () => Pointer;
  TF_DeleteImportGraphDefOptions: (options: Pointer) => void;
  TF_GraphImportGraphDef: (g: Pointer, buffer: Pointer, options: Pointer, s: Pointer) => void;
  TF_GraphOperationByName: (graph: Pointer, name: string) => Pointer;
  TF_GraphGetTensorNumDims: (graph: Pointer, output: OpOutput, status: Pointer) => number;
  TF_GraphGetTensorShape: (g: Pointer, o: OpOutput, dims: Memory, rank: number, s: Pointer) => void;
  TF_ImportGraphDefOptionsAddInputMapping: (
    options: Pointer,
    name: string,
    index: number,
    source: OpOutput,
  ) => void;
  TF_OperationNumOutputs: (op: Pointer) => number;
  TF_OperationOutputType: (output: OpOutput) => number;
  TF_NewSessionOptions: () => Pointer;
  TF_DeleteSessionOptions: (options: Pointer) => void;
  TF_SetConfig: (options: Pointer, config: Memory, bytes: number, status: Pointer) => void;
  TF_NewSession: (graph: Pointer, options: Pointer, status: Pointer) => Pointer;
  TF_LoadSessionFromSavedModel: (
    options: Pointer,
    runOptions: Pointer,
    folder: string,
    tags: string[],
    tagCount: number,
    graph: Pointer,
    metaGraph: Pointer,
    status: Pointer,
  ) => Pointer;
  TF_CloseSession: (session: Pointer, status: Pointer) => void;
  TF_DeleteSession: (session: Pointer, status: Pointer) => void;
  TF_SessionRun: Async<
    (
      session: Pointer,
      runOptions: Pointer,
      inputs: Memory,
      inputValues: Memory,
      inputCount: number,
      outputs: Memory,
      outputValues: Memory,
      outputCount: number,
      targets: Memory,
      targetCount: number,
      runMetadata: Pointer,
      status: Pointer,
    ) => void
  >;
}

/** C's `TF_Output`: an output of an op of a graph. */
interface OpOutput {
  /** A `TF_Operation`. */
  readonly oper: Pointer;
  readonly index: number;
}

/** A function that can also be called in a thread of its own. */
type Async<F extends (...args: never[]) => void> = F & {
  readonly async: (...args: [...Parameters<F>, done: (error: Error | null) => void]) => void;
};

const PROTOTYPES = {
  TF_Version: 'const char *TF_Version()',
  TF_GetAllOpList: 'uintptr_t TF_GetAllOpList()',
  TF_DeleteBuffer: 'void TF_DeleteBuffer(uintptr_t)',
  TF_NewStatus: 'uintptr_t TF_NewStatus()',
  TF_DeleteStatus: 'void TF_DeleteStatus(uintptr_t)',
  TF_GetCode: 'int TF_GetCode(uintptr_t)',
  TF_Message: 'const char *TF_Message(uintptr_t)',
  TF_AllocateTensor: 'uintptr_t TF_AllocateTensor(int, const void *, int, size_t)',
  TF_DeleteTensor: 'void TF_DeleteTensor(uintptr_t)',
  TF_TensorType: 'int TF_TensorType(uintptr_t)',
  TF_TensorByteSize: 'size_t TF_TensorByteSize(uintptr_t)',
  TF_TensorElementCount: 'int64_t TF_TensorElementCount(uintptr_t)',
  TF_TensorData: 'uintptr_t TF_TensorData(uintptr_t)',
  TF_StringGetDataPointer: 'uintptr_t TF_StringGetDataPointer(uintptr_t)',
  TF_StringGetSize: 'size_t TF_StringGetSize(uintptr_t)',
  TFE_NewContextOptions: 'uintptr_t TFE_NewContextOptions()',
  TFE_ContextOptionsSetConfig:
    'void TFE_ContextOptionsSetConfig(uintptr_t, const void *, size_t, uintptr_t)',
  TFE_DeleteContextOptions: 'void TFE_DeleteContextOptions(uintptr_t)',
  TFE_NewContext: 'uintptr_t TFE_NewContext(uintptr_t, uintptr_t)',
  TFE_DeleteContext: 'void TFE_DeleteContext(uintptr_t)',
  TFE_ContextListDevices: 'uintptr_t TFE_ContextListDevices(uintptr_t, uintptr_t)',
  TF_DeviceListCount: 'int TF_DeviceListCount(uintptr_t)',
  TF_DeviceListType: 'const char *TF_DeviceListType(uintptr_t, int, uintptr_t)',
  TF_DeviceListName: 'const char *TF_DeviceListName(uintptr_t, int, uintptr_t)',
  TF_DeleteDeviceList: 'void TF_DeleteDeviceList(uintptr_t)',
  TFE_NewTensorHandle: 'uintptr_t TFE_NewTensorHandle(uintptr_t, uintptr_t)',
  TFE_DeleteTensorHandle: 'void TFE_DeleteTensorHandle(uintptr_t)',
  TFE_TensorHandleDataType: 'int TFE_TensorHandleDataType(uintptr_t)',
  TFE_TensorHandleNumDims: 'int TFE_TensorHandleNumDims(uintptr_t, uintptr_t)',
  TFE_TensorHandleDim: 'int64_t TFE_TensorHandleDim(uintptr_t, int, uintptr_t)',
  TFE_TensorHandleResolve: 'uintptr_t TFE_TensorHandleResolve(uintptr_t, uintptr_t)',
  TFE_TensorHandleCopyToDevice:
    'uintptr_t TFE_TensorHandleCopyToDevice(uintptr_t, uintptr_t, const char *, uintptr_t)',
  TFE_NewOp: 'uintptr_t TFE_NewOp(uintptr_t, uintptr_t, uintptr_t)',
  TFE_DeleteOp: 'void TFE_DeleteOp(uintptr_t)',
  TFE_OpAddInput: 'void TFE_OpAddInput(uintptr_t, uintptr_t, uintptr_t)',
  TFE_OpNameGetAttrType:
    'int TFE_OpNameGetAttrType(uintptr_t, const char *, const char *, void *, uintptr_t)',
  TFE_OpSetAttrString: 'void TFE_OpSetAttrString(uintptr_t, uintptr_t, const void *, size_t)',
  TFE_OpSetAttrInt: 'void TFE_OpSetAttrInt(uintptr_t, uintptr_t, int64_t)',
  TFE_OpSetAttrFloat: 'void TFE_OpSetAttrFloat(uintptr_t, uintptr_t, float)',
  TFE_OpSetAttrBool: 'void TFE_OpSetAttrBool(uintptr_t, uintptr_t, uint8_t)',
  TFE_OpSetAttrType: 'void TFE_OpSetAttrType(uintptr_t, uintptr_t, int)',
  TFE_OpSetAttrShape: 'void TFE_OpSetAttrShape(uintptr_t, uintptr_t, const void *, int, uintptr_t)',
  TFE_OpSetAttrStringList:
    'void TFE_OpSetAttrStringList(uintptr_t, uintptr_t, const char **, const void *, int)',
  TFE_OpSetAttrIntList: 'void TFE_OpSetAttrIntList(uintptr_t, uintptr_t, const void *, int)',
  TFE_OpSetAttrFloatList: 'void TFE_OpSetAttrFloatList(uintptr_t, uintptr_t, const void *, int)',
  TFE_OpSetAttrBoolList: 'void TFE_OpSetAttrBoolList(uintptr_t, uintptr_t, const void *, int)',
  TFE_OpSetAttrTypeList: 'void TFE_OpSetAttrTypeList(uintptr_t, uintptr_t, const void *, int)',
  TFE_Execute: 'void TFE_Execute(uintptr_t, const void *, const void *, uintptr_t)',
  TF_NewBuffer: 'uintptr_t TF_NewBuffer()',
  TF_NewBufferFromString: 'uintptr_t TF_NewBufferFromString(const void *, size_t)',
  TF_NewGraph: 'uintptr_t TF_NewGraph()',
  TF_DeleteGraph: 'void TF_DeleteGraph(uintptr_t)',
  TF_NewImportGraphDefOptions: 'uintptr_t TF_NewImportGraphDefOptions()',
  TF_DeleteImportGraphDefOptions: 'void TF_DeleteImportGraphDefOptions(uintptr_t)',
  TF_GraphImportGraphDef: 'void TF_GraphImportGraphDef(uintptr_t, uintptr_t, uintptr_t, uintptr_t)',
  TF_GraphOperationByName: 'uintptr_t TF_GraphOperationByName(uintptr_t, const char *)',
  TF_GraphGetTensorNumDims: 'int TF_GraphGetTensorNumDims(uintptr_t, TF_Output, uintptr_t)',
  TF_GraphGetTensorShape:
    'void TF_GraphGetTensorShape(uintptr_t, TF_Output, void *, int, uintptr_t)',
  TF_ImportGraphDefOptionsAddInputMapping:
    'void TF_ImportGraphDefOptionsAddInputMapping(uintptr_t, const char *, int, TF_Output)',
  TF_OperationNumOutputs: 'int TF_OperationNumOutputs(uintptr_t)',
  TF_OperationOutputType: 'int TF_OperationOutputType(TF_Output)',
  TF_NewSessionOptions: 'uintptr_t TF_NewSessionOptions()',
  TF_DeleteSessionOptions: 'void TF_DeleteSessionOptions(uintptr_t)',
  TF_SetConfig: 'void TF_SetConfig(uintptr_t, const void *, size_t, uintptr_t)',
  TF_NewSession: 'uintptr_t TF_NewSession(uintptr_t, uintptr_t, uintptr_t)',
  TF_LoadSessionFromSavedModel:
    'uintptr_t TF_LoadSessionFromSavedModel(uintptr_t, uintptr_t, const char *, const char **, int, uintptr_t, uintptr_t, uintptr_t)',
  TF_CloseSession: 'void TF_CloseSession(uintptr_t, uintptr_t)',
  TF_DeleteSession: 'void TF_DeleteSession(uintptr_t, uintptr_t)',
  TF_SessionRun:
    'void TF_SessionRun(uintptr_t, uintptr_t, const void *, const void *, int, const void *, void *, int, const void *, int, uintptr_t, uintptr_t)',
} satisfies Record<keyof CApi, string>;

/**
 * TensorFlow's C API as functions of JavaScript's.
 *
 * @param library Path of libtensorflow_cc, opened by `openLibrary` before.
 * @throws {Error} If the library lacks one of the functions.
 */
export function bindCApi(library: string): CApi {
  koffi.struct('TF_Output', { oper: 'uintptr_t', index: 'int' });
  const loaded = koffi.load(library);
  const functions = Object.entries(PROTOTYPES).map(([name, type]) => [name, loaded.func(type)]);
  return Object.fromEntries(functions) as CApi;
}
