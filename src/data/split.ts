import { counted } from '../counted.js';
import { UserError } from '../errors.js';
import { randomStream, shuffle } from '../rng.js';
import type { LabelledPatch } from './labels.js';
import { groupedValidation } from './split-groups.js';

/** Patches to train on and patches to validate on, each in the order of the data set. */
export interface Split {
  readonly train: readonly LabelledPatch[];
  readonly valid: readonly LabelledPatch[];
  /** A sentence for the log: which split, how many, and whether figures may be optimistic. */
  readonly description: string;
}

/** How to split. */
export interface SplitOptions {
  /** `rows`: the first rows train, the last validate. `stratified`: drawn within each class.
   * `grouped`: whole groups (slides) are drawn. */
  readonly split: 'rows' | 'stratified' | 'grouped';
  /** Share of the patches that validate, in (0, 1). */
  readonly validFraction: number;
  /** Names the draw; `rows` draws nothing. */
  readonly seed: number;
}

const splitPurpose = 301; // keeps these draws apart from others of the same seed

/**
 * Splits a data set; the same patches, options and seed give the same split.
 *
 * @throws {UserError} If the fraction is outside (0, 1), a side would be empty, the training
 *   side would lack a class, or `grouped` finds fewer than two groups.
 */
export function splitPatches(
  patches: readonly LabelledPatch[],
  { split, validFraction, seed }: SplitOptions,
): Split {
  if (!(validFraction > 0 && validFraction < 1)) {
    throw new UserError(
      `Cannot split patches: expected a validation share above 0 and below 1, got ${validFraction}; set validFraction to 0.2, for example`,
    );
  }
  const random = randomStream(seed, splitPurpose);
  const isValid = {
    rows: () => lastRows(patches, validFraction),
    stratified: () => drawnInClasses(patches, validFraction, random),
    grouped: () => groupedValidation(patches, validFraction, random),
  }[split]();
  const train = patches.filter((_, index) => !isValid.has(index));
  const valid = patches.filter((_, index) => isValid.has(index));
  if (train.length === 0 || valid.length === 0) {
    throw new UserError(
      `Cannot split ${patchCount(patches)}: expected patches on both sides, got ${train.length} to train and ${valid.length} to validate; label more patches or change validFraction ${validFraction}`,
    );
  }
  refuseOneClass(
    train,
    split === 'stratified' ? moreLabels : `use --split stratified, ${moreLabels}`,
  );
  const counts = `${patchCount(train)} to train and ${valid.length} to validate`;
  return {
    train,
    valid,
    description: `${counts}, ${explain(split, patches, isValid, seed)}`,
  };
}

/**
 * The split of two labels files: one to train on, one to validate on.
 *
 * @param validLabels Path of the second, for the description and errors.
 * @throws {UserError} If a patch is in both, or the first file lacks a class.
 */
export function splitOfFiles(
  train: readonly LabelledPatch[],
  valid: readonly LabelledPatch[],
  validLabels: string,
): Split {
  refuseOneClass(train, moreLabels);
  const trained = new Set(train.map(({ path }) => path));
  const shared = valid.filter(({ path }) => trained.has(path));
  if (shared.length > 0) {
    throw new UserError(
      `Cannot validate on "${validLabels}": expected patches that are not trained on, got ${shared.length} that are, such as "${shared[0]?.id}"; remove them from one of the two files`,
    );
  }
  const groups = new Set(train.map(({ group }) => group));
  const sharedGroups = new Set(
    valid.map(({ group }) => group).filter((group) => groups.has(group)),
  );
  const caution = groups.has(null)
    ? 'no slide is known, so figures may be optimistic if one is in both files'
    : sharedGroups.size > 0
      ? `${counted(sharedGroups.size, 'group is', 'groups are')} in both files, so figures may be optimistic`
      : 'no group is in both files';
  return {
    train,
    valid,
    description: `${patchCount(train)} to train and ${valid.length} of "${validLabels}" to validate; ${caution}`,
  };
}

const moreLabels = 'label patches of both classes, or raise --limit';

/** A network learns nothing from one class; a validation side of one is merely without ROC AUC. */
export function refuseOneClass(train: readonly LabelledPatch[], remedy: string): void {
  const tumour = train.filter(({ label }) => label === 1).length;
  if (tumour > 0 && tumour < train.length) return;
  throw new UserError(
    `Cannot train on ${patchCount(train)}: expected both classes, got ${train.length - tumour} normal and ${tumour} tumour; ${remedy}`,
  );
}

function patchCount(patches: readonly LabelledPatch[]): string {
  return counted(patches.length, 'patch', 'patches');
}

function explain(
  split: SplitOptions['split'],
  patches: readonly LabelledPatch[],
  isValid: ReadonlySet<number>,
  seed: number,
): string {
  const caution = 'slides are not kept apart, so validation figures may be optimistic';
  if (split === 'rows') return `split by rows, the first ones train; ${caution}`;
  if (split === 'stratified') return `drawn within each class with seed ${seed}; ${caution}`;
  const groups = new Set(patches.map((patch) => patch.group)).size;
  const held = new Set(patches.filter((_, at) => isValid.has(at)).map((patch) => patch.group)).size;
  return `${held} of ${groups} groups held back with seed ${seed}; no group is on both sides`;
}

/** The reference recipe's split: the first int(0.8 n) rows train. */
function lastRows(patches: readonly LabelledPatch[], validFraction: number): Set<number> {
  const first = Math.floor((1 - validFraction) * patches.length);
  return new Set([...patches.keys()].filter((index) => index >= first));
}

/** Draws the share within each class; a class of two or more is on both sides. */
function drawnInClasses(
  patches: readonly LabelledPatch[],
  validFraction: number,
  random: ReturnType<typeof randomStream>,
): Set<number> {
  const drawn = new Set<number>();
  for (const label of [0, 1] as const) {
    const members = [...patches.keys()].filter((index) => patches[index]?.label === label);
    const wanted = Math.round(validFraction * members.length);
    const count = Math.min(Math.max(wanted, 1), members.length - 1);
    for (const index of shuffle(members, random).slice(0, Math.max(count, 0))) drawn.add(index);
  }
  return drawn;
}
