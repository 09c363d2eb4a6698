import { randomStream } from '../rng.js';
import { cropOffset } from './crop-offset.js';
import type { Patch } from './patch.js';

/** What chance may do to a training patch. */
export interface Augmentation {
  /** Mirror left and right with probability 1/2. */
  readonly horizontalFlip: boolean;
  /** Mirror top and bottom with probability 1/2. */
  readonly verticalFlip: boolean;
  /** The angle is uniform in [-rotationDegrees, rotationDegrees]. */
  readonly rotationDegrees: number;
}

/** What chance did to one patch in one epoch. */
export interface AugmentationDraw {
  readonly hflip: boolean;
  readonly vflip: boolean;
  /** Counter-clockwise. */
  readonly angleDeg: number;
}

const augmentationPurpose = 302; // keeps these draws apart from others of the same seed

/**
 * Draws for a patch; depends on (seed, epoch, index) alone, whatever was drawn before.
 *
 * @param index The patch's position in the data set.
 */
export function drawAugmentation(
  augmentation: Augmentation,
  seed: number,
  epoch: number,
  index: number,
): AugmentationDraw {
  const random = randomStream(seed, augmentationPurpose, epoch, index);
  const [first, second, third] = [random.nextUniform(), random.nextUniform(), random.nextUniform()];
  return {
    hflip: augmentation.horizontalFlip && first < 0.5,
    vflip: augmentation.verticalFlip && second < 0.5,
    angleDeg: (2 * third - 1) * augmentation.rotationDegrees,
  };
}

/**
 * Where the pixels of a crop are in their patch, in 16.16 fixed point: pixel (x, y) of the crop is
 * pixel ((a x + b y + c) >> 16, (d x + e y + f) >> 16) of the patch, or black if that is outside.
 */
export type CropSteps = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * The steps of a patch that is mirrored, rotated about its centre (nearest pixel, black outside) and
 * of which the centre is cut out, byte for byte as torchvision's `hflip`, `vflip`, `rotate` and
 * `center_crop` do it with a PIL image.
 *
 * @param draw Null: the centre alone is cut out.
 * @param cropPx At most the patch's width and height.
 * @throws {RangeError} If the crop is larger than the patch.
 * @see Pillow, Image.rotate and Geometry.c (affine_fixed)
 */
export function cropSteps(
  draw: AugmentationDraw | null,
  { widthPx, heightPx }: Pick<Patch, 'widthPx' | 'heightPx'>,
  cropPx: number,
): CropSteps {
  if (cropPx > widthPx || cropPx > heightPx) {
    throw new RangeError(
      `Cannot crop a patch of ${widthPx} x ${heightPx} px: expected a crop within it, got ${cropPx} px`,
    );
  }
  const [a, b, c, d, e, f] = rotationSteps(draw?.angleDeg ?? 0, widthPx, heightPx);
  const [left, top] = [cropOffset(widthPx, cropPx), cropOffset(heightPx, cropPx)];
  const across = [a, b, a * left + b * top + c] as const;
  const down = [d, e, d * left + e * top + f] as const;
  return [
    ...(draw?.hflip === true ? mirrored(across, widthPx) : across),
    ...(draw?.vflip === true ? mirrored(down, heightPx) : down),
  ];
}

/** Counts pixels from the other side: size - 1 - (at >> 16) is ((size << 16) - 1 - at) >> 16. */
function mirrored([x, y, start]: Axis, sizePx: number): Axis {
  return [-x, -y, sizePx * one - 1 - start];
}

type Axis = readonly [x: number, y: number, start: number];

const one = 65536; // 1 in 16.16 fixed point; 32 bits hold it up to 16,383 px

/** Where pixel (x, y) of the rotated picture comes from: (a x + b y + c, d x + e y + f). */
function rotationSteps(angleDeg: number, widthPx: number, heightPx: number): CropSteps {
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
