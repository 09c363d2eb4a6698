import type { DataFindings } from './data-findings.js';
import type { FlawKind } from './examine-patch.js';
import type { FoundPatch } from './found-patch.js';
import type { TwinFinding } from './twin-finding.js';

/** A patch that training would rather leave out, and why. */
export interface Exclusion {
  readonly id: string;
  readonly reason: string;
}

const reasonOfFlaw: Readonly<Record<FlawKind, string | null>> = {
  unreadable: 'unreadable',
  blank: 'blank',
  saturated: 'saturated',
  out_of_focus: 'out of focus',
  odd_size: 'other size than most',
  converted: null, // it can be trained on
};

/**
 * The training patches to leave out: all of a group of twins with both labels, or with a patch of
 * another set; of other twins all but the first; and those with flaws.
 *
 * @returns Each id once, with all reasons.
 */
export function exclusionsOf({ twins, flaws }: DataFindings): Exclusion[] {
  const reasons = new Map<string, string[]>();
  const exclude = (id: string, reason: string): void => {
    const known = reasons.get(id);
    if (known === undefined) reasons.set(id, [reason]);
    else known.push(reason);
  };
  for (const group of twins) {
    const trained = group.patches.filter(({ set }) => set === 'train');
    for (const patch of trained) {
      const reason = reasonOfTwin(patch, trained, group);
      if (reason !== null) exclude(patch.id, reason);
    }
  }
  for (const { patch, kind } of flaws) {
    const reason = reasonOfFlaw[kind];
    if (patch.set === 'train' && reason !== null) exclude(patch.id, reason);
  }
  return [...reasons].map(([id, all]) => ({ id, reason: all.join('; ') }));
}

function reasonOfTwin(
  patch: FoundPatch,
  trained: readonly FoundPatch[],
  { patches, is_label_conflict }: TwinFinding,
): string | null {
  const rival = patches.find(({ label }) => label !== patch.label);
  if (is_label_conflict && rival !== undefined) {
    return `twin of ${rival.set} patch ${rival.id}, which has label ${rival.label}`;
  }
  const leak = patches.find(({ set }) => set !== 'train');
  if (leak !== undefined) return `twin of ${leak.set} patch ${leak.id}`;
  const first = trained[0] as FoundPatch;
  return patch === first ? null : `twin of ${first.id}, which is kept`;
}
