import type { CheckpointCard } from '../../src/checkpoint/card.js';
import { cropSteps } from '../../src/data/augment.js';
import type { Architecture } from '../../src/model/architecture.js';
import { createModel, modelFromState, stateOf } from '../../src/model/model.js';
import { imageNet, type Preprocessing } from '../../src/model/preprocess.js';
import { createScorer } from '../../src/model/scorer.js';
import type { StateDict } from '../../src/model/state-dict.js';
import { randomStream } from '../../src/rng.js';
import { tinyCheckpoint } from '../fuzz/tiny-checkpoint.js';

const common = { width: 8, hiddenUnits: 16, classes: 2, dropout: 0.5 } as const;

/** Small classifiers of every kind. */
export const smallNets = {
  'bottlenecks, v1': { ...common, block: 'bottleneck', blocks: [2, 1, 2], stride: 'v1' },
  'bottlenecks, v1.5': { ...common, block: 'bottleneck', blocks: [1, 2, 1, 1], stride: 'v1.5' },
  'basic blocks': { ...common, block: 'basic', blocks: [2, 2], stride: 'v1' },
} as const satisfies Readonly<Record<string, Architecture>>;

export type SmallNet = keyof typeof smallNets;

/** The card of a classifier that crops to 33 px and has a temperature, but for what is said. */
export function smallCard(
  net: SmallNet,
  preprocessing: Partial<Preprocessing> = {},
  chosen: CheckpointCard['chosen'] = { youdenMargin: null, temperature: 1.7 },
): CheckpointCard {
  return {
    ...tinyCheckpoint.card,
    architecture: smallNets[net],
    preprocessing: { cropPx: 33, channels: 'rgb', ...imageNet, ...preprocessing },
    chosen,
  };
}

/** First values, but for BatchNorms whose figures all differ from 0 and 1. The engine must run. */
export async function disturbedState(architecture: Architecture): Promise<StateDict> {
  const model = createModel(architecture, { seed: 3, backbone: null });
  const state = await stateOf(model);
  model.dispose();
  const random = randomStream(4);
  for (const { data, shape } of state.values()) {
    if (shape.length > 1) continue;
    for (const at of data.keys()) data[at] = (data[at] as number) + 0.5 * random.nextUniform();
  }
  return state;
}

/** Patches of noise, and how the crop is cut out of them. */
export function noisePatches(
  size: number,
  like: { readonly widthPx: number; readonly heightPx: number },
  cropPx: number,
) {
  const random = randomStream(5);
  const length = size * like.widthPx * like.heightPx * 3;
  const pixels = Uint8Array.from({ length }, () => 256 * random.nextUniform());
  return { pixels, size, ...like, steps: Int32Array.from(cropSteps(null, like, cropPx)) };
}

export type Patches = ReturnType<typeof noisePatches>;

/** What the checkpoint itself says of patches, on the engine that runs. */
export async function scored(
  { architecture, preprocessing }: Pick<CheckpointCard, 'architecture' | 'preprocessing'>,
  state: StateDict,
  patches: Patches,
): Promise<Float32Array> {
  const model = modelFromState(architecture, state);
  const scorer = createScorer(model, preprocessing);
  const logits = await scorer.score(patches);
  scorer.dispose();
  model.dispose();
  return logits;
}

/** The largest difference of two lists, as a part of the largest value of the first. */
export function relativeGap(expected: ArrayLike<number>, got: ArrayLike<number>): number {
  if (expected.length !== got.length) return Number.POSITIVE_INFINITY;
  const values = Array.from(expected);
  const gaps = values.map((value, at) => Math.abs(value - (got[at] as number)));
  return Math.max(...gaps) / Math.max(...values.map(Math.abs));
}

/** Sizes whose gaps to a crop of 33 px are even and odd, with halves that go up and down. */
export const patchSizes = [
  { widthPx: 33, heightPx: 33 },
  { widthPx: 96, heightPx: 48 }, // gaps of 63 and 15: halves that go up, 31.5 to 32 and 7.5 to 8
  { widthPx: 34, heightPx: 38 }, // 0.5 to 0 and 2.5 to 2
] as const;
