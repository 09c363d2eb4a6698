import type { KerasArray } from './keras-layers.js';

/** What the worker answers: a group's name is its attribute `name`, where Keras 3 keeps a layer's. */
export type Hdf5Answer =
  | { readonly arrays: readonly KerasArray[]; readonly modelConfig: string | null }
  | { readonly fault: string };

/** What the worker may take, in the words of its program. */
export interface Hdf5Limits {
  readonly objects: number;
  readonly depth: number;
  readonly values: number;
  readonly valuesOfOne: number;
  readonly heapBytes: number;
  readonly textBytes: number;
}

/**
 * The program of a thread that reads one HDF5 file: plain JavaScript, as this module is TypeScript under
 * the tests. Every array's type and shape are looked at before its numbers are read. The file lies in a
 * file system of the library's own, in memory, so that a link in it leads to no other file.
 */
export const hdf5Worker = `
const { parentPort, workerData } = require('node:worker_threads');
const { library, bytes, limits } = workerData;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > limits.heapBytes) throw new RangeError('one that takes too much memory');
  return grow.call(this, pages);
};
const float = 1, string = 3;
let [objects, values] = [0, 0];
const arrays = [];

function textOf(object, name) {
  const attribute = object.attrs[name];
  if (attribute === undefined) return null;
  const { type, size, total_size: count } = attribute.metadata;
  if (type !== string || count !== 1 || size > limits.textBytes) return null;
  const { value } = attribute;
  return typeof value === 'string' ? value : null;
}

function visit(group, path, depth) {
  if (depth > limits.depth) throw new RangeError('groups in more than ' + limits.depth + ' levels');
  let groupName;
  for (const key of group.keys()) {
    if (++objects > limits.objects) throw new RangeError('more than ' + limits.objects + ' objects');
    if (key.startsWith('optimizer')) continue;
    const object = group.get(key);
    const inside = path === '' ? key : path + '/' + key;
    if (object?.type === 'Group') visit(object, inside, depth + 1);
    if (object?.type !== 'Dataset') continue;
    groupName ??= { text: textOf(group, 'name') };
    read(object, inside, groupName.text);
  }
}

function read(dataset, path, groupName) {
  const { type, size, shape, total_size: count } = dataset.metadata;
  if (type !== float || (size !== 4 && size !== 8) || !Array.isArray(shape) || shape.length > 4) return;
  values += count;
  if (!(count <= limits.valuesOfOne && values <= limits.values)) throw new RangeError('more numbers than a ResNet has');
  const data = count === 0 ? new Float32Array() : dataset.value;
  if (typeof data === 'number') arrays.push({ path, groupName, shape, data: Float32Array.of(data) });
  else arrays.push({ path, groupName, shape, data });
}

import(library).then(async ({ ready, File }) => {
  const { FS } = await ready;
  FS.writeFile('/weights.h5', bytes, { canOwn: true });
  const file = new File('/weights.h5', 'r');
  visit(file, '', 0);
  return { arrays, modelConfig: textOf(file, 'model_config') };
}).then(
  (answer) => parentPort.postMessage(answer, arrays.map(({ data }) => data.buffer)),
  (error) => parentPort.postMessage({
    fault: error instanceof RangeError ? error.message : 'bytes that its reader makes no sense of',
  }),
);
`;
