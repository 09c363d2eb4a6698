import type { Patch } from '../data/patch.js';
import { fingerprintBytes, fingerprintPatch } from './fingerprint.js';
import { measurePixels } from './measure-pixels.js';
import { type PatchQuality, type PixelFlaw, patchQuality, pixelFlaws } from './patch-quality.js';

/**
 * What may be wrong with a patch. `converted`: its file is not 8-bit RGB; `odd_size`: other than that
 * of most patches.
 */
export const flawKinds = [
  'unreadable',
  'blank',
  'saturated',
  'out_of_focus',
  'odd_size',
  'converted',
] as const;

export type FlawKind = (typeof flawKinds)[number];

/** One thing that is wrong with a patch. */
export interface Flaw {
  readonly kind: FlawKind;
  /** What was measured or noticed, for people. */
  readonly detail: string;
}

/** What is kept of a patch that was looked at. */
export interface ExaminedPatch {
  /** Shape [104], of `fingerprintPatch`; zeros if it is unreadable. */
  readonly fingerprint: Uint8Array;
  /** Such as "96x96"; null if it is unreadable. */
  readonly size: string | null;
  /** All but `odd_size`, which others decide. */
  readonly flaws: readonly Flaw[];
}

/** Looks at a patch once, for twins and for flaws. Some 140 microseconds at 96 px. */
export function examinePatch(patch: Patch): ExaminedPatch {
  const measures = measurePixels(patch);
  const quality = patchQuality(patch, measures);
  const flaws: Flaw[] = pixelFlaws(quality).map((kind) => ({
    kind,
    detail: describe[kind](quality),
  }));
  if (patch.notice !== null) flaws.push({ kind: 'converted', detail: patch.notice });
  return {
    fingerprint: fingerprintPatch(patch, measures, quality),
    size: `${patch.widthPx}x${patch.heightPx}`,
    flaws,
  };
}

/** Stands for a patch that cannot be read. */
export function unreadablePatch(why: string): ExaminedPatch {
  return {
    fingerprint: new Uint8Array(fingerprintBytes),
    size: null,
    flaws: [{ kind: 'unreadable', detail: why }],
  };
}

/** Stands for a patch that is not worth its time: one far larger than the others. */
export function unexaminedPatch({ widthPx, heightPx }: Patch): ExaminedPatch {
  return {
    fingerprint: new Uint8Array(fingerprintBytes),
    size: `${widthPx}x${heightPx}`,
    flaws: [],
  };
}

const describe: Readonly<Record<PixelFlaw, (quality: PatchQuality) => string>> = {
  blank: ({ colouredShare, sharpness }) =>
    `${percent(colouredShare)} coloured, variance of the Laplacian ${sharpness.toFixed(0)}`,
  saturated: ({ clippedShare }) => `${percent(clippedShare)} of the values at 0 or 255`,
  out_of_focus: ({ sharpness }) => `variance of the Laplacian ${sharpness.toFixed(0)}`,
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
