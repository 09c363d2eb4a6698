import type { ConfusionFigures } from '../../evaluate/confusion.js';
import type { OperatingPoint } from '../../evaluate/operating-point.js';
import { letterOf } from '../charts/point-labels.js';
import { confusionTable } from '../confusion-table.js';
import { dataTable } from '../data-table.js';
import { figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { minus, rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';

const shown = ['sensitivity', 'specificity', 'precision', 'accuracy', 'f1', 'mcc'] as const;

const origins: Readonly<Record<OperatingPoint['chosen_on'], string>> = {
  fixed: 'fixed',
  validation: 'chosen on validation',
  'these patches': 'chosen on these patches: flatters',
};

/** Operating points: where each threshold comes from and what it makes of the patches. */
export function thresholdsSection(points: readonly OperatingPoint[]): Section {
  return {
    id: 'thresholds',
    heading: 'Operating points',
    note: html`<p>A patch whose probability reaches the threshold is called tumour. A threshold that was chosen on these patches looks better here than it will on others.</p><p>Percentages are of the row: below, the shares of each class that were called one or the other.</p>`,
    body: html`${dataTable({
      stacks: true,
      caption: 'Below each figure its 95\u00a0% interval',
      head: ['threshold', 'at', 'sensitivity', 'specificity', 'precision', 'accuracy', 'F1', 'MCC'],
      rows: points.map((point, index) => [
        html`${lettered(point, index)}<br><small class="soft">${origins[point.chosen_on]}</small>`,
        point.threshold.toFixed(4),
        ...shown.map((name) => figureCell(point, name)),
      ]),
    })}
<div class="confusions">${points.map((point, index) =>
      confusionTable(
        html`${lettered(point, index)}, at ${point.threshold.toFixed(4)}`,
        point.confusion,
      ),
    )}</div>`,
  };
}

function lettered({ name }: OperatingPoint, index: number): Html {
  return html`<span class="letter">${letterOf(index)}</span>${pointTitle(name)}`;
}

/** `Youden's J` for `youden`; the others say it themselves. */
export function pointTitle(name: string): string {
  return name === 'youden' ? 'Youden’s J' : name;
}

function figureCell(point: OperatingPoint, name: keyof ConfusionFigures): Html {
  const interval = point.intervals[name];
  const range =
    interval === null
      ? null
      : html`<br><small class="soft range">${rangeText(interval, 3)}</small>`;
  return html`${minus(figureText(point[name]))}${range}`;
}
