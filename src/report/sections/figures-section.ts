import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import { figureGlossary, shownFigures } from '../figure-glossary.js';
import { type FigureRow, figuresTable } from '../figures-table.js';
import { html } from '../html.js';
import type { Section } from '../page.js';

/** Every figure of the evaluation with its interval. */
export function figuresSection(evaluation: Evaluation): Section {
  const rows: FigureRow[] = shownFigures.map((name) => ({
    ...figureGlossary[name],
    value: evaluation[name],
    interval: evaluation.intervals[name],
  }));
  const logitRow: FigureRow = {
    title: 'ROC AUC, logit 1 only',
    meaning: 'ranked by the logit of tumour alone, as some published figures are',
    value: evaluation.roc_auc_logit_1,
    interval: null,
    isShare: true,
  };
  return {
    id: 'figures',
    heading: 'All figures',
    note: html`<p>An interval is made to hold the true value in 95 of 100 repetitions with new patches${evaluation.groups === null ? '' : ' of new slides'}. Where none is given, there is none, or the figure has no spread here.</p><p>Figures that need a threshold are those at 0.5.</p>`,
    body: figuresTable('Rounded to four decimals; metrics.json has every digit.', [
      ...rows.slice(0, 1),
      logitRow,
      ...rows.slice(1),
    ]),
  };
}
