import type { NamedWeights } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';
import type { ZipMembers } from '../zip-members.js';
import { parseKerasConfig } from './keras-config.js';
import { kerasLayers } from './keras-layers.js';
import { kerasWeights } from './keras-weights.js';
import { type Hdf5Options, isHdf5, readHdf5 } from './read-hdf5.js';

const [configName, weightsName] = ['config.json', 'model.weights.h5'];
const mostConfigBytes = 2 ** 24; // ResNet-152's has 600 kB

/** Whether a zip file is one that `model.save('….keras')` wrote. */
export function isKerasArchive({ names }: ZipMembers): boolean {
  return names.includes(configName) && names.includes(weightsName);
}

/**
 * Reads Keras' own format: a zip file of the model's configuration and its weights.
 *
 * @throws {FormatError} If it is damaged or holds no ResNet of keras.applications' kind.
 */
export async function readKerasArchive(
  zip: ZipMembers,
  options: Hdf5Options,
): Promise<NamedWeights> {
  const configBytes = zip.read(configName, mostConfigBytes);
  const weights = zip.read(weightsName);
  if (!isHdf5(weights)) {
    throw new FormatError(
      `expected its weights in an HDF5 file, got other bytes: it is damaged; download or save it again`,
    );
  }
  const config = parseKerasConfig(Buffer.from(configBytes).toString('utf8'));
  const { arrays } = await readHdf5(weights.slice(), options);
  return kerasWeights('Keras', kerasLayers(arrays, config), config);
}

/**
 * Reads a Keras model, or its weights alone, in an HDF5 file.
 *
 * @throws {FormatError} As {@link readKerasArchive}.
 */
export async function readKerasHdf5(
  bytes: Uint8Array<ArrayBuffer>,
  options: Hdf5Options,
): Promise<NamedWeights> {
  const { arrays, modelConfig } = await readHdf5(bytes, options);
  const config = modelConfig === null ? null : parseKerasConfig(modelConfig);
  return kerasWeights('Keras', kerasLayers(arrays, config), config);
}
