import type { DataFindings } from '../../check/data-findings.js';
import type { TwinPair } from '../../check/find-twins.js';
import type { FoundPatch } from '../../check/found-patch.js';
import type { TwinFinding } from '../../check/twin-finding.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import { type PatchCard, patchSheet } from '../patch-sheet.js';
import { moreLine, type PictureOf, patchLine, shownOfKind } from '../shown-patch.js';

const kinds: readonly (readonly [heading: string, isKind: (group: TwinFinding) => boolean])[] = [
  ['In several sets', (group) => group.is_leak],
  ['With both labels', (group) => group.is_label_conflict && !group.is_leak],
  ['Copies in a set', (group) => !group.is_leak && !group.is_label_conflict],
];

/** Patches that show the same, a pair of each group side by side. */
export async function twinsSection(
  { twins }: DataFindings,
  pictureOf: PictureOf,
): Promise<Section> {
  const parts: Html[] = [];
  for (const [heading, isKind] of kinds) {
    const groups = twins.filter(isKind);
    if (groups.length > 0) parts.push(await groupsPart(heading, groups, pictureOf));
  }
  return {
    id: 'twins',
    heading: 'Twins',
    note: html`<p>Patches that show the same: copied, encoded anew, turned or mirrored. Of each group one pair is shown; the distance is the root mean square difference of their mean levels in 8 by 8 cells, and what is named brings the first onto the second.</p>`,
    body: parts.length === 0 ? html`<p>No patch repeats another.</p>` : html`${parts}`,
  };
}

async function groupsPart(
  heading: string,
  groups: readonly TwinFinding[],
  pictureOf: PictureOf,
): Promise<Html> {
  const cards = groups.slice(0, shownOfKind).map((group) => groupCard(group, pictureOf));
  const sheet = await patchSheet(await Promise.all(cards));
  return html`<h3>${heading}</h3>${sheet}${moreLine(groups.length)}`;
}

async function groupCard(group: TwinFinding, pictureOf: PictureOf): Promise<PatchCard> {
  const pair = tellingPair(group);
  const [first, second] = patchesOf(group, pair);
  const pictures = await Promise.all([pictureOf(first), pictureOf(second)]);
  const more = group.patches.length - 2;
  const others = more === 0 ? null : html`, ${more} more in its group`;
  return {
    pictures: pictures.filter((picture) => picture !== null),
    lines: html`<span class="says"><span>${patchLine(first)}</span><span>${patchLine(second)}</span></span>
<span>${likenessText(pair)}${others}</span>`,
  };
}

/** The pair that shows best what is wrong: one of two sets, or with both labels, if there is one. */
function tellingPair(group: TwinFinding): TwinPair {
  const tells = (pair: TwinPair) => {
    const [first, second] = patchesOf(group, pair);
    return group.is_leak ? first.set !== second.set : first.label !== second.label;
  };
  return group.pairs.find(tells) ?? (group.pairs[0] as TwinPair);
}

function patchesOf({ patches }: TwinFinding, { first, second }: TwinPair) {
  return [patches[first], patches[second]] as [FoundPatch, FoundPatch];
}

function likenessText({ kind, turn, distance }: TwinPair): string {
  if (kind === 'exact') return 'the same pixels';
  const turned = turn === 'none' ? '' : `, ${turn}`;
  return `${distance.toFixed(2)} levels apart${turned}`;
}
