import { createHash } from 'node:crypto';
import { refuseUnsound } from '../checkpoint/refuse-unsound.js';
import { floatTensors, isSafetensors, readSafetensors } from '../checkpoint/safetensors.js';
import { messageOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { readBounded } from '../read-bounded.js';
import type { ForeignTensors, ForeignWeights, NamedWeights } from './foreign-weights.js';
import { FormatError } from './format-error.js';
import { isKerasArchive, readKerasArchive, readKerasHdf5 } from './keras/keras-archive.js';
import { type Hdf5Options, isHdf5 } from './keras/read-hdf5.js';
import { underTorchvisionNames } from './names/under-torchvision-names.js';
import { recogniseBackbone } from './recognise-backbone.js';
import { readTfjsModel } from './tfjs/read-tfjs-model.js';
import { isTorchLegacy, readTorchLegacy } from './torch/torch-legacy.js';
import { torchTensors } from './torch/torch-tensors.js';
import { isTorchZip, readTorchZip, type TorchFile } from './torch/torch-zip.js';
import { zipMembers } from './zip-members.js';

const mostBytes = 2 ** 30;
const mostJsonBytes = 2 ** 24; // of a model.json

/**
 * Reads a ResNet's weights from a file of PyTorch's (`.pth`, either format), safetensors, Keras (`.h5`,
 * `.keras`) or TensorFlow.js (`model.json`), told by its bytes and not by its name. Nothing in it can run.
 *
 * @throws {UserError} If it is missing, damaged, of another kind, or holds no ResNet.
 */
export async function readForeignWeights(
  path: string,
  options: Hdf5Options,
): Promise<ForeignWeights> {
  const { tensors, ...facts } = await readNamedWeights(path, options);
  try {
    const [state, counters] = [floatTensors({ tensors }), countersOf(tensors)];
    const backbone = recogniseBackbone(state, `"${path}"`);
    refuseUnsound(path, state);
    return { ...facts, state, counters, backbone };
  } catch (error) {
    throw told(path, error);
  }
}

/**
 * Reads the arrays of such a file under torchvision's names, without holding them against any network.
 *
 * @throws {UserError} If it is missing, damaged or of another kind.
 */
export async function readNamedWeights(
  path: string,
  options: Hdf5Options,
): Promise<NamedWeights & Pick<ForeignWeights, 'sha256'>> {
  const bytes = await readWhole(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { ...(await readNamed(path, bytes, options)), sha256 };
  } catch (error) {
    throw told(path, error);
  }
}

function told(path: string, error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  return new UserError(`Cannot read "${path}": ${messageOf(error)}`, { cause: error });
}

/**
 * Tells the format by the first bytes.
 *
 * @throws {FormatError} If it is none of these.
 */
async function readNamed(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: Hdf5Options,
): Promise<NamedWeights> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return await readZip(bytes, options);
  if (isHdf5(bytes)) return await readKerasHdf5(bytes, options);
  if (isTorchLegacy(bytes)) return fromTorch(readTorchLegacy(bytes));
  if (bytes[0] === 0x7b && bytes.length <= mostJsonBytes) {
    return await readTfjsModel(path, Buffer.from(bytes).toString('utf8'));
  }
  if (!isSafetensors(bytes)) {
    const got = bytes.length === 0 ? 'an empty file' : 'another kind of file';
    throw new FormatError(
      `expected weights as safetensors, as .pth of PyTorch, as .h5 or .keras of Keras, or as model.json of tfjs, got ${got}: save the weights as one of these where they are from`,
    );
  }
  const { tensors, metadata } = await readSafetensors(path);
  return { ...fromTensors('safetensors', tensors), metadata };
}

async function readZip(
  bytes: Uint8Array<ArrayBuffer>,
  options: Hdf5Options,
): Promise<NamedWeights> {
  const zip = await zipMembers(bytes);
  if (isTorchZip(zip)) return fromTorch(readTorchZip(zip));
  if (isKerasArchive(zip)) return readKerasArchive(zip, options);
  throw new FormatError(
    'expected a zip file that torch.save or Keras wrote, got another one: unpack it and name the file of the weights',
  );
}

function fromTorch(file: TorchFile): NamedWeights {
  const { tensors, place } = torchTensors(file);
  return { ...fromTensors('PyTorch', tensors), place };
}

function fromTensors(format: string, all: ForeignTensors): NamedWeights {
  const { tensors, leftOut } = underTorchvisionNames(all);
  const unsaid = { stride: null, normalization: null, place: null, metadata: new Map() };
  return { format, tensors, leftOut, ...unsaid };
}

/** BatchNorm's counts of batches. */
export function countersOf(tensors: ForeignTensors): ForeignTensors {
  const isCounter = ([name]: [string, unknown]) => name.endsWith('.num_batches_tracked');
  return new Map([...tensors].filter(isCounter));
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { buffer, byteOffset, length } = await readBounded(path, mostBytes);
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read "${path}": expected a file of weights, ${fault}`, {
      cause: error,
    });
  }
}
