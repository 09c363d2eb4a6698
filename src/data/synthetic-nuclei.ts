import type { RandomStream } from '../rng.js';
import { type Canvas, syntheticSizePx } from './synthetic-canvas.js';

/** A nucleus to paint: an ellipse with a wavy rim. */
export interface Nucleus {
  readonly isTumour: boolean;
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  /** Length over width, 1 or more. */
  readonly elongation: number;
  readonly angle: number;
  /** How far the rim strays from the ellipse, as a share of the radius. */
  readonly waviness: number;
  readonly rimPhase: number;
  readonly colour: readonly [number, number, number];
  /** Depth of the chromatin's grain. */
  readonly grain: number;
  readonly hasNucleolus: boolean;
}

const kinds = {
  normal: { radius: [2.6, 4.6], long: [1, 2.2], wavy: [0, 0.06], dark: [0, 45], grain: [6, 20] },
  lymphocyte: {
    radius: [2.4, 3.6],
    long: [1, 1.2],
    wavy: [0, 0.04],
    dark: [35, 70],
    grain: [4, 14],
  },
  tumour: { radius: [4.2, 7.4], long: [1, 1.7], wavy: [0.06, 0.2], dark: [5, 55], grain: [14, 44] },
} as const;

/** Draws size, form and colour of a nucleus of a kind at a place. */
export function drawNucleus(
  kind: keyof typeof kinds,
  x: number,
  y: number,
  random: RandomStream,
): Nucleus {
  const within = ([low, high]: readonly [number, number]) =>
    low + (high - low) * random.nextUniform();
  const { radius, long, wavy, dark, grain } = kinds[kind];
  const depth = within(dark);
  return {
    isTumour: kind === 'tumour',
    x,
    y,
    radiusPx: within(radius),
    elongation: within(long),
    angle: within([0, Math.PI]),
    waviness: within(wavy),
    rimPhase: within([0, 2 * Math.PI]),
    colour: [
      within([125, 150]) - depth,
      within([85, 105]) - 0.8 * depth,
      within([155, 180]) - 0.6 * depth,
    ],
    grain: within(grain),
    hasNucleolus: kind === 'tumour' && random.nextUniform() < 0.5,
  };
}

/** True if a nucleus might have a pixel in the square; judged by its bounding circle. */
export function touchesSquare(
  { x, y, radiusPx, elongation, waviness }: Nucleus,
  { from, to }: { from: number; to: number },
): boolean {
  const reach = radiusPx * Math.sqrt(elongation) * (1 + waviness) + 1;
  const nearestX = Math.max(from, Math.min(to, x));
  const nearestY = Math.max(from, Math.min(to, y));
  return Math.hypot(x - nearestX, y - nearestY) < reach;
}

/** Paints a nucleus with a soft rim; its own pixels are marked where it is of the tumour. */
export function paintNucleus(canvas: Canvas, nucleus: Nucleus, random: RandomStream): void {
  const { x, y, radiusPx, elongation, waviness } = nucleus;
  const reach = Math.ceil(radiusPx * Math.sqrt(elongation) * (1 + waviness) + 1);
  const last = syntheticSizePx - 1;
  for (let py = Math.max(0, Math.floor(y) - reach); py <= Math.min(last, y + reach); py++) {
    for (let px = Math.max(0, Math.floor(x) - reach); px <= Math.min(last, x + reach); px++) {
      const depth = depthInside(nucleus, px + 0.5 - x, py + 0.5 - y);
      if (depth <= -0.7) continue;
      const pixel = py * syntheticSizePx + px;
      const share = Math.min(0.92, (depth + 0.7) / 1.4);
      const shade = shadeAt(nucleus, depth) + nucleus.grain * (random.nextUniform() - 0.5);
      for (let channel = 0; channel < 3; channel++) {
        const under = canvas.colours[3 * pixel + channel] as number;
        const colour = (nucleus.colour[channel] as number) + shade;
        canvas.colours[3 * pixel + channel] = under + (colour - under) * share;
      }
      if (nucleus.isTumour && depth > 0) canvas.tumour[pixel] = 1;
    }
  }
}

/** Distance to the rim in px, positive inside. */
function depthInside(nucleus: Nucleus, dx: number, dy: number): number {
  const { radiusPx, elongation, angle, waviness, rimPhase } = nucleus;
  const stretch = Math.sqrt(elongation);
  const along = (dx * Math.cos(angle) + dy * Math.sin(angle)) / stretch;
  const across = (dy * Math.cos(angle) - dx * Math.sin(angle)) * stretch;
  const away = Math.sqrt(along * along + across * across);
  if (Math.abs(radiusPx - away) > radiusPx * waviness + 2) return radiusPx - away; // far from the rim
  const around = Math.atan2(across, along);
  const wave = 0.6 * Math.sin(2 * around + rimPhase) + 0.4 * Math.sin(5 * around - rimPhase);
  return radiusPx * (1 + waviness * wave) - away;
}

/** Darker at the rim, and in the middle where a nucleolus is. */
function shadeAt({ radiusPx, hasNucleolus }: Nucleus, depth: number): number {
  if (depth < 1.3) return -14;
  return hasNucleolus && depth > radiusPx - 1.4 ? -40 : 8;
}
