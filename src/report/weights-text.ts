import { showBytes } from '../show-bytes.js';
import type { RegisteredWeights } from '../weights/registry.js';

/** Weights of the registry, and where they are on this machine. */
export interface ListedWeights extends RegisteredWeights {
  /** Null: they have not been pulled. */
  readonly path: string | null;
}

/** The registry as lines of text, a paragraph for each. */
export function weightsText(listed: readonly ListedWeights[]): string {
  return listed.map(paragraph).join('\n\n');
}

function paragraph(weights: ListedWeights): string {
  const { name, arch, stride, sizeBytes, licence, algorithm, digest, source, path } = weights;
  const size = sizeBytes === null ? 'size not known' : showBytes(sizeBytes);
  const isWhole = algorithm === 'md5' || digest.length === 64;
  return [
    name,
    `  network  ${arch}${stride === null ? '' : `, stride ${stride}`}, ${size}, ${licence}`,
    `  input    ${inputText(weights.normalization)}`,
    `  ${algorithm.padEnd(7)}  ${digest}${isWhole ? '' : '… (its beginning is known)'}`,
    `  source   ${source}`,
    `  cache    ${path ?? 'not there'}`,
  ].join('\n');
}

/** What the weights expect: RGB in [0, 1], less the mean, divided by the deviation. */
export function inputText({ mean, std }: RegisteredWeights['normalization']): string {
  const figures = (values: readonly number[]) => values.map((value) => +value.toFixed(4)).join(' ');
  return `RGB / 255, mean ${figures(mean)}, std ${figures(std)}`;
}
