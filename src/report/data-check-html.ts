import { basename } from 'node:path';
import type { DataFindings } from '../check/data-findings.js';
import { counted } from '../counted.js';
import { countText } from './count-text.js';
import { dataCheckVerdict } from './data-check-verdict.js';
import { html } from './html.js';
import { pageHtml } from './page.js';
import { flawsSection } from './sections/flaws-section.js';
import { setsSection } from './sections/sets-section.js';
import { slidesSection } from './sections/slides-section.js';
import { twinsSection } from './sections/twins-section.js';
import type { PictureOf } from './shown-patch.js';

/**
 * What a look at data sets found, as one HTML page that needs nothing else: each set in figures, twins
 * side by side, slides in several sets, flawed patches. Takes about a millisecond, and 20 kB, a patch
 * that is shown: at most 24 pairs or patches of a kind.
 *
 * @param pictureOf Reads a patch that is to be shown; null: it cannot be read.
 */
export async function dataCheckHtml(findings: DataFindings, pictureOf: PictureOf): Promise<string> {
  const { sets } = findings;
  const patches = sets.reduce((sum, set) => sum + set.patches, 0);
  return pageHtml({
    title: sets.map(({ labels }) => basename(labels)).join(', '),
    kind: 'Data check',
    lead: html`<p>${countText(patches)} patches of ${counted(sets.length, 'set')} were looked at: ${dataCheckVerdict(findings)}.</p>`,
    warnings: warningsOf(findings),
    sections: [
      setsSection(sets),
      await twinsSection(findings, pictureOf),
      slidesSection(findings),
      await flawsSection(findings, pictureOf),
    ],
  });
}

function warningsOf({ leaks, label_conflicts, shared_slides }: DataFindings): string[] {
  const leaked = [
    leaks === 0 ? null : `${counted(leaks, 'group')} of twins`,
    shared_slides.length === 0 ? null : counted(shared_slides.length, 'slide'),
  ].filter((part) => part !== null);
  return [
    leaked.length === 0
      ? null
      : `Leakage: ${leaked.join(' and ')} in several sets. Figures on one set say less of new patches than they seem to.`,
    label_conflicts === 0
      ? null
      : `${counted(label_conflicts, 'group')} of twins with both labels, of which one must be wrong.`,
  ].filter((warning) => warning !== null);
}
