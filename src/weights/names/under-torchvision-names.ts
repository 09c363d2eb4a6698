import { quote } from '../../quote.js';
import type { ForeignTensor, ForeignTensors } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';
import { torchvisionName } from './transformers-names.js';

/** A backbone's tensors, with its classifier's, and the names of those that belong to neither. */
export interface NamedBackbone {
  readonly tensors: Map<string, ForeignTensor>;
  readonly leftOut: readonly string[];
}

/** What a ResNet's first convolution is called: by torchvision and timm, and by transformers. */
const stems = ['conv1.weight', 'embedder.embedder.convolution.weight'] as const;
const firstBlock = { torchvision: 'layer1.0.conv1.weight' } as const;
const classifiers = [/^(?:.*\.)?fc\.(weight|bias)$/, /^(?:.*\.)?classifier\.1\.(weight|bias)$/];
/** What a checkpoint of histo's has beside the backbone. */
const ofCheckpoints = /^(?:head|optimizer\.velocity|validation|fingerprints)\./;
const shown = 5;

/**
 * Finds the ResNet among a file's tensors, whatever prefix its names have (`module.`, `backbone.`), and
 * gives it torchvision's names. Of what is outside that prefix the classifier is kept, as `fc`.
 *
 * @throws {FormatError} If there is no ResNet, or more than one.
 */
export function underTorchvisionNames(tensors: ForeignTensors): NamedBackbone {
  const names = [...tensors.keys()].filter((name) => !ofCheckpoints.test(name));
  const prefixes = [...new Set(names.flatMap((name) => prefixOf(name, tensors)))];
  const [prefix] = prefixes;
  if (prefix === undefined) {
    throw new FormatError(
      `expected a ResNet's tensors (conv1.weight, bn1.weight, layer1.0.conv1.weight, …), got ${listed(names)}: use a ResNet with torchvision's, timm's, transformers' or Keras' names`,
    );
  }
  if (prefixes.length > 1) {
    throw new FormatError(
      `expected one ResNet, got one under each of ${listed(prefixes)}: save the state dict of one`,
    );
  }
  const renamed = new Map<string, ForeignTensor>();
  const leftOut: string[] = [];
  for (const [name, tensor] of tensors) {
    const wanted = ofCheckpoints.test(name) ? null : nameOf(name, prefix);
    if (wanted === null || renamed.has(wanted)) leftOut.push(name);
    else renamed.set(wanted, tensor);
  }
  return { tensors: renamed, leftOut };
}

/** The prefix, where the name is that of a ResNet's first convolution; else nothing. */
function prefixOf(name: string, tensors: ForeignTensors): string[] {
  const [plain, transformers] = stems;
  if (name.endsWith(transformers)) return [name.slice(0, -transformers.length)];
  const prefix = name.slice(0, -plain.length);
  return name.endsWith(plain) && tensors.has(prefix + firstBlock.torchvision) ? [prefix] : [];
}

/** torchvision's name of a tensor; null for one that is neither the backbone's nor the classifier's. */
function nameOf(name: string, prefix: string): string | null {
  if (name.startsWith(prefix)) {
    const inner = name.slice(prefix.length);
    const ofClassifier = /^classifier\.1\.(weight|bias)$/.exec(inner);
    return torchvisionName(inner) ?? (ofClassifier === null ? inner : `fc.${ofClassifier[1]}`);
  }
  for (const classifier of classifiers) {
    const found = classifier.exec(name);
    if (found !== null) return `fc.${found[1]}`;
  }
  return null;
}

function listed(names: readonly string[]): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).map(quote).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
