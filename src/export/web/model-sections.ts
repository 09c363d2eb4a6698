import { counted } from '../../counted.js';
import { definitionRows, type Fact } from '../../report/definition-rows.js';
import { figureGlossary, figureText } from '../../report/figure-glossary.js';
import { type Html, html } from '../../report/html.js';
import type { Section } from '../../report/page.js';
import type { PublicFacts } from './public-facts.js';

/** What the model is: its figures and what they are of, what it does to a patch, where it comes from. */
export function modelSections(
  facts: PublicFacts,
  network: string,
  model: Fact,
): readonly Section[] {
  return [
    {
      id: 'figures',
      heading: 'How good it is',
      note: html`<p>At probability 0.5, on the validation patches of its training. Other slides, scanners and stains can give much lower figures.</p>`,
      body: html`${headline(facts)}
<dl class="glance">${onWhat(facts)}${notFor()}</dl>`,
    },
    {
      id: 'input',
      heading: 'What it sees',
      note: html`<p>All of it is part of the model: it takes patches as they are on disk.</p>`,
      body: definitionRows(inputFacts(facts)),
    },
    {
      id: 'provenance',
      heading: 'Where it comes from',
      note: html`<p>Names of slides, patches and files are not part of this page, nor of its model.</p>`,
      body: definitionRows([
        { name: 'network', value: network },
        model,
        { name: 'exported by', value: facts.exportedBy },
        { name: 'trained by', value: facts.trainedBy },
        { name: 'checkpoint', value: `SHA-256 ${facts.checkpointSha256}` },
        { name: 'data digest', value: facts.dataDigest },
      ]),
    },
  ];
}

function headline({ metrics }: PublicFacts): Html {
  if (metrics === null) return html`<p>The checkpoint holds no figures.</p>`;
  const figures = [
    { title: figureGlossary.roc_auc.title, text: figureText(metrics['roc_auc'] ?? null) },
    { title: figureGlossary.accuracy.title, text: figureText(metrics['accuracy'] ?? null) },
    { title: figureGlossary.loss.title, text: figureText(metrics['loss'] ?? null) },
    { title: 'epoch', text: String(metrics['epoch'] ?? 'n/a') },
  ];
  return html`<dl class="headline">${figures.map(
    ({ title, text }, index) =>
      html`<div class="${index === 0 ? 'first' : 'other'}"><dt>${title}</dt><dd><span class="value">${text}</span></dd></div>`,
  )}</dl>`;
}

function onWhat({ isSlideDisjoint, sharedSlides, twins, metrics }: PublicFacts): Html {
  const sides = {
    true: 'No slide is on both sides of the split.',
    false: `${counted(sharedSlides, 'slide is', 'slides are')} on both sides of the split: the figures flatter.`,
    null: 'Whether slides are on both sides of the split is not known: the figures may flatter.',
  }[String(isSlideDisjoint) as 'true' | 'false' | 'null'];
  const twinText =
    twins === 0
      ? ''
      : ` ${counted(twins, 'training patch has a twin', 'training patches have twins')} among the validation patches, which flatters too.`;
  const epoch =
    metrics === null
      ? ''
      : ' The epoch was chosen on these very patches, which flatters a little more.';
  return html`<div class="caution"><dt>On what</dt><dd>Validation patches. ${sides}${twinText}${epoch}</dd></div>`;
}

function notFor(): Html {
  return html`<div class="plain"><dt>Not for</dt><dd>Diagnosis, or any decision about a patient. Not for stains, scanners, organs or magnifications that it was not trained on.</dd></div>`;
}

function inputFacts({ preprocessing, classNames, thresholds, temperature }: PublicFacts): Fact[] {
  const { cropPx, channels, mean, std } = preprocessing;
  return [
    { name: 'sees', value: `the centre ${cropPx} x ${cropPx} px of a patch, which may be larger` },
    { name: 'channels', value: channels === 'rgb' ? 'RGB' : 'BGR' },
    { name: 'normalisation', value: `mean ${mean.join(', ')}; deviation ${std.join(', ')}` },
    { name: 'classes', value: classNames.join(', ') },
    {
      name: 'thresholds',
      value: thresholds
        .map(({ title, probability }) =>
          title === '0.5' ? title : `${probability.toFixed(4)} (${title}, chosen on validation)`,
        )
        .join(', '),
    },
    { name: 'temperature', value: temperature?.toFixed(4) ?? 'none' },
  ];
}
