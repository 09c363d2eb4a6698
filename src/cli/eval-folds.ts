import { UserError } from '../errors.js';
import type { Curves, RocCurve } from '../evaluate/curves.js';
import type { GatedReport } from '../recipes/score/hold-to-gates.js';
import { withLeakage } from '../report/leakage-text.js';
import { outOfFoldText } from '../report/out-of-fold-text.js';

/** An evaluation of a checkpoint or of folds, and how it reads. */
export interface Evaluated {
  readonly report: GatedReport;
  readonly curves: Curves;
  readonly textOf: (options: { readonly roc: RocCurve | null }) => string;
}

interface Flags {
  readonly labels?: string;
  readonly images?: string;
  readonly baseline?: string;
  readonly out?: string;
  readonly png?: true;
  readonly junit?: string;
}

/** What would say how patches are scored; of folds nothing is scored anew. */
const scoringFlags = {
  ensemble: '--ensemble',
  tta: '--tta',
  limit: '--limit',
  groupColumn: '--group-column',
  atSensitivity: '--at-sensitivity',
  atSpecificity: '--at-specificity',
} as const;

/** True without patches to score: what was named are the folds of a run. */
export function isOfFolds({ labels, images }: Flags): boolean {
  return labels === undefined && images === undefined;
}

/** @throws {UserError} If flags are given that folds do not take, or as `evaluateFolds` does. */
export async function evaluatedFolds(
  runs: readonly string[],
  flags: Flags & { readonly [Name in keyof typeof scoringFlags]?: unknown },
  interruption: AbortSignal,
): Promise<Evaluated> {
  const given = (Object.keys(scoringFlags) as (keyof typeof scoringFlags)[])
    .filter((name) => [flags[name] ?? []].flat().length > 0)
    .map((name) => scoringFlags[name]);
  if (given.length > 0) {
    throw new UserError(
      `Cannot use ${given.join(', ')} on "${runs.join('", "')}": expected --labels FILE and --images FOLDER beside it, got neither, so that folds are summed up and nothing is scored; add them`,
    );
  }
  const { evaluateFolds } = await import('../recipes/score/evaluate-folds.js');
  const { prepareOutputs } = await import('../recipes/score/prepare-outputs.js');
  const { baseline = null, out = null, png = false, junit = null } = flags;
  await prepareOutputs({ checkpoints: [], labels: null, baseline, out, junit });
  const { report, curves } = await evaluateFolds({ runs, baseline, out, png }, interruption);
  const leakage = report.leakage?.text ?? null;
  return { report, curves, textOf: (roc) => withLeakage(leakage, outOfFoldText(report, roc)) };
}

/**
 * The one checkpoint to score with, and on what.
 *
 * @throws {UserError} If there are several, or only one of labels and images.
 */
export function oneCheckpoint(checkpoints: readonly string[], { labels, images }: Flags) {
  const [checkpoint, another] = checkpoints as [string, ...string[]];
  if (labels === undefined || images === undefined) {
    const got = labels === undefined ? '--images' : '--labels';
    throw new UserError(
      `Cannot score with "${checkpoint}": expected both --labels FILE and --images FOLDER, got ${got} alone; add the other`,
    );
  }
  if (another !== undefined) {
    throw new UserError(
      `Cannot score with "${another}": expected one checkpoint before --labels, got ${checkpoints.length}; average several with --ensemble, or leave --labels and --images out to sum up folds`,
    );
  }
  return { checkpoint, labels, images };
}
