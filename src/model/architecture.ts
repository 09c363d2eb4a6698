/** Where a stage's first block halves its map: `v1` in conv1 (He et al.), `v1.5` in conv2 (torchvision). */
export type Stride = 'v1' | 'v1.5';

/** Two 3 x 3 convolutions, or 1 x 1, 3 x 3 and 1 x 1, which end four times as wide. */
export type Block = 'basic' | 'bottleneck';

/** Everything that fixes the names and shapes of a model's parameters, and how it computes. */
export interface Architecture {
  /** Channels of the stem, and inside the blocks of the first stage; each stage doubles them. 64 in ResNet-50. */
  readonly width: number;
  readonly block: Block;
  /** Blocks a stage, [3, 4, 6, 3] in ResNet-50. */
  readonly blocks: readonly number[];
  /** Basic blocks have it in conv1: `v1`. */
  readonly stride: Stride;
  /** Units of the head's hidden layer. */
  readonly hiddenUnits: number;
  /** Logits a patch: 2 (normal, tumour). */
  readonly classes: number;
  /** Probability in [0, 1) that a feature of the head is dropped in training. */
  readonly dropout: number;
}

/** What of an architecture is below its head, but for the stride. */
export type Backbone = Pick<Architecture, 'width' | 'block' | 'blocks'>;

/** The backbones by name; `resnet14-narrow` is small enough for demos and tests. */
export const backbones = {
  resnet18: { width: 64, block: 'basic', blocks: [2, 2, 2, 2] },
  resnet34: { width: 64, block: 'basic', blocks: [3, 4, 6, 3] },
  resnet50: { width: 64, block: 'bottleneck', blocks: [3, 4, 6, 3] },
  resnet101: { width: 64, block: 'bottleneck', blocks: [3, 4, 23, 3] },
  resnet152: { width: 64, block: 'bottleneck', blocks: [3, 8, 36, 3] },
  'resnet14-narrow': { width: 16, block: 'bottleneck', blocks: [1, 1, 1, 1] },
} as const satisfies Record<string, Backbone>;

export type ArchitectureName = keyof typeof backbones;

/**
 * The architecture of a named backbone with a head of two classes.
 *
 * @param options.stride Of bottlenecks; null: v1.5, torchvision's.
 */
export function architectureOf(
  name: ArchitectureName,
  options: {
    readonly stride: Stride | null;
    readonly hiddenUnits: number;
    readonly dropout: number;
  },
): Architecture {
  const { hiddenUnits, dropout } = options;
  const backbone = backbones[name];
  const stride = backbone.block === 'basic' ? 'v1' : (options.stride ?? 'v1.5');
  return { ...backbone, stride, hiddenUnits, classes: 2, dropout };
}

/** Channels of the backbone's pooled features: 2,048 in ResNet-50. */
export function featuresOf(backbone: Backbone): number {
  return blockChannels(backbone, backbone.blocks.length - 1);
}

/** Channels inside the blocks of a stage, counted from 0. */
export function stageChannels({ width }: Backbone, stage: number): number {
  return width * 2 ** stage;
}

/** Channels that the blocks of a stage, counted from 0, end with. */
export function blockChannels(backbone: Backbone, stage: number): number {
  return stageChannels(backbone, stage) * (backbone.block === 'basic' ? 1 : 4);
}

/**
 * The convolutions of a block in their order, `conv1` first.
 *
 * @param stride Of the whole block: 2 where it halves its map.
 */
export function blockConvolutions(
  { block, stride: variant }: Pick<Architecture, 'block' | 'stride'>,
  stride: number,
): readonly { readonly stride: number; readonly padding: number }[] {
  if (block === 'basic') {
    return [
      { stride, padding: 1 },
      { stride: 1, padding: 1 },
    ];
  }
  return [
    { stride: variant === 'v1' ? stride : 1, padding: 0 },
    { stride: variant === 'v1' ? 1 : stride, padding: 1 },
    { stride: 1, padding: 0 },
  ];
}
