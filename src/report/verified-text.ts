import { counted } from '../counted.js';
import type { BatchNormStatistics } from '../weights/batch-norm-statistics.js';
import type { RecognisedBackbone } from '../weights/recognise-backbone.js';
import type { RegisteredWeights } from '../weights/registry.js';
import { inputText } from './weights-text.js';

/** What a backbone makes of a patch, to be held against another implementation. */
export interface PatchFigures {
  /** The id of a patch that comes with histo. */
  readonly patch: string;
  /** Null: basic blocks have one place for it. */
  readonly stride: RegisteredWeights['stride'];
  /** Of the pooled features. */
  readonly mean: number;
  /** Of the pooled features, with n - 1 below. */
  readonly standard_deviation: number;
  /** The first of the pooled features. */
  readonly first: readonly number[];
}

/** Sound weights, as `histo weights verify` tells of them. */
export interface VerifiedWeights {
  readonly file: string;
  readonly sha256: string;
  /** In the registry; null: it does not know them. */
  readonly name: string | null;
  /** As in `PyTorch`. */
  readonly format: string;
  readonly network: RecognisedBackbone & { readonly arrays: number };
  /** Null: of basic blocks, or not told. */
  readonly stride: RegisteredWeights['stride'];
  /** Null: not told. */
  readonly normalization: RegisteredWeights['normalization'] | null;
  readonly batch_norm: BatchNormStatistics;
  /** One, or one for each place where the stride may be. */
  readonly figures: readonly PatchFigures[];
}

/** What is known of weights, a line each. */
export function verifiedText(verified: VerifiedWeights): string {
  const { file, sha256, name, format, network, normalization, figures } = verified;
  const known =
    network.name ?? `a ResNet of ${network.block} blocks (${network.blocks.join(', ')})`;
  const [first] = figures;
  return [
    `file       ${file} (${format})`,
    `sha256     ${sha256}`,
    `registry   ${name ?? 'does not know this file'}`,
    `network    ${known}, ${counted(network.arrays, 'array')}`,
    `stride     ${strideText(verified)}`,
    `input      ${normalization === null ? "not told by the file: a training takes ImageNet's mean and deviation" : inputText(normalization)}`,
    `BatchNorm  ${batchNormText(verified.batch_norm)}`,
    `patch      ${first?.patch}, whole: the pooled features`,
    ...figures.map(figuresLine),
    'reference  histo has no published figures to hold these against',
    'verdict    sound',
  ].join('\n');
}

function strideText({ network, stride }: VerifiedWeights): string {
  if (network.block === 'basic') return 'of basic blocks, which have one place for it';
  return stride ?? 'not told by the file: give --stride when training';
}

function batchNormText(statistics: BatchNormStatistics): string {
  const { layers, least_variance, largest_variance, zero_variances, batches } = statistics;
  const range = `variances ${short(least_variance)} to ${short(largest_variance)}`;
  const zeros =
    zero_variances === 0 ? '' : `, ${zero_variances} of them 0 (channels that never change)`;
  const seen = batches === null ? '' : `; ${counted(batches, 'batch', 'batches')} counted`;
  return `${counted(layers, 'layer')}, ${range}${zeros}${seen}`;
}

function figuresLine({ stride, mean, standard_deviation, first }: PatchFigures): string {
  const label = stride === null ? '' : `stride ${stride}: `;
  return `           ${label}mean ${short(mean)}, deviation ${short(standard_deviation)}, first ${first.map(short).join(' ')}`;
}

function short(value: number): string {
  return String(+value.toPrecision(6));
}
