import { type Batch, type BatchSource, type Reading, readBatches } from '../../data/batches.js';
import type { Prediction } from '../../evaluate/prediction.js';
import type { GradCam } from '../../model/grad-cam.js';
import type { PatchSample } from '../../report/patch-picture.js';
import type { PatchSamples } from '../../report/report-contents.js';
import type { HeatMaps } from './heat-maps.js';

const shownOfEach = 9; // three rows of three
const batchSize = 16; // Grad-CAM runs op by op

/** What the model sees of patches. */
export interface Sight {
  /** Side of the square. */
  readonly cropPx: number;
  /** Where in it the model sees tumour; null: that cannot be told. */
  readonly heatMaps: HeatMaps | null;
}

/**
 * Patches worth a look, with Grad-CAM where there is one: the first ones that are right, the most sure of
 * those that are wrong, and those nearest to one half.
 *
 * @param predictions As they are reported, after any temperature.
 * @param patches The same, in the same order.
 * @param reading A patch that cannot be used any more and is left out is not shown.
 * @throws {UserError} If a patch cannot be used any more and is not to be left out.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function patchSamples(
  { cropPx, heatMaps }: Sight,
  predictions: readonly Prediction[],
  patches: readonly BatchSource[],
  reading: Reading,
  signal: AbortSignal,
): Promise<PatchSamples> {
  const rows = chosenRows(predictions);
  const all = [...new Set([...rows.right, ...rows.wrong, ...rows.leastSure])];
  const rowOf = new Map(all.map((row) => [(patches[row] as BatchSource).id, row]));
  const samples = new Map<number, PatchSample>();
  const batches = readBatches(
    all.map((row) => patches[row] as BatchSource),
    {
      ...reading,
      batchSize,
      cropPx,
      seed: 0,
      epoch: 0,
      shuffle: false,
      augmentation: null,
      signal,
    },
  );
  for await (const batch of batches) {
    if (batch.size === 0) continue;
    const heat = heatMaps && (await heatMaps.of(batch));
    for (const sample of samplesOf(batch, heat, cropPx)) {
      const row = rowOf.get(sample.id) as number;
      const { label, probability } = predictions[row] as Prediction;
      samples.set(row, { ...sample, label, probability });
    }
  }
  const shown = (chosen: readonly number[]) => chosen.flatMap((row) => samples.get(row) ?? []);
  return {
    right: shown(rows.right),
    wrong: shown(rows.wrong),
    leastSure: shown(rows.leastSure),
  };
}

function chosenRows(predictions: readonly Prediction[]) {
  const doubt = (row: number) => Math.abs((predictions[row] as Prediction).probability - 0.5);
  const isRight = ({ probability, label }: Prediction) => (probability >= 0.5 ? 1 : 0) === label;
  const rows = [...predictions.keys()];
  const [right, wrong] = [true, false].map((wanted) =>
    rows.filter((row) => isRight(predictions[row] as Prediction) === wanted),
  ) as [number[], number[]];
  return {
    right: right.slice(0, shownOfEach),
    wrong: wrong.toSorted((a, b) => doubt(b) - doubt(a)).slice(0, shownOfEach),
    leastSure: rows.toSorted((a, b) => doubt(a) - doubt(b)).slice(0, shownOfEach),
  };
}

function samplesOf(batch: Batch, heat: GradCam | null, cropPx: number) {
  const { pixels, steps, ids, widthPx, heightPx } = batch;
  const bytes = 3 * widthPx * heightPx;
  const [left, top] = [steps[2] as number, steps[5] as number]; // in 16.16 fixed point
  const crop = { x: left >> 16, y: top >> 16, sizePx: cropPx };
  return ids.map((id, row) => ({
    id,
    pixels: pixels.slice(row * bytes, (row + 1) * bytes),
    widthPx,
    heightPx,
    crop,
    heat: heat && mapOf(heat, row),
  }));
}

function mapOf({ maps, sidePx }: GradCam, row: number): Float32Array {
  const cells = sidePx * sidePx;
  return maps.slice(row * cells, (row + 1) * cells);
}
