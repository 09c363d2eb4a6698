import type { ComparedFigure } from '../../evaluate/compare-predictions.js';
import type { CompareContents } from '../compare-contents.js';
import { differenceText, howSureText, verdictText } from '../comparison-words.js';
import { countText } from '../count-text.js';
import { differenceMark, reachOf } from '../differences-table.js';
import { figureGlossary } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { minus, rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';

const headlineFigures = ['roc_auc', 'accuracy', 'sensitivity', 'specificity'] as const;

/** How far the two are apart, how sure that is, and on what. */
export function differenceSection(contents: CompareContents): Section {
  const { examples, positives, negatives, groups, figures } = contents;
  const reach = reachOf(figures);
  const slides = groups === null ? '' : ` of ${countText(groups)} slides`;
  return {
    id: 'glance',
    heading: 'At a glance',
    note: html`<p>A minus B: above 0, A has the higher figure. The bar under a figure is its 95\u00a0% interval, from −${reach} to +${reach} with 0 in the middle. Accuracy, sensitivity and specificity are those at probability 0.5.</p>`,
    body: html`<dl class="headline">${headlineFigures.map((name) => headline(contents, name, reach))}</dl>
<dl class="glance">
<div class="plain"><dt>Which is better</dt><dd>${verdictText(contents)}.</dd></div>
<div class="plain"><dt>On what</dt><dd>The same ${countText(examples)} patches${slides} (${countText(positives)} tumour, ${countText(negatives)} normal) for both.</dd></div>
<div class="${groups === null ? 'caution' : 'plain'}"><dt>How sure</dt><dd>${howSureText(contents)}</dd></div>
</dl>`,
  };
}

function headline({ figures }: CompareContents, name: ComparedFigure, reach: number): Html {
  const { difference, interval } = figures[name];
  const mark = difference === null ? null : differenceMark(difference, interval, reach);
  const sure = interval === null ? 'no interval' : `${rangeText(interval)}, ${interval.method}`;
  return html`<div class="${name === 'roc_auc' ? 'first' : 'other'}"><dt>${figureGlossary[name].title}, A − B</dt><dd><span class="value">${minus(differenceText(difference))}</span>${mark}<span class="sure">${sure}</span></dd></div>`;
}
