import type { FoundPatch } from '../check/found-patch.js';
import { countText } from './count-text.js';
import { type Html, html } from './html.js';
import type { PatchPicture } from './patch-picture.js';

/** Brings a patch that is to be shown; null: it cannot be read. */
export type PictureOf = (patch: FoundPatch) => Promise<PatchPicture | null>;

/** How many of a kind are shown at most. */
export const shownOfKind = 24;

const classNames = ['normal', 'tumour'] as const;

/** A patch's set and label. */
export function patchLine({ set, label }: FoundPatch): Html {
  const name = classNames[label];
  return html`${set} <span class="class ${name}">${name}</span>`;
}

/** What is not shown of so many; nothing where all are. */
export function moreLine(count: number): Html | null {
  const more = count - shownOfKind;
  return more <= 0
    ? null
    : html`<p class="soft">and ${countText(more)} more, all of them in data-check.json</p>`;
}
