import { counted } from '../counted.js';
import { UserError } from '../errors.js';
import { randomStream, shuffle } from '../rng.js';
import type { LabelledPatch } from './labels.js';
import { refuseOneClass, type Split } from './split.js';
import { classCounts, membersByGroup } from './split-groups.js';

/** How to split into folds. */
export interface FoldOptions {
  /** How many, at least 2. */
  readonly folds: number;
  /** Whether groups (slides) are kept whole; else patches are drawn within each class. */
  readonly isGrouped: boolean;
  /** Names the draw; among groups it decides only where several are of one size. */
  readonly seed: number;
}

const foldsPurpose = 302; // keeps these draws apart from others of the same seed

/**
 * The splits of a cross-validation: each patch validates in exactly one of them and trains in all
 * others. The same patches, options and seed give the same splits.
 *
 * @returns A split a fold, in their order.
 * @throws {UserError} If a class has fewer patches than there are folds, there are fewer groups than
 *   folds, or a fold would train on one class.
 * @see scikit-learn's StratifiedKFold and StratifiedGroupKFold
 */
export function splitFolds(patches: readonly LabelledPatch[], options: FoldOptions): Split[] {
  const { folds, isGrouped, seed } = options;
  refuseFewOfAClass(patches, folds);
  const random = randomStream(seed, foldsPurpose);
  const draw = isGrouped ? drawGroups : drawPatches;
  const foldOf = draw(patches, folds, random);
  return Array.from({ length: folds }, (_, fold) => {
    const train = patches.filter((_, index) => foldOf[index] !== fold);
    const valid = patches.filter((_, index) => foldOf[index] === fold);
    refuseOneClass(train, 'label patches of both classes in more groups, or take fewer folds');
    const counts = `${counted(train.length, 'patch', 'patches')} to train and ${valid.length} to validate`;
    const how = isGrouped
      ? `${groupsOf(valid)} of ${groupsOf(patches)} groups held back; no group is on both sides`
      : `drawn within each class with seed ${seed}; slides are not kept apart, so validation figures may be optimistic`;
    return { train, valid, description: `fold ${fold + 1} of ${folds}: ${counts}, ${how}` };
  });
}

/** Deals the shuffled patches of one class, then of the other: no two folds differ by more than one. */
function drawPatches(
  patches: readonly LabelledPatch[],
  folds: number,
  random: ReturnType<typeof randomStream>,
): Uint32Array {
  const indices = [...patches.keys()];
  const classes = [0, 1].map((label) => indices.filter((at) => patches[at]?.label === label));
  const foldOf = new Uint32Array(patches.length);
  const dealt = classes.flatMap((members) => shuffle(members, random));
  for (const [turn, index] of dealt.entries()) foldOf[index] = turn % folds;
  return foldOf;
}

/**
 * Gives whole groups to folds, the largest first: each to the fold that leaves the shares of both
 * classes most even, which is the smallest sum of squares. O(groups x folds).
 */
function drawGroups(
  patches: readonly LabelledPatch[],
  folds: number,
  random: ReturnType<typeof randomStream>,
): Uint32Array {
  const members = membersByGroup(patches);
  if (members.size < folds) {
    throw new UserError(
      `Cannot split into ${folds} folds: expected a group for each at least, got ${counted(members.size, 'group')}; take fewer folds, or label patches of more slides`,
    );
  }
  const totals = classCounts(patches, patches.keys());
  const groups = shuffle([...members.values()], random).sort((a, b) => b.length - a.length);
  const held = Array.from({ length: folds }, () => ({ shares: [0, 0], patches: 0 }));
  const foldOf = new Uint32Array(patches.length);
  for (const group of groups) {
    const shares = classCounts(patches, group).map((count, at) => count / (totals[at] as number));
    // (held + share)^2 - held^2 differs from fold to fold by 2 * held * share
    const growth = (fold: (typeof held)[number]) =>
      shares.reduce((sum, share, label) => sum + share * (fold.shares[label] as number), 0);
    const best = held.reduce((winner, fold) => {
      const difference = growth(fold) - growth(winner) || fold.patches - winner.patches;
      return difference < 0 ? fold : winner;
    });
    best.shares = best.shares.map((share, label) => share + (shares[label] as number));
    best.patches += group.length;
    for (const index of group) foldOf[index] = held.indexOf(best);
  }
  return foldOf;
}

function refuseFewOfAClass(patches: readonly LabelledPatch[], folds: number): void {
  const [normal = 0, tumour = 0] = classCounts(patches, patches.keys());
  if (Math.min(normal, tumour) >= folds) return;
  throw new UserError(
    `Cannot split into ${folds} folds: expected ${folds} patches of each class at least, got ${normal} normal and ${tumour} tumour; take fewer folds, label more patches, or raise --limit`,
  );
}

function groupsOf(patches: readonly LabelledPatch[]): number {
  return new Set(patches.map(({ group }) => group)).size;
}
