import { definitionRows, type Fact } from '../definition-rows.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { ReportContents } from '../report-contents.js';

/**
 * The model card: intended use, factors, metrics, data, ethics and caveats.
 *
 * @see Mitchell et al. 2019, "Model cards for model reporting", doi:10.1145/3287560.3287596
 */
export function modelCardSection({ modelCard, split, evaluation }: ReportContents): Section {
  const { model, trainingData, trainingRecipe, evaluationData } = modelCard;
  const slides =
    evaluation.groups === null
      ? 'Slides, hospitals, scanners and stains of these patches are not known to histo, so that no figure is broken down by them.'
      : `Patches are of ${evaluation.groups} slides. Hospitals, scanners and stains are not known to histo, so that no figure is broken down by them.`;
  return {
    id: 'card',
    heading: 'Model card',
    note: html`<p>After Mitchell et al. 2019, “Model cards for model reporting” (<span class="range">doi:10.1145/3287560.3287596</span>).</p>`,
    body: html`${factsPart('Model details', model)}
<h3>Intended use</h3>
<p>Research on classifying small patches of stained tissue as tumour or normal: comparing methods, data and recipes, and teaching.</p>
<p>Not intended: diagnosis, screening, triage or any other decision about a patient; whole slides, which a patch classifier does not read; tissue, stains, scanners or magnifications unlike those of the training patches.</p>
<h3>Factors</h3>
<p>${slides} Figures on other material can be much lower.</p>
<h3>Metrics</h3>
<p>Those under <a href="#figures">all figures</a>, with 95\u00a0% intervals, at the thresholds under <a href="#thresholds">operating points</a>. ROC AUC leads, as it needs no threshold and does not depend on the share of tumour.</p>
${factsPart('Evaluation data', [...evaluationData, { name: 'split', value: split.text }])}
${factsPart('Training data', trainingData)}
${factsPart('Training recipe', trainingRecipe)}
<h3>Ethical considerations</h3>
<p>Patches come from patients. Use them within their licence and consent, and try to identify no one. The model has no approval as a medical device anywhere. A wrong answer of such a model, believed, can harm: it must not be the reason for treating or not treating anybody.</p>
<h3>Caveats and recommendations</h3>
<p>Validate on slides of other hospitals before drawing a conclusion. Choose a threshold on validation patches and keep it. Look at the wrong patches: labels can be wrong too. A high figure with slides on both sides of the split says little about new slides.</p>`,
  };
}

function factsPart(heading: string, facts: readonly Fact[]): Html | null {
  if (facts.length === 0) return null;
  return html`<h3>${heading}</h3>${definitionRows(facts)}`;
}
