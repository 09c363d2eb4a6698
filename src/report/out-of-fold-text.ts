import type { RocCurve } from '../evaluate/curves.js';
import type { Evaluation, FigureName } from '../evaluate/evaluate-predictions.js';
import type { MeanAndDeviation } from '../evaluate/mean-and-deviation.js';
import { alignedTable } from './aligned-table.js';
import { evaluationText } from './evaluation-text.js';
import { figureGlossary, figureText } from './figure-glossary.js';

/** What is shown of a cross-validation. */
interface OutOfFold extends Evaluation {
  readonly folds: readonly FoldFigures[];
  readonly spread: { readonly [Name in FigureName]: MeanAndDeviation | null };
  readonly notes: readonly string[];
}

interface FoldFigures extends Pick<Evaluation, FigureName | 'examples'> {
  readonly fold: number | null;
  readonly best_epoch: number | null;
}

const shown = ['roc_auc', 'accuracy', 'sensitivity', 'specificity', 'log_loss'] as const;

/**
 * Figures of the pooled out-of-fold predictions, then a line a fold, mean and standard deviation, and
 * what flatters or harms them.
 *
 * @param options As of `evaluationText`.
 */
export function outOfFoldText(
  report: OutOfFold,
  options: { readonly roc: RocCurve | null } = { roc: null },
): string {
  return [
    evaluationText(report, options),
    '',
    ...foldsTable(report),
    '',
    ...report.notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function foldsTable({ folds, spread, examples }: OutOfFold): string[] {
  const rows = folds.map((fold, at) => [
    `${fold.fold ?? at + 1}`,
    `${fold.best_epoch ?? '-'}`,
    `${fold.examples}`,
    ...shown.map((name) => figureText(fold[name])),
  ]);
  const [means, deviations] = (['mean', 'standard_deviation'] as const).map((part) =>
    shown.map((name) => figureText(spread[name]?.[part] ?? null)),
  ) as [string[], string[]];
  const titles = shown.map((name) => figureGlossary[name].title);
  return alignedTable([
    ['fold', 'best epoch', 'patches', ...titles],
    ...rows,
    ['mean', '', `${examples}`, ...means],
    ['standard deviation', '', '', ...deviations],
  ]);
}
