/** Order of the channels given to the network: `bgr` is what OpenCV's `imread` leaves. */
export type Channels = 'rgb' | 'bgr';

/** Mean a channel of ImageNet, of values in [0, 1]. */
export const imageNetMean: readonly [number, number, number] = [0.485, 0.456, 0.406];

/** Standard deviation a channel of ImageNet, of values in [0, 1]. */
export const imageNetStd: readonly [number, number, number] = [0.229, 0.224, 0.225];

/** Writes a patch's 8-bit pixels into a batch as normalised float32. */
export type Normalizer = (pixels: Uint8Array, batch: Float32Array, offset: number) => void;

/**
 * Makes a normalizer: (value / 255 - mean) / std in float32, step by step as torchvision does it,
 * so equal to the last bit. Of 256 values a channel there is a table; a patch takes microseconds.
 *
 * With `bgr` the channels are swapped and mean and deviation stay in their places: the first
 * channel is blue, normalised by ImageNet's red figures, as in the reference recipe.
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
  const mean = Math.fround(imageNetMean[channel] as number);
  const std = Math.fround(imageNetStd[channel] as number);
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = Math.fround(value / 255);
    return Math.fround(Math.fround(scaled - mean) / std);
  });
}
