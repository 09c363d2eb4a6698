/** Where a stage's first block halves its map: `v1` in conv1 (He et al.), `v1.5` in conv2 (torchvision). */
export type Stride = 'v1' | 'v1.5';

/** Everything that fixes the names and shapes of a model's parameters, and how it computes. */
export interface Architecture {
  /** Channels of the stem; stage k has 4 * width * 2^k channels. 64 in ResNet-50. */
  readonly width: number;
  /** Bottleneck blocks a stage, [3, 4, 6, 3] in ResNet-50. */
  readonly blocks: readonly number[];
  readonly stride: Stride;
  /** Units of the head's hidden layer. */
  readonly hiddenUnits: number;
  /** Logits a patch: 2 (normal, tumour). */
  readonly classes: number;
  /** Probability in [0, 1) that a feature of the head is dropped in training. */
  readonly dropout: number;
}

/** The backbones by name; `resnet14-narrow` is small enough for demos and tests. */
export const backbones = {
  resnet50: { width: 64, blocks: [3, 4, 6, 3] },
  'resnet14-narrow': { width: 16, blocks: [1, 1, 1, 1] },
} as const satisfies Record<string, { width: number; blocks: readonly number[] }>;

export type BackboneName = keyof typeof backbones;

/** The architecture of a named backbone with a head of two classes. */
export function architectureOf(
  name: BackboneName,
  options: { readonly stride: Stride; readonly hiddenUnits: number; readonly dropout: number },
): Architecture {
  const { stride, hiddenUnits, dropout } = options;
  return { ...backbones[name], stride, hiddenUnits, classes: 2, dropout };
}

/** Channels of the backbone's pooled features: 2,048 in ResNet-50. */
export function featuresOf(architecture: Architecture): number {
  return stageChannels(architecture, architecture.blocks.length - 1) * expansion;
}

/** Channels inside the bottlenecks of a stage, counted from 0; its blocks end with four times as many. */
export function stageChannels(architecture: Architecture, stage: number): number {
  return architecture.width * 2 ** stage;
}

/** How many times wider a bottleneck ends than it is inside. */
export const expansion = 4;
