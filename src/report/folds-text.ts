import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import type { MeanAndDeviation } from '../evaluate/mean-and-deviation.js';
import { withLeakage } from './leakage-text.js';

/** What is shown of a fold. */
interface FoldSummary {
  readonly bestEpoch: number | null;
  readonly split: string;
  readonly leakage: { readonly text: string } | null;
  readonly best: Evaluation;
}

/**
 * What the folds of a cross-validation say at their end: a line a fold, then mean and standard
 * deviation.
 *
 * @example
 * fold  best epoch  patches  ROC AUC          accuracy
 * 1     3           10       0.9583           0.8000
 * 2     2           10       0.8333           0.7000
 * mean              20       0.8958 ± 0.0884  0.7500 ± 0.0707
 */
export function foldsText(summary: {
  readonly run: string;
  readonly folds: readonly FoldSummary[];
  readonly roc_auc: MeanAndDeviation | null;
  readonly accuracy: MeanAndDeviation | null;
}): string {
  const { run, folds, roc_auc, accuracy } = summary;
  const patches = folds.reduce((sum, { best }) => sum + best.examples, 0);
  const rows = folds.map(({ bestEpoch, best }, index) => [
    `${index + 1}`,
    `${bestEpoch ?? '-'}`,
    `${best.examples}`,
    best.roc_auc?.toFixed(4) ?? 'n/a',
    best.accuracy.toFixed(4),
  ]);
  const table = [
    ['fold', 'best epoch', 'patches', 'ROC AUC', 'accuracy'],
    ...rows,
    ['mean', '', `${patches}`, spread(roc_auc), spread(accuracy)],
  ];
  const leaks = folds.flatMap(({ leakage }, index) =>
    leakage === null ? [] : [`fold ${index + 1}: ${leakage.text}`],
  );
  const lines = [
    `Best epoch of each fold, on its validation patches (${folds[0]?.split}):`,
    ...aligned(table),
    '',
    `Checkpoints, logs and predictions of each fold: ${run}`,
  ];
  return withLeakage(leaks.length === 0 ? null : leaks.join('\n'), lines.join('\n'));
}

function spread(figure: MeanAndDeviation | null): string {
  if (figure === null) return 'n/a';
  const { mean, standard_deviation: deviation } = figure;
  return deviation === null ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
