import type { OpAttribute } from '../graph/graph-def.js';
import { attributeKindName, attributeKinds } from '../graph/tensor-types.js';
import type { CApi, Pointer } from './c-api.js';
import { int64sInC, nameInC } from './c-memory.js';
import type { Status } from './status.js';

type Setter = (op: Pointer, name: Pointer, value: never) => void;

/** Sets the attributes of ops, after a check of kind and value: TensorFlow itself checks neither. */
export class AttributeWriter {
  private readonly api: CApi;
  private readonly known = new Map<string, { readonly kind: number; readonly isList: boolean }>();
  private readonly setters: ReadonlyMap<string, Setter>;

  constructor(
    api: CApi,
    private readonly context: Pointer,
    private readonly status: Status,
  ) {
    this.api = api;
    this.setters = settersOf(api, status);
  }

  /**
   * @param op A `TFE_Op` for the op of that name.
   * @throws {Error} If the op has no such attribute, or one of another kind or value.
   */
  set(op: Pointer, opName: string, attribute: OpAttribute): void {
    this.checkedSetter(opName, attribute)(op, nameInC(attribute.name), attribute.value as never);
  }

  /** @throws {Error} If the op of that name has no such attribute, or one of another kind or value. */
  check(opName: string, attribute: OpAttribute): void {
    this.checkedSetter(opName, attribute);
  }

  private checkedSetter(opName: string, { name, type, value }: OpAttribute): Setter {
    const { kind, isList } = this.lookUp(opName, `${name}`); // C takes no undefined
    const setter = this.setters.get(isList ? `${type}[]` : `${type}`);
    if (kind !== type || setter === undefined || !fits(type, isList, value)) {
      throw new Error(
        `Cannot execute op "${opName}": expected attribute "${name}" to be ${describe(kind, isList)}, got ${attributeKindName(type)} ${JSON.stringify(value)}`,
      );
    }
    return setter;
  }

  private lookUp(opName: string, name: string) {
    const key = `${opName}.${name}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const list = new Uint8Array(1);
    const { api, context, status } = this;
    const kind = api.TFE_OpNameGetAttrType(context, opName, name, list, status.pointer);
    status.check('execute op', opName);
    const found = { kind, isList: list[0] !== 0 };
    this.known.set(key, found);
    return found;
  }
}

const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } =
  attributeKinds;

/** One function for each kind, and (`[]`) for a list of each. */
function settersOf(api: CApi, status: Status): ReadonlyMap<string, Setter> {
  const setString = (op: Pointer, name: Pointer, value: string) => {
    const bytes = Buffer.from(value);
    api.TFE_OpSetAttrString(op, name, bytes, bytes.byteLength);
  };
  const setShape = (op: Pointer, name: Pointer, value: readonly number[]) => {
    api.TFE_OpSetAttrShape(op, name, int64sInC(value), value.length, status.pointer);
    status.check('set shape', `[${value.join(', ')}]`);
  };
  const setStrings = (op: Pointer, name: Pointer, values: string[]) => {
    const lengths = int64sInC(values.map((value) => Buffer.byteLength(value)));
    api.TFE_OpSetAttrStringList(op, name, values, lengths, values.length);
  };
  const list = (
    set: (op: Pointer, name: Pointer, values: ArrayBufferView, count: number) => void,
    pack: (values: readonly number[]) => ArrayBufferView,
  ): Setter => {
    return (op: Pointer, name: Pointer, values: readonly number[]) =>
      set(op, name, pack(values), values.length);
  };
  return new Map<string, Setter>([
    [`${TF_ATTR_STRING}`, setString],
    // tfjs hands on what it was given, even a seed of 3.14.
    [`${TF_ATTR_INT}`, (op, name, value) => api.TFE_OpSetAttrInt(op, name, Math.trunc(value))],
    [`${TF_ATTR_FLOAT}`, api.TFE_OpSetAttrFloat],
    [`${TF_ATTR_BOOL}`, (op, name, value) => api.TFE_OpSetAttrBool(op, name, value ? 1 : 0)],
    [`${TF_ATTR_TYPE}`, api.TFE_OpSetAttrType],
    [`${TF_ATTR_SHAPE}`, setShape],
    [`${TF_ATTR_STRING}[]`, setStrings],
    [`${TF_ATTR_INT}[]`, list(api.TFE_OpSetAttrIntList, int64sInC)],
    [`${TF_ATTR_FLOAT}[]`, list(api.TFE_OpSetAttrFloatList, (values) => Float32Array.from(values))],
    [`${TF_ATTR_BOOL}[]`, list(api.TFE_OpSetAttrBoolList, (values) => Uint8Array.from(values))],
    [`${TF_ATTR_TYPE}[]`, list(api.TFE_OpSetAttrTypeList, (values) => Int32Array.from(values))],
  ]);
}

/** Whether a value can be written as an attribute of a kind. */
function fits(kind: number, isList: boolean, value: unknown): boolean {
  if (kind === TF_ATTR_SHAPE) return Array.isArray(value) && value.every(Number.isSafeInteger);
  if (isList) return Array.isArray(value) && value.every((item) => fits(kind, false, item));
  if (kind === TF_ATTR_STRING) return typeof value === 'string';
  if (kind === TF_ATTR_BOOL) return typeof value === 'boolean';
  if (kind === TF_ATTR_FLOAT) return typeof value === 'number';
  if (kind === TF_ATTR_INT) {
    return typeof value === 'number' && Number.isSafeInteger(Math.trunc(value));
  }
  return Number.isSafeInteger(value);
}

function describe(kind: number, isList: boolean): string {
  return isList ? `a list of ${attributeKindName(kind)}` : attributeKindName(kind);
}
