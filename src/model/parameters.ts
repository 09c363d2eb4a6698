import {
  type Architecture,
  type Block,
  blockChannels,
  featuresOf,
  stageChannels,
} from './architecture.js';

/** What a parameter is, which fixes its layout in the engine and how it starts. */
export type ParameterKind = 'filter' | 'matrix' | 'bias' | 'scale' | 'offset' | 'mean' | 'variance';

/** One named array of a model. */
export interface Parameter {
  /** torchvision's name in the backbone (`layer1.0.conv1.weight`), `head.…` in the head. */
  readonly name: string;
  readonly kind: ParameterKind;
  /** Shape in torch's layout: filters [out, in, height, width], matrices [out, in]. */
  readonly shape: readonly number[];
  /** Inputs of one unit: what the first values of matrices and biases are scaled by. */
  readonly fanIn: number;
}

/** True if the optimizer changes it; running means and variances follow the batches instead. */
export function isTrainable(parameter: Parameter): boolean {
  return parameter.kind !== 'mean' && parameter.kind !== 'variance';
}

/** True for a parameter of the head, false for one of the backbone. */
export function isOfHead(parameter: Parameter): boolean {
  return parameter.name.startsWith('head.');
}

/** Every array of a model in the order of the forward pass: backbone, then head. */
export function parametersOf(architecture: Architecture): readonly Parameter[] {
  return [...backboneParameters(architecture), ...headParameters(architecture)];
}

function* backboneParameters(architecture: Architecture): Generator<Parameter> {
  yield filter('conv1', architecture.width, 3, 7);
  yield* norm('bn1', architecture.width);
  let input = architecture.width;
  for (const [stage, blocks] of architecture.blocks.entries()) {
    const inner = stageChannels(architecture, stage);
    const output = blockChannels(architecture, stage);
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      yield* blockParameters(architecture.block, name, [input, inner, output]);
      if (block === 0 && (stage > 0 || input !== output)) yield* projection(name, input, output);
      input = output;
    }
  }
}

function* blockParameters(
  kind: Block,
  name: string,
  [input, inner, output]: readonly [input: number, inner: number, output: number],
): Generator<Parameter> {
  if (kind === 'basic') {
    yield* normedFilter(name, 1, inner, input, 3);
    yield* normedFilter(name, 2, output, inner, 3);
    return;
  }
  yield* normedFilter(name, 1, inner, input, 1);
  yield* normedFilter(name, 2, inner, inner, 3);
  yield* normedFilter(name, 3, output, inner, 1);
}

function* normedFilter(
  block: string,
  number: number,
  output: number,
  input: number,
  size: number,
): Generator<Parameter> {
  yield filter(`${block}.conv${number}`, output, input, size);
  yield* norm(`${block}.bn${number}`, output);
}

/** Of the shortcut, where a block changes its input's shape. */
function* projection(block: string, input: number, output: number): Generator<Parameter> {
  yield filter(`${block}.downsample.0`, output, input, 1);
  yield* norm(`${block}.downsample.1`, output);
}

function* headParameters(architecture: Architecture): Generator<Parameter> {
  const features = featuresOf(architecture);
  yield* norm('head.bn1', features);
  yield* linear('head.fc1', architecture.hiddenUnits, features);
  yield* norm('head.bn2', architecture.hiddenUnits);
  yield* linear('head.fc2', architecture.classes, architecture.hiddenUnits);
}

function filter(layer: string, output: number, input: number, size: number): Parameter {
  const shape = [output, input, size, size];
  return { name: `${layer}.weight`, kind: 'filter', shape, fanIn: input * size * size };
}

function* norm(layer: string, channels: number): Generator<Parameter> {
  const shape = [channels];
  const fanIn = channels;
  yield { name: `${layer}.weight`, kind: 'scale', shape, fanIn };
  yield { name: `${layer}.bias`, kind: 'offset', shape, fanIn };
  yield { name: `${layer}.running_mean`, kind: 'mean', shape, fanIn };
  yield { name: `${layer}.running_var`, kind: 'variance', shape, fanIn };
}

function* linear(layer: string, output: number, input: number): Generator<Parameter> {
  yield { name: `${layer}.weight`, kind: 'matrix', shape: [output, input], fanIn: input };
  yield { name: `${layer}.bias`, kind: 'bias', shape: [output], fanIn: input };
}
