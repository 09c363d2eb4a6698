import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.js';
import type { Batch } from '../../data/batches.js';
import { NotFiniteError } from '../../engine/ops/compile.js';
import { UserError } from '../../errors.js';
import type { ActivationPeak } from '../../model/activation-peaks.js';
import { quote } from '../../quote.js';
import type { OneCyclePoint } from '../../train/one-cycle.js';
import { hasCheckpoint } from './run-folder.js';
import type { TrainingRun } from './training-run.js';

const shownIds = 3;

/**
 * One optimizer update of a run. A step whose loss or gradients are not finite changes no weight; what
 * led to it is written to `nonfinite-step-N.json` of the run folder.
 *
 * @returns The batch's loss; null if it is not finite and the config lets the run pass over it.
 * @throws {UserError} If it is not finite and the config does not.
 */
export async function takeStep(
  run: TrainingRun,
  batch: Batch,
  { learningRate, momentum }: OneCyclePoint,
  onNotice: (notice: string) => void,
): Promise<number | null> {
  const { trainer, progress, config } = run;
  try {
    const { loss } = await trainer.step(batch, progress.step, learningRate, momentum);
    return loss;
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error;
    const text = await describe(run, batch, { learningRate, momentum }, error);
    if (progress.skippedSteps >= stepsToSkip(config.onNonfinite)) {
      throw new UserError(`Cannot go on training: ${text}; ${remedy(run)}`, { cause: error });
    }
    progress.skippedSteps += 1;
    onNotice(`Note: ${text}; passed over, ${progress.skippedSteps} so far`);
    return null;
  }
}

/** How many steps may be passed over: `skip 10` is 10, `stop` none. */
function stepsToSkip(onNonfinite: string): number {
  return Number(/^skip (\d+)$/.exec(onNonfinite)?.[1] ?? 0);
}

/** Writes down what led to a loss that is not finite. @returns The same in short. */
async function describe(
  { trainer, progress, folder, writer }: TrainingRun,
  batch: Batch,
  { learningRate, momentum }: OneCyclePoint,
  { value }: NotFiniteError,
): Promise<string> {
  const step = progress.step + 1;
  const peaks = await trainer.peaks(batch, progress.step);
  const record = {
    step,
    epoch: progress.epoch + 1,
    loss: value,
    learning_rate: learningRate,
    momentum,
    ids: batch.ids,
    largest_activations: Object.fromEntries(peaks.map(({ layer, peak }) => [layer, peak])),
  };
  const path = join(folder.path, `nonfinite-step-${step}.json`);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await writer.patiently(() => writeFileAtomically(path, [text]));
  return `expected finite loss and gradients at step ${step}, got ${value} with a learning rate of ${learningRate} and the patches ${idsText(batch.ids)}; ${peaksText(peaks)}; the weights are as before that step; all of it is in "${path}"`;
}

function idsText(ids: readonly string[]): string {
  const shown = ids.slice(0, shownIds).map(quote);
  const more = ids.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function peaksText(peaks: readonly ActivationPeak[]): string {
  const finite = peaks.flatMap(({ layer, peak }) => (peak === null ? [] : [{ layer, peak }]));
  const largest = finite.toSorted((a, b) => b.peak - a.peak)[0];
  const first = peaks.find(({ peak }) => peak === null);
  return [
    largest && `largest activation ${largest.peak.toPrecision(3)} in ${largest.layer}`,
    first && `not finite from ${first.layer} on`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function remedy({ folder, config, progress }: TrainingRun): string {
  const kept = hasCheckpoint(folder) ? `, the last good checkpoint is "${folder.last}"` : '';
  if (config.onNonfinite === 'stop') {
    return `start anew with a lower --max-lr, or pass over such steps with --on-nonfinite skip 10${kept}`;
  }
  return `${progress.skippedSteps} were passed over before, as many as --on-nonfinite "${config.onNonfinite}" allows: start anew with a lower --max-lr${kept}`;
}
