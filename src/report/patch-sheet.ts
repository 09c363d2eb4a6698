import { type Html, html } from './html.js';
import { percent } from './interval-mark.js';
import { heatUri, type PatchPicture, type PatchSample, pixelsUri } from './patch-picture.js';

/** Pictures that belong together, such as a patch or a pair of twins, and what is said below. */
export interface PatchCard {
  readonly pictures: readonly PatchPicture[];
  readonly lines: Html;
}

/**
 * Cards side by side, the ids of their patches at the foot. The square that the model saw is
 * outlined; where there is a heat map, the patch stands beside itself with the map laid over.
 */
export async function patchSheet(cards: readonly PatchCard[]): Promise<Html> {
  const figures = await Promise.all(cards.map(cardFigure));
  return html`<ul class="sheet">${figures.map((figure) => html`<li>${figure}</li>`)}</ul>`;
}

async function cardFigure({ pictures, lines }: PatchCard): Promise<Html> {
  const images = await Promise.all(pictures.map(patchImages));
  const ids = pictures.map(({ id }) => html`<span class="id">${id}</span>`);
  return html`<figure><div class="pictures">${images}</div>
<figcaption>${lines}${ids}</figcaption></figure>`;
}

/** The patch, and the patch under its heat map if there is one. */
async function patchImages(picture: PatchPicture): Promise<Html[]> {
  const { id, pixels, widthPx, heightPx, crop, heat } = picture;
  const source = await pixelsUri(pixels, widthPx, heightPx);
  const outline = crop === null ? null : html`<i></i>`;
  const image = (alt: string, over: Html | null) =>
    html`<span class="picture" style="${placeOf(picture)}"><img src="${source}" width="${widthPx}" height="${heightPx}" alt="${alt}">${over}${outline}</span>`;
  const plain = image(`Patch ${id}`, null);
  if (heat === null) return [plain];
  const overlay = html`<img class="heat" src="${await heatUri(heat)}" alt="">`;
  return [plain, image(`Where the answer for ${id} comes from (Grad-CAM)`, overlay)];
}

/** The crop in shares of the patch, as CSS variables. */
function placeOf({ widthPx, heightPx, crop }: PatchPicture): string {
  const [x, y, width, height] =
    crop === null
      ? [0, 0, 1, 1]
      : [crop.x / widthPx, crop.y / heightPx, crop.sizePx / widthPx, crop.sizePx / heightPx];
  return `--x: ${percent(x)}; --y: ${percent(y)}; --w: ${percent(width)}; --h: ${percent(height)}`;
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
