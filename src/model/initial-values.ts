import { type RandomStream, randomStream } from '../rng.js';
import type { Parameter } from './parameters.js';

/** Sets these draws apart from others of the same seed. */
const purpose = 0x696e6974; // "init"

/**
 * The values a parameter starts with where no weights are given, as torchvision's ResNet and
 * torch's `Linear` do it: filters normal with variance 2 / (out * height * width), matrices and
 * biases uniform within 1 / sqrt(in), BatchNorm scale 1 and offset 0, running mean 0, variance 1.
 *
 * @param seed Integer in [0, 2^53).
 * @param index The parameter's place in the model: each has draws of its own.
 * @returns Values in torch's layout.
 * @see He et al. 2015, arXiv:1502.01852 (fan-out, ReLU)
 */
export function initialValues(parameter: Parameter, seed: number, index: number): Float32Array {
  const count = parameter.shape.reduce((product, size) => product * size, 1);
  const random = randomStream(seed, purpose, index);
  switch (parameter.kind) {
    case 'filter': {
      const [output = 0, , height = 0, width = 0] = parameter.shape;
      return normalValues(count, Math.sqrt(2 / (output * height * width)), random);
    }
    case 'matrix':
    case 'bias': {
      const bound = 1 / Math.sqrt(parameter.fanIn);
      return Float32Array.from({ length: count }, () => (2 * random.nextUniform() - 1) * bound);
    }
    case 'scale':
    case 'variance':
      return new Float32Array(count).fill(1);
    case 'offset':
    case 'mean':
      return new Float32Array(count);
  }
}

/** Normal values of mean 0 by the transform of Box and Muller, two from two uniform draws. */
function normalValues(count: number, deviation: number, random: RandomStream): Float32Array {
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.nextUniform())); // 1 - u is never 0
    const angle = 2 * Math.PI * random.nextUniform();
    values[at] = radius * Math.cos(angle);
    if (at + 1 < count) values[at + 1] = radius * Math.sin(angle);
  }
  return values;
}
