import type { RandomStream } from '../rng.js';
import { type Canvas, syntheticSizePx } from './synthetic-canvas.js';
import { drawNucleus, type Nucleus, paintNucleus, touchesSquare } from './synthetic-nuclei.js';

const centre = { from: 32, to: 64 }; // the 32 x 32 px that decide the label

/**
 * Draws a patch: pink stroma with fibres, white gaps, small regular nuclei and lymphocytes, and in
 * about three of four patches a nest of large irregular tumour nuclei. In patches of label 0 the
 * nest keeps off the centre, so neither colour nor a nest alone gives the label away. Stain and
 * light vary from patch to patch.
 *
 * @returns Pixels of shape [96, 96, 3], and label 1 iff a tumour pixel is in the centre 32 x 32 px.
 */
export function syntheticPatch(random: RandomStream): { pixels: Uint8ClampedArray; label: 0 | 1 } {
  const between = (low: number, high: number) => low + (high - low) * random.nextUniform();
  const canvas: Canvas = {
    colours: stroma(random),
    tumour: new Uint8Array(syntheticSizePx ** 2),
  };
  const isPositive = random.nextUniform() < 0.45;
  for (const nucleus of normalNuclei(random)) paintNucleus(canvas, nucleus, random);
  if (isPositive || random.nextUniform() < 0.5) {
    for (const nucleus of tumourNest(isPositive, random)) paintNucleus(canvas, nucleus, random);
  }
  const light = between(0.86, 1.06);
  const noise = between(2, 9);
  const pixels = new Uint8ClampedArray(canvas.colours.length); // rounds and clamps to 0..255
  for (let at = 0; at < pixels.length; at += 3) {
    const bits = random.nextUint32(); // 10 of them a channel
    for (let channel = 0; channel < 3; channel++) {
      const grain = ((bits >>> (10 * channel)) & 1023) / 1023 - 0.5;
      pixels[at + channel] = (canvas.colours[at + channel] as number) * light + noise * grain;
    }
  }
  return { pixels, label: centreHoldsTumour(canvas.tumour) ? 1 : 0 };
}

/** Pink ground with fibres, patchy stain and, at times, a white gap. */
function stroma(random: RandomStream): Float32Array {
  const between = (low: number, high: number) => low + (high - low) * random.nextUniform();
  const base = [between(205, 240), between(140, 190), between(185, 220)] as const;
  const fibreAngle = between(0, Math.PI);
  const [dx, dy] = [Math.cos(fibreAngle), Math.sin(fibreAngle)];
  const [fibrePeriod, fibreDepth, bend] = [between(5, 12), between(3, 16), between(0, 3)];
  const stain = patchyStain(random);
  const gap = random.nextUniform() < 0.35 ? between(6, 22) : 0;
  const [gapX, gapY] = [between(0, syntheticSizePx), between(0, syntheticSizePx)];
  const colours = new Float32Array(3 * syntheticSizePx ** 2);
  for (let y = 0, at = 0; y < syntheticSizePx; y++) {
    for (let x = 0; x < syntheticSizePx; x++, at += 3) {
      const along = (x * dx + y * dy) / fibrePeriod;
      const across = Math.sin(6.3 * along + bend * Math.sin((y * dx - x * dy) / 15));
      const shade = (stain[at / 3] as number) + fibreDepth * across;
      const toGap = Math.sqrt((x - gapX) ** 2 + (y - gapY) ** 2);
      const openness = gap === 0 ? 0 : clamp01((gap - toGap) / 3);
      colours[at] = mix(base[0] - 0.5 * shade, 242, openness);
      colours[at + 1] = mix(base[1] - 1.2 * shade, 240, openness);
      colours[at + 2] = mix(base[2] - 0.7 * shade, 243, openness);
    }
  }
  return colours;
}

/** Four slow waves: how much darker each pixel's stain is. Shape [96, 96]. */
function patchyStain(random: RandomStream): Float32Array {
  const between = (low: number, high: number) => low + (high - low) * random.nextUniform();
  const stain = new Float32Array(syntheticSizePx ** 2);
  const places = Array.from({ length: syntheticSizePx }, (_, place) => place);
  for (let wave = 0; wave < 4; wave++) {
    const [fx, fy, phase, depth] = [
      between(-0.12, 0.12),
      between(-0.12, 0.12),
      between(0, 6.3),
      between(4, 12),
    ];
    const sines = places.map((x) => depth * Math.sin(fx * x)); // sin(u + v) of sines and cosines
    const cosines = places.map((x) => depth * Math.cos(fx * x));
    for (let y = 0, at = 0; y < syntheticSizePx; y++) {
      const [sine, cosine] = [Math.sin(fy * y + phase), Math.cos(fy * y + phase)];
      for (let x = 0; x < syntheticSizePx; x++, at++) {
        stain[at] =
          (stain[at] as number) + (sines[x] as number) * cosine + (cosines[x] as number) * sine;
      }
    }
  }
  return stain;
}

/** Small pale nuclei over the patch, and in some patches a crowd of round dark lymphocytes. */
function normalNuclei(random: RandomStream): Nucleus[] {
  const somewhere = () => syntheticSizePx * random.nextUniform();
  const nuclei = Array.from({ length: 6 + Math.floor(26 * random.nextUniform()) }, () =>
    drawNucleus('normal', somewhere(), somewhere(), random),
  );
  if (random.nextUniform() < 0.4) {
    const [x, y] = [somewhere(), somewhere()];
    const spread = 12 + 18 * random.nextUniform();
    for (let count = 10 + Math.floor(40 * random.nextUniform()); count > 0; count--) {
      const [atX, atY] = around(x, y, spread, random);
      nuclei.push(drawNucleus('lymphocyte', atX, atY, random));
    }
  }
  return nuclei;
}

/** A crowd of tumour nuclei: on the centre, or beside it and then with no pixel in it. */
function tumourNest(isPositive: boolean, random: RandomStream): Nucleus[] {
  const angle = 2 * Math.PI * random.nextUniform();
  const away = isPositive ? 16 * random.nextUniform() : 36 + 18 * random.nextUniform();
  const x = syntheticSizePx / 2 + away * Math.cos(angle);
  const y = syntheticSizePx / 2 + away * Math.sin(angle);
  const spread = 12 + 26 * random.nextUniform();
  const count = Math.round((spread * spread) / 26);
  const nuclei = Array.from({ length: count }, () => {
    const [atX, atY] = around(x, y, spread, random);
    return drawNucleus('tumour', atX, atY, random);
  });
  return isPositive ? nuclei : nuclei.filter((nucleus) => !touchesSquare(nucleus, centre));
}

function around(x: number, y: number, spread: number, random: RandomStream): [number, number] {
  const angle = 2 * Math.PI * random.nextUniform();
  const away = spread * Math.sqrt(random.nextUniform());
  return [x + away * Math.cos(angle), y + away * Math.sin(angle)];
}

function centreHoldsTumour(tumour: Uint8Array): boolean {
  for (let y = centre.from; y < centre.to; y++) {
    const row = y * syntheticSizePx;
    if (tumour.subarray(row + centre.from, row + centre.to).includes(1)) return true;
  }
  return false;
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
