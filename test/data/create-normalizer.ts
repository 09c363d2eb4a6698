import { type Channels, imageNet } from '../../src/model/preprocess.js';

/** Writes a patch's 8-bit pixels into a batch as normalised float32. */
export type Normalizer = (pixels: Uint8Array, batch: Float32Array, offset: number) => void;

/**
 * What the engines' normalisation is held against: a table of 256 values a channel, each step
 * rounded to float32.
 */
export function createNormalizer(channels: Channels): Normalizer {
  const tables = [0, 1, 2].map(tableOf) as [Float32Array, Float32Array, Float32Array];
  const [first, second, third] = tables;
  const [from0, from2] = channels === 'rgb' ? [0, 2] : [2, 0];
  return (pixels, batch, offset) => {
    for (let at = 0; at < pixels.length; at += 3) {
      batch[offset + at] = first[pixels[at + from0] as number] as number;
      batch[offset + at + 1] = second[pixels[at + 1] as number] as number;
      batch[offset + at + 2] = third[pixels[at + from2] as number] as number;
    }
  };
}

function tableOf(channel: number): Float32Array {
  const mean = Math.fround(imageNet.mean[channel] as number);
  const std = Math.fround(imageNet.std[channel] as number);
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = Math.fround(value / 255);
    return Math.fround(Math.fround(scaled - mean) / std);
  });
}
