import { type Html, html } from './html.js';
import { percent } from './interval-mark.js';
import { heatUri, type PatchSample, pixelsUri } from './patch-picture.js';

/** A patch's picture and what is said below it. */
export interface PatchCard {
  readonly patch: Omit<PatchSample, 'label' | 'probability'>;
  readonly lines: Html;
}

/**
 * Patches side by side, each with its id. The square that the model saw is outlined; where there is
 * a heat map, the patch stands beside itself with the map laid over.
 */
export async function patchSheet(cards: readonly PatchCard[]): Promise<Html> {
  const figures = await Promise.all(cards.map(patchFigure));
  return html`<ul class="sheet">${figures.map((figure) => html`<li>${figure}</li>`)}</ul>`;
}

async function patchFigure({ patch, lines }: PatchCard): Promise<Html> {
  const { id, pixels, widthPx, heightPx, heat } = patch;
  const source = await pixelsUri(pixels, widthPx, heightPx);
  const outline = `--x: ${percent(patch.crop.x / widthPx)}; --y: ${percent(patch.crop.y / heightPx)}; --w: ${percent(patch.crop.sizePx / widthPx)}; --h: ${percent(patch.crop.sizePx / heightPx)}`;
  const picture = (alt: string, over: Html | null) =>
    html`<span class="picture" style="${outline}"><img src="${source}" width="${widthPx}" height="${heightPx}" alt="${alt}">${over}<i></i></span>`;
  const heated =
    heat === null
      ? null
      : picture(
          `Where the answer for ${id} comes from (Grad-CAM)`,
          html`<img class="heat" src="${await heatUri(heat)}" alt="">`,
        );
  return html`<figure><div class="pictures">${picture(`Patch ${id}`, null)}${heated}</div>
<figcaption>${lines}<span class="id">${id}</span></figcaption></figure>`;
}

const classNames = ['normal', 'tumour'] as const;

/** What was said of a patch: label, verdict, probability in words and on a line from 0 to 1. */
export function answerLines({
  label,
  probability,
}: Pick<PatchSample, 'label' | 'probability'>): Html {
  const isRight = (probability >= 0.5 ? 1 : 0) === label;
  const [name, called] = [label, isRight ? label : 1 - label].map(
    (one) => classNames[one] as string,
  ) as [string, string];
  return html`<span class="says"><span>${isRight ? '✓' : '✗'} <span class="class ${name}">${name}</span> called ${called}</span> <span>p ${probability.toFixed(3)}</span></span>
<span class="meter" aria-hidden="true" style="--at: ${percent(probability)}"><i></i></span>`;
}
