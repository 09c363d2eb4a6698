import { dirname, join } from 'node:path';
import { fileFault } from '../../file-fault.js';
import { parseJson } from '../../parse-json.js';
import { quote } from '../../quote.js';
import { readBounded } from '../../read-bounded.js';
import type { NamedWeights } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';
import { layerOf } from '../keras/keras-config.js';
import { kerasLayers } from '../keras/keras-layers.js';
import { kerasWeights } from '../keras/keras-weights.js';
import { manifestSchema, type TfjsManifest } from './tfjs-manifest.js';
import { bytesOfArray, tfjsValues } from './tfjs-values.js';

const mostValues = 2 ** 26; // of all arrays; ResNet-152 has 60 million
const mostShards = 4096;

/**
 * Reads a tfjs layers model: `model.json` and the shards beside it, which hold the arrays end to end.
 *
 * @param path Of `model.json`; shards are looked for in its folder, and nowhere else.
 * @throws {FormatError} If it is damaged, a shard is missing, or it holds no ResNet of Keras' kind.
 */
export async function readTfjsModel(path: string, json: string): Promise<NamedWeights> {
  const manifest = parseManifest(json);
  const topology = manifest.modelTopology?.['model_config'] ?? manifest.modelTopology;
  if (manifest.format === 'graph-model' || topology === null || topology === undefined) {
    throw new FormatError(
      `expected a layers model with its topology, got ${manifest.format === 'graph-model' ? 'a graph model, whose layers are gone' : 'weights alone'}: convert the Keras model, or give its own file`,
    );
  }
  refuseTooLarge(manifest);
  const config = layerOf(topology, 0).layers;
  const arrays = [];
  for (const group of manifest.weightsManifest) {
    const bytes = await shardBytes(path, group);
    let start = 0;
    for (const array of group.weights) {
      const end = start + bytesOfArray(array);
      const { shape, data } = tfjsValues(array, bytes.subarray(start, end));
      arrays.push({ path: array.name, groupName: null, shape, data });
      start = end;
    }
  }
  return kerasWeights('TensorFlow.js', kerasLayers(arrays, config), config);
}

function parseManifest(json: string): TfjsManifest {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (error) {
    throw malformed(error);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(parsed.error);
}

function refuseTooLarge({ weightsManifest }: TfjsManifest): void {
  const arrays = weightsManifest.flatMap(({ weights }) => weights);
  const values = arrays.reduce(
    (sum, { shape }) => sum + shape.reduce((size, axis) => size * axis, 1),
    0,
  );
  const shards = weightsManifest.reduce((sum, { paths }) => sum + paths.length, 0);
  if (values <= mostValues && shards <= mostShards) return;
  throw new FormatError(
    `expected at most ${mostValues} numbers in ${mostShards} shards, got more: use a ResNet's weights`,
  );
}

/** The bytes of a group's shards, one behind the other. */
async function shardBytes(
  path: string,
  { paths, weights }: TfjsManifest['weightsManifest'][number],
): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = weights.reduce((sum, array) => sum + bytesOfArray(array), 0);
  const shards: Buffer[] = [];
  let left = wanted;
  for (const name of paths) {
    const shard = await readShard(path, name, left);
    left -= shard.length;
    shards.push(shard);
  }
  if (left === 0) return new Uint8Array(Buffer.concat(shards));
  throw new FormatError(
    `expected ${wanted} bytes in its shards, got ${wanted - left}: copy them anew, all of them`,
  );
}

async function readShard(path: string, name: string, mostLeft: number): Promise<Buffer> {
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
    throw new FormatError(
      `expected shards beside it, got the path ${quote(name)}: put them into its folder`,
    );
  }
  try {
    return await readBounded(join(dirname(path), name), mostLeft);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new FormatError(`expected its shard ${quote(name)} beside it, ${fault}`, {
      cause: error,
    });
  }
}

function malformed(cause: unknown): FormatError {
  return new FormatError(
    'expected the model.json of a tfjs layers model, got other JSON: name that file, its shards beside it',
    { cause },
  );
}
