import type { AugmentationDraw } from '../../src/data/augment.js';
import type { Patch } from '../../src/data/patch.js';

/**
 * What steps and engines are held against: mirrors, rotates and crops one patch after Pillow's
 * Image.rotate and Geometry.c (affine_fixed), the flips step by step. It has torchvision's bytes in
 * every case of golden/augment.json.
 *
 * @returns Shape [cropPx, cropPx, 3].
 */
export function augmentAndCrop(
  patch: Patch,
  draw: AugmentationDraw | null,
  cropPx: number,
): Uint8Array {
  const { widthPx, heightPx, pixels } = patch;
  const crop = new Uint8Array(3 * cropPx * cropPx); // black
  const [left, top] = [cropOffset(widthPx, cropPx), cropOffset(heightPx, cropPx)];
  const [a, b, c, d, e, f] = rotationSteps(draw?.angleDeg ?? 0, widthPx, heightPx);
  const [isMirrored, isUpsideDown] = [draw?.hflip === true, draw?.vflip === true];
  const stepX = isMirrored ? -3 : 3;
  const stepY = (isUpsideDown ? -3 : 3) * widthPx;
  const start = 3 * ((isMirrored ? widthPx - 1 : 0) + (isUpsideDown ? heightPx - 1 : 0) * widthPx);
  for (let row = 0, to = 0; row < cropPx; row++) {
    let atX = a * left + b * (top + row) + c;
    let atY = d * left + e * (top + row) + f;
    for (let column = 0; column < cropPx; column++, to += 3, atX += a, atY += d) {
      const fromX = atX >> 16;
      const fromY = atY >> 16;
      if (fromX < 0 || fromX >= widthPx || fromY < 0 || fromY >= heightPx) continue; // stays black
      const from = start + stepX * fromX + stepY * fromY;
      crop[to] = pixels[from] as number;
      crop[to + 1] = pixels[from + 1] as number;
      crop[to + 2] = pixels[from + 2] as number;
    }
  }
  return crop;
}

const one = 65536; // 1 in 16.16 fixed point; 32 bits hold it up to 16,383 px

type Steps = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where pixel (x, y) of the rotated picture comes from: (a x + b y + c, d x + e y + f). */
function rotationSteps(angleDeg: number, widthPx: number, heightPx: number): Steps {
  const turned = angleDeg % 360;
  const angle = turned < 0 ? turned + 360 : turned; // in [0, 360), as Python's remainder
  const radians = -(angle * (Math.PI / 180));
  const cosine = round15(Math.cos(radians));
  const sine = round15(Math.sin(radians));
  const [centreX, centreY] = [widthPx / 2, heightPx / 2];
  const shiftX = cosine * -centreX + sine * -centreY + centreX;
  const shiftY = -sine * -centreX + cosine * -centreY + centreY;
  return [
    fixed(cosine),
    fixed(sine),
    fixed(shiftX + cosine * 0.5 + sine * 0.5), // pixels are sampled at their centres
    fixed(-sine),
    fixed(cosine),
    fixed(shiftY - sine * 0.5 + cosine * 0.5),
  ];
}

/** Python's `round(value, 15)`. */
function round15(value: number): number {
  return Number(value.toFixed(15));
}

function fixed(value: number): number {
  return Math.floor(value * one + 0.5);
}

/** torchvision's `int(round((size - crop) / 2))`, where Python rounds a half to even. */
function cropOffset(sizePx: number, cropPx: number): number {
  const gap = sizePx - cropPx;
  return gap % 4 === 3 ? (gap + 1) / 2 : Math.floor(gap / 2);
}
