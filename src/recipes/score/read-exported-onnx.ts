import type { CheckpointCard } from '../../checkpoint/card.js';
import { parseCard } from '../../checkpoint/checkpoint.js';
import { refuseUnsound } from '../../checkpoint/refuse-unsound.js';
import { compareVersions } from '../../engine/native/version.js';
import { messageOf, UserError } from '../../errors.js';
import { decodeOnnx, onnxProducer } from '../../export/onnx/decode-onnx.js';
import type { OnnxModel, OnnxTensor } from '../../export/onnx/onnx-model.js';
import { isBare, refuseOtherGraph } from '../../export/onnx/refuse-other-graph.js';
import { fileFault } from '../../file-fault.js';
import { quote } from '../../quote.js';
import { readBounded } from '../../read-bounded.js';
import { histoVersion } from '../../version.js';

const mostBytes = 2 ** 29; // of a file; ResNet-152 has half of it

/** An exported file, and the card of the checkpoint that it comes from. */
export interface ExportedOnnx {
  readonly card: CheckpointCard;
  /** Just what `classifierOnnx` writes for the card, with finite weights. */
  readonly model: OnnxModel;
}

/**
 * Reads a classifier that histo exported as ONNX, its preprocessing inside. Any other graph is refused, as
 * ONNX Runtime is no sandbox.
 *
 * @throws {UserError} If the file cannot be read or is another one, naming what differs first.
 */
export async function readExportedOnnx(path: string): Promise<ExportedOnnx> {
  const bytes = await bytesOf(path);
  const version = versionOf(path, bytes);
  try {
    const model = decodeOnnx(bytes);
    const json = model.metadata.get('histo');
    if (json === undefined)
      throw new RangeError('expected a card of histo in its metadata, got none');
    if (isBare(model)) throw new RangeError(bareFault);
    const card = parseCard(path, json);
    refuseOtherGraph(model, card);
    for (const [name, tensor] of model.initializers) refuseUnsoundTensor(path, name, tensor);
    return { card, model };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal(path, `${messageOf(error)}; ${remedyFor(error, version)}`, error);
  }
}

const bareFault =
  'expected preprocessing in the graph, got a bare one, which takes images that were cut and normalised before';

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readBounded(path, mostBytes);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw refusal(path, `expected an ONNX file, ${fault}`, error);
  }
}

/** The version of the histo that wrote the file. */
function versionOf(path: string, bytes: Uint8Array): string {
  const exportIt = 'make one with histo export --format onnx';
  try {
    const { name, version } = onnxProducer(bytes);
    if (name === 'histo') return version;
    const got = name === '' ? 'one that does not say who did' : `one by ${quote(name)}`;
    throw refusal(path, `expected one that histo wrote, got ${got}; ${exportIt}`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal(path, `${messageOf(error)}: it is damaged or no ONNX file; ${exportIt}`, error);
  }
}

function remedyFor({ message }: RangeError, version: string): string {
  if (message === bareFault) return 'export it without --bare';
  return compareVersions(version, histoVersion) > 0
    ? `it is of histo ${quote(version)}, newer than this one: update histo`
    : 'it was changed or damaged: export it again with histo export --format onnx';
}

function refuseUnsoundTensor(path: string, name: string, { type, shape, bytes }: OnnxTensor): void {
  if (type !== 'float') return;
  const data = new Float32Array(Uint8Array.from(bytes).buffer); // a copy, as they need not be aligned
  refuseUnsound(path, new Map([[name, { shape, data }]]));
}

function refusal(path: string, fault: string, cause?: unknown): UserError {
  return new UserError(`Cannot load model "${path}": ${fault}`, { cause });
}
