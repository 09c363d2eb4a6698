import type { Calibration } from '../evaluate/calibration.js';
import type { RocCurve } from '../evaluate/curves.js';
import type { Evaluation, FigureName } from '../evaluate/evaluate-predictions.js';
import type { Interval } from '../evaluate/interval.js';
import type { OperatingPoint } from '../evaluate/operating-point.js';
import { alignedTable } from './aligned-table.js';
import { figureGlossary, figureText, shownFigures } from './figure-glossary.js';
import { rocText } from './roc-text.js';

/**
 * An evaluation as aligned tables for people; the figures' exact values are in the JSON.
 *
 * @param options `roc`: the curve to draw below; null where the output is no terminal.
 * @example
 * patches                200 (78 tumour, 122 normal)
 * ROC AUC                0.8451 (95 % 0.7894-0.9008, DeLong)
 */
export function evaluationText(
  evaluation: Evaluation,
  options: { readonly roc: RocCurve | null } = { roc: null },
): string {
  const { operating_points: points, calibration } = evaluation;
  const blocks = [
    figureLines(evaluation),
    absenceLines(evaluation),
    confusionTable(evaluation.confusion),
    points.length > 1 ? pointsTable(points) : [],
    calibration === null ? [] : calibrationTable(calibration),
    options.roc === null ? [] : rocText(options.roc),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function figureLines(evaluation: Evaluation): string[] {
  const { examples, positives, negatives, groups } = evaluation;
  const [first, ...others] = shownFigures.map((name) => figureRow(evaluation, name));
  const rows = [
    ['patches', `${examples} (${positives} tumour, ${negatives} normal)`],
    ...(groups === null ? [] : [['slides', String(groups)]]),
    first as string[],
    ['ROC AUC, logit 1 only', valueText(evaluation.roc_auc_logit_1)],
    ...others,
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length)) + 2;
  return rows.map(([name = '', value = '']) => name.padEnd(width) + value);
}

/** Why figures or intervals are absent, in a sentence each. */
function absenceLines(evaluation: Evaluation): string[] {
  const { positives, negatives, groups, intervals } = evaluation;
  const [lacking] = [positives === 0 ? 'tumour' : null, negatives === 0 ? 'normal' : null].filter(
    (name) => name !== null,
  );
  const without = shownFigures.filter((name) => evaluation[name] === null);
  const titles = without.map((name) => figureGlossary[name].title);
  const hasInterval = Object.values(intervals).some((interval) => interval !== null);
  return [
    lacking === undefined
      ? null
      : `No patch is labelled ${lacking}: ${titles.join(', ')} have no value, as it takes both classes.`,
    groups === 1 && !hasInterval
      ? 'All patches are of one slide: there are no intervals, as it takes several slides.'
      : null,
  ].filter((line) => line !== null);
}

function figureRow(evaluation: Evaluation, name: FigureName): string[] {
  const interval = evaluation.intervals[name];
  return [figureGlossary[name].title, valueText(evaluation[name]) + rangeText(interval)];
}

function valueText(value: number | null): string {
  return value === null ? 'n/a (no value for these patches)' : figureText(value);
}

function rangeText(interval: Interval | null): string {
  if (interval === null) return '';
  const { low, high, level, method } = interval;
  const dash = low < 0 ? ' to ' : '-';
  return ` (${level * 100} % ${low.toFixed(4)}${dash}${high.toFixed(4)}, ${method})`;
}

function confusionTable({ tn, fp, fn, tp }: Evaluation['confusion']): string[] {
  return alignedTable([
    ['confusion at 0.5', 'called normal', 'called tumour'],
    ['normal', String(tn), String(fp)],
    ['tumour', String(fn), String(tp)],
  ]);
}

function pointsTable(points: readonly OperatingPoint[]): string[] {
  const rows = points.map((point) => [
    point.chosen_on === 'fixed' ? point.name : `${point.name} (on ${point.chosen_on})`,
    figureText(point.threshold),
    figureText(point.sensitivity),
    figureText(point.specificity),
    figureText(point.precision),
  ]);
  return alignedTable([
    ['operating point', 'threshold', 'sensitivity', 'specificity', 'precision'],
    ...rows,
  ]);
}

function calibrationTable({ temperature, before, after }: Calibration): string[] {
  const names = Object.keys(after) as (keyof typeof after)[];
  return alignedTable([
    [`temperature ${figureText(temperature)}`, 'before', 'after'],
    ...names.map((name) => [
      figureGlossary[name].title,
      figureText(before[name]),
      figureText(after[name]),
    ]),
  ]);
}
