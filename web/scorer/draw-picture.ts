import type { Patch } from '../../src/data/patch.js';

const largestSidePx = 512;

/** A patch as a PNG; a large one smaller. */
export async function drawPicture({ pixels, widthPx, heightPx }: Patch): Promise<Blob> {
  const whole = new OffscreenCanvas(widthPx, heightPx);
  const rgba = new Uint8ClampedArray(4 * widthPx * heightPx).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from] as number;
    rgba[to + 1] = pixels[from + 1] as number;
    rgba[to + 2] = pixels[from + 2] as number;
  }
  contextOf(whole).putImageData(new ImageData(rgba, widthPx, heightPx), 0, 0);
  const scale = Math.min(1, largestSidePx / Math.max(widthPx, heightPx));
  if (scale === 1) return whole.convertToBlob();
  const small = new OffscreenCanvas(
    Math.max(1, Math.round(scale * widthPx)),
    Math.max(1, Math.round(scale * heightPx)),
  );
  contextOf(small).drawImage(whole, 0, 0, small.width, small.height);
  return small.convertToBlob();
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  return canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
}
