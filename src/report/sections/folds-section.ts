import { dataTable } from '../data-table.js';
import { figureGlossary, figureText } from '../figure-glossary.js';
import { html } from '../html.js';
import { minus } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { FoldFigure } from '../report-contents.js';

/** Figures fold by fold, with mean and spread. */
export function foldsSection(folds: readonly FoldFigure[]): Section {
  const count = folds[0]?.values.length ?? 0;
  return {
    id: 'folds',
    heading: 'Folds',
    note: html`<p>Each fold was scored by a model that did not train on it. The spread is the standard deviation between folds; folds share training patches, so that it is no standard error.</p>`,
    body: dataTable({
      caption: `${count} folds`,
      head: [
        'figure',
        ...Array.from({ length: count }, (_, i) => `fold ${i + 1}`),
        'mean',
        'spread',
      ],
      rows: folds.map(({ name, values, mean, deviation }) => [
        figureGlossary[name].title,
        ...values.map((value) => minus(figureText(value))),
        html`<strong>${minus(figureText(mean))}</strong>`,
        figureText(deviation),
      ]),
    }),
  };
}
