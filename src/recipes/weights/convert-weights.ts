import { requireWritable } from '../../atomic-file.js';
import { writeSafetensors } from '../../checkpoint/safetensors.js';
import { counted } from '../../counted.js';
import type { Stride } from '../../model/architecture.js';
import type { Normalization } from '../../model/preprocess.js';
import { quote } from '../../quote.js';
import { refuseOverwriting } from '../../refuse-overwriting.js';
import type { Terminal } from '../../terminal.js';
import { chosenStride } from '../../weights/chosen-stride.js';
import type { ForeignWeights } from '../../weights/foreign-weights.js';
import { readForeignWeights } from '../../weights/read-foreign-weights.js';
import { statedFacts } from '../../weights/stated-facts.js';

export interface ConvertOptions {
  /** A file of PyTorch's, Keras', safetensors, or the `model.json` of a tfjs layers model. */
  readonly file: string;
  /** The safetensors file to write. */
  readonly out: string;
  /** What the user says of bottlenecks; null: what the file says. */
  readonly stride: Stride | null;
  /** What is known of a published file, by the SHA-256 of its bytes; null: nothing. */
  readonly known: (sha256: string) => KnownWeights | null;
}

/** What a published file does not say of itself. */
export interface KnownWeights {
  readonly stride: Stride | null;
  readonly normalization: Normalization;
  readonly licence: string;
  readonly source: string;
}

const shownNames = 5;

/**
 * Converts the weights of a ResNet into one safetensors file under torchvision's names, float32, which
 * says in its metadata where its stride is, what patches are normalised by, and where it is from.
 *
 * @throws {UserError} If the file cannot be read, holds no ResNet that histo can train, or does not say
 *   where its bottlenecks have their stride and the user does not either.
 * @throws {Error} The signal's reason, if it is aborted; nothing has been written then.
 */
export async function convertWeights(
  { file, out, stride, known }: ConvertOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<void> {
  await refuseOverwriting([out], [file]);
  await requireWritable(out);
  const weights = await readForeignWeights(file, { signal: interruption });
  interruption.throwIfAborted();
  const published = known(weights.sha256);
  const stated = statedFacts(file, weights, published);
  const chosen = chosenStride(`convert "${file}"`, weights.backbone, stated.stride, stride);
  const { normalization } = stated;
  await writeSafetensors(out, new Map([...weights.state, ...weights.counters]), {
    format: 'pt',
    ...(weights.backbone.name === null ? {} : { arch: weights.backbone.name }),
    ...(chosen === null ? {} : { stride: chosen }),
    ...(normalization === null ? {} : figuresOf(normalization)),
    ...originOf(weights, published),
  });
  for (const note of notesOn(weights, normalization)) terminal.note(note);
  terminal.result(`${nameOf(weights, chosen)} from ${weights.format}, written to ${out}`);
}

function figuresOf({ mean, std }: Normalization) {
  return { mean: JSON.stringify(mean), std: JSON.stringify(std) };
}

/** Where the weights are from, as far as the file or the registry knows. */
function originOf({ metadata, sha256 }: ForeignWeights, published: KnownWeights | null) {
  const source = metadata.get('source') ?? published?.source;
  const licence = metadata.get('licence') ?? metadata.get('license') ?? published?.licence;
  return {
    ...(source === undefined ? {} : { source }),
    ...(licence === undefined ? {} : { licence }),
    source_sha256: sha256,
  };
}

function* notesOn(
  { place, leftOut }: ForeignWeights,
  normalization: Normalization | null,
): Generator<string> {
  if (place !== null) yield `The weights are those ${place}`;
  if (leftOut.length > 0) {
    const rest = leftOut.length - shownNames;
    yield `Left out, as no backbone has them: ${leftOut.slice(0, shownNames).map(quote).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  }
  if (normalization === null) {
    yield "The file does not say what patches are normalised by: a training takes ImageNet's mean and deviation";
  }
}

function nameOf({ backbone, state }: ForeignWeights, stride: Stride | null): string {
  const { name, width, block, blocks } = backbone;
  const network = name ?? `a ResNet of ${block} blocks (${blocks.join(', ')}; width ${width})`;
  return `${network}${stride === null ? '' : `, stride ${stride}`}, ${counted(state.size, 'array')}`;
}
