import type { LabelledPatch } from '../data/labels.js';
import { type ExaminedPatch, type FlawKind, flawKinds } from './examine-patch.js';
import { findTwins } from './find-twins.js';
import { fingerprintBytes, hasDigest } from './fingerprint.js';
import type { FoundPatch, SetName } from './found-patch.js';
import { type SharedSlide, sharedSlides } from './shared-slides.js';
import { type TwinFinding, twinFinding } from './twin-finding.js';

/** A set whose patches were looked at. */
export interface ExaminedSet {
  readonly name: SetName;
  /** Paths of its labels file and of its folder. */
  readonly labels: string;
  readonly images: string;
  readonly patches: readonly LabelledPatch[];
  /** In the order of the patches. */
  readonly examined: readonly ExaminedPatch[];
}

/** A patch with something wrong. */
export interface FlawFinding {
  readonly patch: FoundPatch;
  readonly kind: FlawKind;
  readonly detail: string;
}

/** A set in figures. */
export interface SetFindings {
  readonly name: SetName;
  readonly labels: string;
  readonly images: string;
  readonly patches: number;
  readonly tumour: number;
  readonly normal: number;
  /** Null where no group column was named. */
  readonly slides: number | null;
  /** Patches that repeat an earlier one of the same set. */
  readonly copies: number;
  /** Patches by flaw. */
  readonly flaws: Readonly<Record<FlawKind, number>>;
}

/** All that was found, plain data. */
export interface DataFindings {
  readonly sets: readonly SetFindings[];
  /** Groups of twins in all; those with patches of several sets; those with both labels. */
  readonly twin_groups: number;
  readonly leaks: number;
  readonly label_conflicts: number;
  /**
   * Blank patches, whose twins are looked for by exact pixels alone. Those of one colour are not among
   * them: they are compared with nothing.
   */
  readonly blank_by_pixels: number;
  /** Leaks first, then label conflicts, then copies in a set; in each in the order of the files. */
  readonly twins: readonly TwinFinding[];
  /** Slides with patches in several sets. */
  readonly shared_slides: readonly SharedSlide[];
  readonly flaws: readonly FlawFinding[];
}

/** Brings together what was seen of each patch of one set or several. */
export function dataFindings(sets: readonly ExaminedSet[]): DataFindings {
  const patches = sets.flatMap(({ name, patches }) =>
    patches.map((patch): FoundPatch => ({ set: name, ...patch })),
  );
  const examined = sets.flatMap((set) => set.examined);
  const fingerprints = new Uint8Array(patches.length * fingerprintBytes);
  for (const [row, { fingerprint }] of examined.entries()) {
    fingerprints.set(fingerprint, row * fingerprintBytes);
  }
  const twins = findTwins(fingerprints)
    .map((group) => twinFinding(group, patches))
    .sort((a, b) => severity(b) - severity(a));
  const flaws = [...flawsOf(patches, examined)];
  return {
    sets: sets.map((set) => setFindings(set, twins, flaws)),
    twin_groups: twins.length,
    leaks: twins.filter((group) => group.is_leak).length,
    label_conflicts: twins.filter((group) => group.is_label_conflict).length,
    blank_by_pixels: examined.filter(isComparedByPixels).length,
    twins,
    shared_slides: sharedSlides(patches),
    flaws,
  };
}

function isComparedByPixels({ fingerprint, flaws }: ExaminedPatch): boolean {
  return flaws.some(({ kind }) => kind === 'blank') && hasDigest(fingerprint);
}

function severity(group: TwinFinding): number {
  return (group.is_leak ? 2 : 0) + (group.is_label_conflict ? 1 : 0);
}

function* flawsOf(
  patches: readonly FoundPatch[],
  examined: readonly ExaminedPatch[],
): Generator<FlawFinding> {
  const usual = usualSize(examined);
  for (const [row, { flaws, size }] of examined.entries()) {
    const patch = patches[row] as FoundPatch;
    for (const flaw of flaws) yield { patch, ...flaw };
    if (size === null || size === usual) continue;
    yield { patch, kind: 'odd_size', detail: `${size} px, most have ${usual}` };
  }
}

/** The size of most patches; null of none. */
function usualSize(examined: readonly ExaminedPatch[]): string | null {
  const counts = new Map<string, number>();
  for (const { size } of examined) {
    if (size !== null) counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function setFindings(
  { name, labels, images, patches }: ExaminedSet,
  twins: readonly TwinFinding[],
  flaws: readonly FlawFinding[],
): SetFindings {
  const tumour = patches.filter(({ label }) => label === 1).length;
  const slides = new Set(patches.map(({ group }) => group));
  const inSet = flaws.filter(({ patch }) => patch.set === name);
  const counts = flawKinds.map((kind) => [kind, inSet.filter((flaw) => flaw.kind === kind).length]);
  const copies = twins.map(({ patches }) => patches.filter(({ set }) => set === name).length - 1);
  return {
    name,
    labels,
    images,
    patches: patches.length,
    tumour,
    normal: patches.length - tumour,
    slides: slides.has(null) ? null : slides.size,
    copies: copies.reduce((sum, count) => sum + Math.max(0, count), 0),
    flaws: Object.fromEntries(counts),
  };
}
