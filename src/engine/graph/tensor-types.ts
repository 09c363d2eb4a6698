/** TensorFlow's numbers for the data types of tensors (`TF_DataType` in `tf_datatype.h`). */
export const dataTypes = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
} as const;

/** TensorFlow's numbers for the kinds of attributes of an op (`TF_AttrType` in `tf_attrtype.h`). */
export const attributeKinds = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** The name of a data type's number, for messages. */
export function dataTypeName(dtype: number): string {
  return Object.entries(dataTypes).find(([, value]) => value === dtype)?.[0] ?? `type ${dtype}`;
}

/** The name of an attribute kind's number, for messages. */
export function attributeKindName(kind: number): string {
  return Object.entries(attributeKinds).find(([, value]) => value === kind)?.[0] ?? `kind ${kind}`;
}
