import { d4Views, type TestTimeAugmentation } from './d4-views.js';
import type { PatchBatch } from './preprocess.js';

/**
 * The logits of a batch: of one pass, or the means over its views, one pass after the other.
 *
 * @param options.tta Null: the batch as it is.
 * @param pass Gives logits, shape [n, classes], row by row.
 */
export async function meanOverViews(
  batch: PatchBatch,
  { cropPx, tta }: { readonly cropPx: number; readonly tta: TestTimeAugmentation | null },
  pass: (view: PatchBatch) => Promise<Float32Array>,
): Promise<Float32Array> {
  if (tta === null) return await pass(batch);
  const passes: Float32Array[] = [];
  for (const view of d4Views(batch, cropPx)) passes.push(await pass(view));
  return Float32Array.from(passes[0] ?? [], (_, at) => {
    const sum = passes.reduce((total, values) => total + (values[at] as number), 0);
    return sum / passes.length;
  });
}
