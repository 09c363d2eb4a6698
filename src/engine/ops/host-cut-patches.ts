import * as tf from '@tensorflow/tfjs-core';

/**
 * `cutPatches` in JavaScript, for engines that have no op to shift whole numbers with: some ten
 * microseconds a patch at 49 px, where the network takes tens of milliseconds.
 */
export function hostCutPatches(
  patches: tf.Tensor4D,
  steps: tf.Tensor2D,
  cropPx: number,
): tf.Tensor4D {
  const [n, heightPx, widthPx] = patches.shape;
  const [pixels, allSteps] = [patches.dataSync(), steps.dataSync()];
  const crops = new Float32Array(n * cropPx * cropPx * 3); // black
  for (let patch = 0, to = 0; patch < n; patch++) {
    const start = steps.shape[0] === 1 ? 0 : 6 * patch;
    const [a, b, c, d, e, f] = allSteps.subarray(start, start + 6) as Iterable<number> as Six;
    for (let row = 0; row < cropPx; row++) {
      let atX = b * row + c;
      let atY = e * row + f;
      for (let column = 0; column < cropPx; column++, to += 3, atX += a, atY += d) {
        const x = atX >> 16;
        const y = atY >> 16;
        if (x < 0 || x >= widthPx || y < 0 || y >= heightPx) continue; // stays black
        const from = 3 * ((patch * heightPx + y) * widthPx + x);
        crops[to] = pixels[from] as number;
        crops[to + 1] = pixels[from + 1] as number;
        crops[to + 2] = pixels[from + 2] as number;
      }
    }
  }
  return tf.tensor4d(crops, [n, cropPx, cropPx, 3]);
}

type Six = [a: number, b: number, c: number, d: number, e: number, f: number];
