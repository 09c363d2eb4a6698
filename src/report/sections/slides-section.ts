import type { DataFindings } from '../../check/data-findings.js';
import { countText } from '../count-text.js';
import { dataTable } from '../data-table.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import { moreLine, shownOfKind } from '../shown-patch.js';

/** Slides with patches in several sets. */
export function slidesSection(findings: DataFindings): Section {
  return {
    id: 'slides',
    heading: 'Slides',
    note: html`<p>Patches of one slide resemble each other: with a slide in two sets, figures on the one flatter.</p>`,
    body: html`${slidesBody(findings)}`,
  };
}

function slidesBody({ sets, shared_slides: slides }: DataFindings): Html {
  if (sets.some((set) => set.slides === null)) {
    return html`<p>The slides are not known. Where the labels name them in a column, <code>--group-column</code> tells.</p>`;
  }
  if (slides.length === 0) return html`<p>No slide is in several sets.</p>`;
  return html`${dataTable({
    caption: 'Slides in several sets, with their patches in each',
    head: ['slide', ...sets.map(({ name }) => name)],
    rows: slides
      .slice(0, shownOfKind)
      .map(({ slide, patches }) => [
        slide,
        ...sets.map(({ name }) => countText(patches[name] ?? 0)),
      ]),
  })}${moreLine(slides.length)}`;
}
