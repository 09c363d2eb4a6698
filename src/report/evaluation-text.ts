import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import type { Interval } from '../evaluate/interval.js';

/**
 * An evaluation as an aligned table for people; the figures' exact values are in the JSON.
 *
 * @example
 * patches               200 (78 tumour, 122 normal)
 * ROC AUC               0.8451 (95 % 0.7894-0.9008, DeLong)
 */
export function evaluationText(evaluation: Evaluation): string {
  const { examples, positives, negatives, intervals, confusion } = evaluation;
  const rows: [name: string, value: string][] = [
    ['patches', `${examples} (${positives} tumour, ${negatives} normal)`],
    ['ROC AUC', figure(evaluation.roc_auc) + range(intervals.roc_auc)],
    ['ROC AUC, logit 1 only', figure(evaluation.roc_auc_logit_1)],
    ['average precision', figure(evaluation.average_precision)],
    ['accuracy', figure(evaluation.accuracy) + range(intervals.accuracy)],
    ['balanced accuracy', figure(evaluation.balanced_accuracy)],
    ['sensitivity', figure(evaluation.sensitivity)],
    ['specificity', figure(evaluation.specificity)],
    ['precision', figure(evaluation.precision)],
    ['F1', figure(evaluation.f1)],
    ['MCC', figure(evaluation.mcc)],
    ['loss', figure(evaluation.loss)],
    ['Brier score', figure(evaluation.brier)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => name.padEnd(width) + value);
  return [...lines, '', ...confusionTable(confusion)].join('\n');
}

function figure(value: number | null): string {
  return value === null ? 'n/a (no value for these patches)' : value.toFixed(4);
}

function range(interval: Interval | null): string {
  if (interval === null) return '';
  const { low, high, level, method } = interval;
  return ` (${level * 100} % ${low.toFixed(4)}-${high.toFixed(4)}, ${method})`;
}

function confusionTable({ tn, fp, fn, tp }: Evaluation['confusion']): string[] {
  const rows = [
    ['confusion at 0.5', 'called normal', 'called tumour'],
    ['normal', String(tn), String(fp)],
    ['tumour', String(fn), String(tp)],
  ] as const;
  return rows.map(
    ([name, ...cells]) => name.padEnd(18) + cells.map((cell) => cell.padStart(15)).join(''),
  );
}
