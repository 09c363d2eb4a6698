import { type ArchitectureName, type Backbone, backbones } from '../model/architecture.js';
import { checkState } from '../model/check-state.js';
import { isOfHead, type Parameter, parametersOf } from '../model/parameters.js';
import type { StateDict } from '../model/state-dict.js';
import { FormatError } from './format-error.js';

/** What a state's shapes tell of its network. */
export interface RecognisedBackbone extends Backbone {
  /** Null: one that histo has no name for. */
  readonly name: ArchitectureName | null;
}

const most = { width: 1024, stages: 8, blocks: 256 }; // as a checkpoint's card may have

/**
 * Tells a ResNet's width, kind of block and blocks a stage from the shapes of its arrays, and holds all of
 * them against that: a deep stem, squeeze-and-excitation, grouped or wider convolutions are refused.
 *
 * @param what For the error, as in `"weights.pth"`.
 * @throws {UserError} Naming the arrays that are missing, surplus or misshapen.
 * @throws {FormatError} If the network is larger than any that could be trained here.
 */
export function recogniseBackbone(state: StateDict, what: string): RecognisedBackbone {
  const backbone = shapedBackbone(state);
  checkState(backboneParameters(backbone), state, what);
  return backbone;
}

/**
 * What the shapes of a state look like, before all of them are held against it.
 *
 * @throws {FormatError} If it is no network that could be trained here.
 */
export function shapedBackbone(state: StateDict): RecognisedBackbone {
  const backbone: Backbone = {
    width: state.get('conv1.weight')?.shape[0] ?? 0,
    block: state.has('layer1.0.conv3.weight') ? 'bottleneck' : 'basic',
    blocks: blocksIn(state),
  };
  const { width, blocks } = backbone;
  if (width < 1 || width > most.width || blocks.length < 1) {
    throw new FormatError(
      `expected a ResNet of 1 to ${most.width} channels in conv1 and at least one stage, got ${width} and ${blocks.length}: use a ResNet's weights`,
    );
  }
  return { ...backbone, name: nameOf(backbone) };
}

/** The arrays that a backbone needs, whatever its head. */
export function backboneParameters(backbone: Backbone): readonly Parameter[] {
  const head = { hiddenUnits: 1, classes: 2, dropout: 0, stride: 'v1' } as const;
  return parametersOf({ ...backbone, ...head }).filter((parameter) => !isOfHead(parameter));
}

function blocksIn(state: StateDict): number[] {
  const blocks: number[] = [];
  const has = (stage: number, block: number) => state.has(`layer${stage}.${block}.conv1.weight`);
  while (blocks.length < most.stages && has(blocks.length + 1, 0)) {
    let count = 0;
    while (count < most.blocks && has(blocks.length + 1, count)) count++;
    blocks.push(count);
  }
  return blocks;
}

function nameOf({ width, block, blocks }: Backbone): ArchitectureName | null {
  const found = Object.entries(backbones).find(
    ([, known]) =>
      known.width === width && known.block === block && known.blocks.join() === blocks.join(),
  );
  return found === undefined ? null : (found[0] as ArchitectureName);
}
