import { UserError } from '../errors.js';
import { type RandomStream, shuffle } from '../rng.js';
import type { LabelledPatch } from './labels.js';

/**
 * Draws whole groups (slides) for validation: in shuffled order, each group that brings the number
 * of patches of both classes nearer to the share wanted is taken. O(n).
 *
 * @returns The indices of the patches that validate.
 * @throws {UserError} If a patch has no group or there are fewer than two groups.
 */
export function groupedValidation(
  patches: readonly LabelledPatch[],
  validFraction: number,
  random: RandomStream,
): Set<number> {
  const members = membersByGroup(patches);
  const names = shuffle([...members.keys()], random);
  const wanted = classCounts(patches, patches.keys()).map((count) => count * validFraction);
  let sum = [0, 0];
  const taken: string[] = [];
  const distanceWith = (name: string): [number, number[]] => {
    const counts = classCounts(patches, members.get(name) ?? []);
    const next = sum.map((count, label) => count + (counts[label] ?? 0));
    return [distance(next, wanted), next];
  };
  for (const name of names) {
    const [after, next] = distanceWith(name);
    if (after >= distance(sum, wanted)) continue;
    taken.push(name);
    sum = next;
  }
  if (taken.length === 0) taken.push(...nearest(names, (name) => distanceWith(name)[0]));
  if (taken.length === names.length) taken.pop(); // some group must train
  return new Set(taken.flatMap((name) => members.get(name) ?? []));
}

/**
 * The indices of the patches of each group.
 *
 * @throws {UserError} If a patch has no group or there are fewer than two groups.
 */
export function membersByGroup(patches: readonly LabelledPatch[]): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (const [index, { group, id }] of patches.entries()) {
    if (group === null) {
      throw new UserError(
        `Cannot split by group: expected a group for each patch, got none for "${id}"; name the column of the slide with --group-column`,
      );
    }
    const rows = members.get(group);
    if (rows === undefined) members.set(group, [index]);
    else rows.push(index);
  }
  if (members.size < 2) {
    throw new UserError(
      `Cannot split by group: expected two groups or more, got ${members.size}; use --split stratified, or label patches of more slides`,
    );
  }
  return members;
}

/** How many of the patches at these indices are normal, and how many tumour. */
export function classCounts(
  patches: readonly LabelledPatch[],
  indices: Iterable<number>,
): number[] {
  const counts = [0, 0];
  for (const index of indices) {
    const label = patches[index]?.label ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

function distance(counts: readonly number[], wanted: readonly number[]): number {
  return wanted.reduce((sum, want, label) => sum + Math.abs(want - (counts[label] ?? 0)), 0);
}

function nearest(names: readonly string[], distanceOf: (name: string) => number): string[] {
  const best = names.reduce<string | undefined>(
    (winner, name) =>
      winner === undefined || distanceOf(name) < distanceOf(winner) ? name : winner,
    undefined,
  );
  return best === undefined ? [] : [best];
}
