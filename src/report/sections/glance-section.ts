import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import { countText } from '../count-text.js';
import { figureGlossary, figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { intervalMark, rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { ReportContents, SplitFacts } from '../report-contents.js';

const headlineFigures = ['roc_auc', 'accuracy', 'sensitivity', 'specificity'] as const;

/** How good, how sure, on what, and what it is not for. */
export function glanceSection({ evaluation, split, notes }: ReportContents): Section {
  return {
    id: 'glance',
    heading: 'At a glance',
    note: html`<p>The bar under a figure is its 95\u00a0% interval on the line from 0 to 1. Accuracy, sensitivity and specificity are those at probability 0.5.</p>`,
    body: html`<dl class="headline">${headlineFigures.map((name) => headline(evaluation, name))}</dl>
<dl class="glance">
${answer('On what', ...onWhat(evaluation, split), split.text)}
${answer('How sure', ...howSure(evaluation))}
${notes.length === 0 ? null : toMind(notes)}
${answer('Not for', 'Diagnosis, or any decision about a patient. Not for stains, scanners, organs or magnifications that it was not trained on.', false)}
</dl>`,
  };
}

/** What the ROC AUC says, in a sentence. */
export function leadText(evaluation: Evaluation): Html {
  const { examples, positives, negatives, groups, roc_auc: auc, intervals } = evaluation;
  const slides = groups === null ? '' : ` of ${countText(groups)} slides`;
  const patches = `${countText(examples)} patches${slides} (${countText(positives)} tumour, ${countText(negatives)} normal)`;
  if (auc === null) {
    return html`<p>${patches} were scored. A class is absent, so that nothing can be said of how well the two are told apart.</p>`;
  }
  const range = intervals.roc_auc;
  const sure =
    range === null
      ? ''
      : ` (95\u00a0% interval ${(100 * range.low).toFixed(1)} to ${(100 * range.high).toFixed(1)}\u00a0%)`;
  return html`<p>${patches} were scored. Of a tumour patch and a normal one, the tumour patch gets the higher score ${(100 * auc).toFixed(1)}\u00a0% of the time${sure}.</p>`;
}

function headline(evaluation: Evaluation, name: (typeof headlineFigures)[number]): Html {
  const [value, interval] = [evaluation[name], evaluation.intervals[name]];
  const sure = interval === null ? 'no interval' : `${rangeText(interval)}, ${interval.method}`;
  return html`<div class="${name === 'roc_auc' ? 'first' : 'other'}"><dt>${figureGlossary[name].title}</dt><dd><span class="value">${figureText(value)}</span>${value === null ? null : intervalMark(value, interval)}<span class="sure">${sure}</span></dd></div>`;
}

function answer(
  question: string,
  text: string,
  isCaution: boolean,
  source: string | null = null,
): Html {
  const inOwnWords = source === null ? null : html`<small>Split: ${source}.</small>`;
  return html`<div class="${isCaution ? 'caution' : 'plain'}"><dt>${question}</dt><dd>${text}${inOwnWords}</dd></div>`;
}

function toMind(notes: readonly string[]): Html {
  const items = notes.map((note) => html`<li>${note}</li>`);
  return html`<div class="caution"><dt>To mind</dt><dd><ul>${items}</ul></dd></div>`;
}

function onWhat(evaluation: Evaluation, split: SplitFacts): [text: string, isCaution: boolean] {
  const sides = {
    true: 'No slide is on both sides of the split.',
    false: 'Slides are on both sides of the split: the figures flatter.',
    null: 'Whether slides are on both sides of the split is not known: the figures may flatter.',
  }[String(split.isSlideDisjoint) as 'true' | 'false' | 'null'];
  const epoch = split.hasChosenEpoch
    ? ' The epoch was chosen on these very patches, which flatters a little more.'
    : '';
  const isCaution = split.isSlideDisjoint !== true || split.hasChosenEpoch;
  return [`${countText(evaluation.examples)} patches. ${sides}${epoch}`, isCaution];
}

function howSure({ intervals, groups }: Evaluation): [text: string, isCaution: boolean] {
  const used = Object.values(intervals).filter((interval) => interval !== null);
  if (used.length === 0) {
    const why = groups === 1 ? ': they are of one slide, and it takes several' : '';
    return [`No interval could be made for these patches${why}.`, true];
  }
  const methods = [...new Set(used.map(({ method }) => method))];
  const others = methods.filter((method) => method !== 'cluster bootstrap');
  const parts = [
    others.length < methods.length
      ? `resample ${countText(groups ?? 0)} whole slides (cluster bootstrap), as patches of one slide are not independent`
      : null,
    others.length > 0
      ? `take patches for independent (${others.join(', ')}): those of one slide are not, so that in truth it is less sure`
      : null,
  ].filter((part) => part !== null);
  return [`95\u00a0% intervals that ${parts.join('; others ')}.`, others.length > 0];
}
