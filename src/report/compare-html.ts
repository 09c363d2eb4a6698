import { chartFigure } from './chart-figure.js';
import { rocPairChart } from './charts/roc-pair-chart.js';
import type { CompareContents, ComparedSource } from './compare-contents.js';
import {
  delongText,
  leakageWarnings,
  logOddsText,
  mcnemarText,
  verdictText,
} from './comparison-words.js';
import { definitionRows } from './definition-rows.js';
import { differencesTable } from './differences-table.js';
import { figureText } from './figure-glossary.js';
import { html } from './html.js';
import { pageHtml, type Section } from './page.js';
import { differenceSection } from './sections/difference-section.js';
import { disagreementsSection } from './sections/disagreements-section.js';

/**
 * A comparison of two models as one HTML page that needs nothing else: how far apart, how sure, every
 * figure, both ROC curves, where they disagree, and where it all comes from.
 */
export async function compareHtml(contents: CompareContents): Promise<string> {
  const { first, second } = contents;
  const sections = [
    differenceSection(contents),
    figuresSection(contents),
    await rocSection(contents),
    testsSection(contents),
    await disagreementsSection(contents),
    provenanceSection(contents),
  ];
  return pageHtml({
    title: `${first.path} and ${second.path}`,
    kind: 'Comparison',
    lead: html`<p>A is ${first.path}, B is ${second.path}. ${verdictText(contents)}.</p>`,
    warnings: leakageWarnings(contents),
    sections: sections.filter((section) => section !== null),
  });
}

function figuresSection({ figures, groups }: CompareContents): Section {
  return {
    id: 'figures',
    heading: 'All figures',
    note: html`<p>An interval is made to hold the true difference in 95 of 100 repetitions with new patches${groups === null ? '' : ' of new slides'}. Both models are scored on the same resamples. Where none is given, the difference does not vary.</p><p>Figures that need a threshold are those at 0.5. A lower loss, Brier score or ECE is better.</p>`,
    body: differencesTable('Rounded to four decimals; compare.json has every digit.', figures),
  };
}

async function rocSection({ rocs, figures }: CompareContents): Promise<Section | null> {
  const { first, second } = figures.roc_auc;
  const [one, other] = rocs;
  if (one === null || other === null || first === null || second === null) return null;
  const chart = await rocPairChart({ roc: one, area: first }, { roc: other, area: second });
  return {
    id: 'discrimination',
    heading: 'Discrimination',
    note: html`<p>How well tumour and normal are told apart, at every threshold at once.</p>`,
    body: html`<div class="charts">${chartFigure(
      chart,
      html`<strong>ROC.</strong> A, the full line, has the area ${figureText(first)}; B, dashed, ${figureText(second)}. Dotted: chance.`,
    )}</div>`,
  };
}

function testsSection({ delong, mcnemar }: CompareContents): Section {
  return {
    id: 'tests',
    heading: 'Paired tests',
    note: html`<p>Both take patches as independent of each other. p is two-sided: how often a difference at least as large would come by chance, were there none.</p>`,
    body: definitionRows([
      { name: 'DeLong, ROC AUC', value: delongText(delong) },
      { name: 'McNemar, at 0.5', value: `${mcnemarText(mcnemar)} (exact)` },
    ]),
  };
}

function provenanceSection({ first, second, labels, data_digest }: CompareContents): Section {
  const labelsText = labels ?? 'those of the predictions';
  return {
    id: 'provenance',
    heading: 'Provenance',
    note: null,
    body: definitionRows([
      { name: 'A', value: sourceText(first) },
      { name: 'B', value: sourceText(second) },
      { name: 'labels', value: labelsText },
      { name: 'ids and labels', value: `sha256 ${data_digest}` },
    ]),
  };
}

function sourceText({ file, clipped }: ComparedSource): string {
  return clipped === null ? file : `${file}: ${logOddsText(clipped)}`;
}
