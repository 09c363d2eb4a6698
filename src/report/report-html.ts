import { reportCharts } from './charts/report-charts.js';
import { definitionRows } from './definition-rows.js';
import { html } from './html.js';
import { pageHtml, type Section } from './page.js';
import type { ReportContents } from './report-contents.js';
import { calibrationSection } from './sections/calibration-section.js';
import { discriminationSection } from './sections/discrimination-section.js';
import { figuresSection } from './sections/figures-section.js';
import { foldsSection } from './sections/folds-section.js';
import { glanceSection, leadText } from './sections/glance-section.js';
import { modelCardSection } from './sections/model-card-section.js';
import { patchesSection } from './sections/patches-section.js';
import { skippedSection } from './sections/skipped-section.js';
import { thresholdsSection } from './sections/thresholds-section.js';
import { trainingSection } from './sections/training-section.js';

/**
 * An evaluation as one HTML page that needs nothing else: how good, how sure, on what, what not for;
 * then every figure, plots, patches, the run, the model card and where it all comes from.
 *
 * Takes about a second, and 40 kB a patch that is shown.
 */
export async function reportHtml(contents: ReportContents): Promise<string> {
  const { title, warnings, evaluation, training, folds, patches, skipped } = contents;
  const charts = await reportCharts(contents);
  const sections = [
    glanceSection(contents),
    figuresSection(evaluation),
    discriminationSection(contents, charts),
    thresholdsSection(evaluation.operating_points),
    calibrationSection(contents, charts),
    folds === null ? null : foldsSection(folds),
    patches === null ? null : await patchesSection(patches),
    skipped.length === 0 ? null : skippedSection(skipped),
    training === null ? null : trainingSection(training, charts),
    modelCardSection(contents),
    provenanceSection(contents),
  ];
  return pageHtml({
    title,
    kind: 'Evaluation report',
    lead: leadText(evaluation),
    warnings,
    sections: sections.filter((section) => section !== null),
  });
}

function provenanceSection({ provenance }: ReportContents): Section {
  return {
    id: 'provenance',
    heading: 'Provenance',
    note: html`<p>What it takes to make this page again.</p>`,
    body: definitionRows(provenance),
  };
}
