import { counted } from '../../counted.js';
import type { Prediction } from '../../evaluate/prediction.js';
import type { FoldRun } from '../train/open-folds.js';

/** How slides lie across the folds of a cross-validation. */
export interface SlidesAcross {
  /** True if every patch has a slide. */
  readonly areKnown: boolean;
  /** How many known slides validated in more than one fold. */
  readonly torn: number;
}

/** @param parts The predictions of each fold. */
export function slidesAcross(parts: readonly Prediction[][]): SlidesAcross {
  const foldsOf = new Map<string, Set<number>>();
  for (const [fold, part] of parts.entries()) {
    for (const { group } of part) {
      if (group === null) continue;
      foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(fold));
    }
  }
  return {
    areKnown: parts.every((part) => part.every(({ group }) => group !== null)),
    torn: [...foldsOf.values()].filter((folds) => folds.size > 1).length,
  };
}

/** What a reader must know of pooled out-of-fold figures: what is missing, what flatters, what harms. */
export function foldsNotes(
  runs: readonly FoldRun[],
  { areKnown, torn }: SlidesAcross,
  missing: readonly number[],
): string[] {
  const hasTemperature = runs.some(({ summary }) => summary.best.calibration !== null);
  return [
    missingText(missing),
    'each fold chose its epoch on its own validation patches: the figures flatter a little',
    hasTemperature
      ? 'each fold also fitted its temperature to them: pooled figures, loss among them, are after it, and calibration flatters'
      : null,
    runs.length === 1
      ? null
      : 'pooling ranks scores of different models against each other, which costs some ROC AUC; the mean over the folds is free of that',
    areKnown
      ? null
      : 'no slide is known: patches of one slide may be on both sides of a split, and then the figures flatter',
    torn === 0
      ? null
      : `${counted(torn, 'slide is', 'slides are')} in more than one fold: a model was trained on other patches of them, and the figures flatter`,
  ].filter((note) => note !== null);
}

function missingText(missing: readonly number[]): string | null {
  if (missing.length === 0) return null;
  if (missing.length === 1)
    return `fold ${missing[0]} is missing or not finished: its patches are not among these`;
  return `folds ${missing.join(', ')} are missing or not finished: their patches are not among these`;
}
