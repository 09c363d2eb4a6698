import sharp, { type Sharp } from 'sharp';

/** A patch as a page shows it. */
export interface PatchPicture {
  readonly id: string;
  /** Shape [heightPx, widthPx, 3], red first. */
  readonly pixels: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The square that the model sees; null: none is marked. */
  readonly crop: CropSquare | null;
  /** Grad-CAM over the crop, or over the patch without one; shape [side, side] in [0, 1]. Null: none. */
  readonly heat: Float32Array | null;
}

/** A patch and what the model said of it. */
export interface PatchSample extends PatchPicture {
  /** 1 = tumour, 0 = normal. */
  readonly label: 0 | 1;
  /** Probability of tumour, in [0, 1]. */
  readonly probability: number;
}

/** A square of a patch, from its upper left corner. */
export interface CropSquare {
  readonly x: number;
  readonly y: number;
  readonly sizePx: number;
}

/** Pixels as a PNG that stands in the page itself. About 1 ms for 96 x 96. */
export async function pixelsUri(
  pixels: Uint8Array,
  widthPx: number,
  heightPx: number,
): Promise<string> {
  return pngUri(sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } }));
}

const heatOpacity = 0.75; // where the heat is 1; where it is 0 the tissue shows as it is
const heatScale = 4; // pixels of the overlay a cell side, at the least: smooth without weight

/**
 * A heat map as a transparent PNG in viridis' colours, to be laid over the crop: the hotter, the
 * more opaque. Cells are joined by cubic interpolation.
 *
 * @param heat Shape [side, side] in [0, 1].
 */
export async function heatUri(heat: Float32Array): Promise<string> {
  const { interpolateViridis } = await import('d3-scale-chromatic');
  const side = Math.round(Math.sqrt(heat.length));
  const sizePx = side * heatScale;
  const smooth = await sharp(
    Buffer.from(Uint8Array.from(heat, (value) => Math.round(255 * value))),
    {
      raw: { width: side, height: side, channels: 1 },
    },
  )
    .resize(sizePx, sizePx, { kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const colours = Array.from({ length: 256 }, (_, level) => rgbOf(interpolateViridis(level / 255)));
  const overlay = new Uint8Array(4 * smooth.length);
  smooth.forEach((level, pixel) => {
    overlay.set([...(colours[level] as Rgb), Math.round(heatOpacity * level)], 4 * pixel);
  });
  return pngUri(sharp(overlay, { raw: { width: sizePx, height: sizePx, channels: 4 } }));
}

type Rgb = readonly [red: number, green: number, blue: number];

/** `#440154` as bytes. */
function rgbOf(colour: string): Rgb {
  const bytes = Buffer.from(colour.slice(1), 'hex');
  return [bytes[0] as number, bytes[1] as number, bytes[2] as number];
}

async function pngUri(image: Sharp): Promise<string> {
  const png = await image.png({ compressionLevel: 9 }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
