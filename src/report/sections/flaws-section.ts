import type { DataFindings, FlawFinding } from '../../check/data-findings.js';
import { flawKinds, flawNames } from '../flaw-names.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import { type PatchCard, patchSheet } from '../patch-sheet.js';
import { moreLine, type PictureOf, patchLine, shownOfKind } from '../shown-patch.js';

/** Patches with something wrong, a sheet a kind. */
export async function flawsSection(
  { flaws }: DataFindings,
  pictureOf: PictureOf,
): Promise<Section> {
  const parts: Html[] = [];
  for (const kind of flawKinds) {
    const found = flaws.filter((flaw) => flaw.kind === kind);
    if (found.length > 0) parts.push(await kindPart(flawNames[kind], found, pictureOf));
  }
  return {
    id: 'flaws',
    heading: 'Flawed patches',
    note: html`<p>Found by what their pixels measure. Look before you leave them out: a limit that suits most stains and scanners does not suit all.</p>`,
    body: parts.length === 0 ? html`<p>No patch was flagged.</p>` : html`${parts}`,
  };
}

async function kindPart(
  name: string,
  found: readonly FlawFinding[],
  pictureOf: PictureOf,
): Promise<Html> {
  const cards = found.slice(0, shownOfKind).map(async ({ patch, detail }): Promise<PatchCard> => {
    const picture = await pictureOf(patch);
    const id = picture === null ? html`<span class="id">${patch.id}</span>` : null;
    return {
      pictures: picture === null ? [] : [picture],
      lines: html`<span class="says"><span>${patchLine(patch)}</span></span><span>${detail}</span>${id}`,
    };
  });
  const heading = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return html`<h3>${heading}</h3>${await patchSheet(await Promise.all(cards))}${moreLine(found.length)}`;
}
