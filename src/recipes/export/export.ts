import { writeFault } from '../../atomic-file.js';
import { checkpointPath, loadCheckpoint } from '../../checkpoint/checkpoint.js';
import { sha256OfFile } from '../../download/file-digest.js';
import { type EngineChoice, engineText, startEngine } from '../../engine/choose.js';
import { UserError } from '../../errors.js';
import type { OnnxOptions } from '../../export/onnx/classifier-onnx.js';
import { modelFromState } from '../../model/model.js';
import { createScorer } from '../../model/scorer.js';
import { refuseOverwriting } from '../../refuse-overwriting.js';
import { stageOutput } from '../../staged-output.js';
import type { Terminal } from '../../terminal.js';
import type { ExportFormat, ExportSource } from './export-format.js';
import { refuseForeign } from './export-out.js';
import { type Trial, tryExport } from './export-trial.js';

export interface ExportOptions extends OnnxOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  readonly format: ExportFormat;
  /** The file or folder to write. */
  readonly out: string;
  /** Whether what is there may be replaced, whatever it is. */
  readonly isForced: boolean;
  /** Patches to compare on; null: those that come with histo. */
  readonly images: string | null;
  readonly engine: EngineChoice;
}

/**
 * How far an export's scores may be from the checkpoint's. Sums of float32 in another order leave about
 * 1e-6 of the largest logit between engines; a layer that is not the checkpoint's leaves far more.
 */
export const exportTolerance = 1e-4;

/**
 * Exports a checkpoint. Before it gets its name, the export is read back, run on real patches and
 * compared with the checkpoint; where anything is thrown, nothing is left behind.
 *
 * @returns How far the two are apart.
 * @throws {UserError} If the checkpoint or a patch cannot be used, something else is at the place or it
 *   cannot be written, or the export says other than the checkpoint.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function exportCheckpoint(
  options: ExportOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Trial> {
  const { format, out, isBare, isFolded } = options;
  refuseOptions(options);
  const path = await checkpointPath(options.checkpoint);
  await refuseForeign(out, format, options.isForced);
  await refuseOverwriting([out], [path]);
  const checkpoint = await loadCheckpoint(path);
  const sha256 = await sha256OfFile(path);
  interruption.throwIfAborted();
  const engine = await startEngine(options.engine, terminal);
  terminal.note(`Engine: ${engineText(engine)}`);
  if (format.needsNative && engine.name !== 'native') throw withoutNative(options);

  await using staged = await stageOutput(out);
  const source = { checkpoint, sha256, options: { isBare, isFolded } };
  await format.write(staged.path, source).catch((error: unknown) => {
    throw ofPlace(out, error);
  });
  interruption.throwIfAborted();
  const trial = await trialOf(staged.path, source, options, terminal, interruption);
  refuseOther(options, trial);
  interruption.throwIfAborted();
  await staged.moveIntoPlace();
  return trial;
}

/** A fault of writing beside the place, told of the place itself; any other error as it is. */
function ofPlace(out: string, error: unknown): unknown {
  const fault = error instanceof UserError ? writeFault(out, error.cause) : error;
  return fault instanceof UserError ? fault : error;
}

async function trialOf(
  path: string,
  source: ExportSource,
  { format, images }: ExportOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Trial> {
  const { card, state } = source.checkpoint;
  const { cropPx } = card.preprocessing;
  const { temperature } = card.chosen;
  const model = modelFromState(card.architecture, state);
  const scorer = createScorer(model, card.preprocessing);
  try {
    const exported = await format.open(path, source, terminal);
    try {
      const trial = { images, cropPx, temperature, signal, onNotice: terminal.note };
      return await tryExport(scorer, exported, trial);
    } finally {
      await exported.close();
    }
  } finally {
    scorer.dispose();
    model.dispose();
  }
}

/** @throws {UserError} Where the format knows no other way than its own. */
function refuseOptions({ format, isBare, isFolded }: ExportOptions): void {
  if (format.hasOptions || (isFolded && !isBare)) return;
  throw new UserError(
    `Cannot export as ${format.name}: expected no ${isBare ? '--bare' : '--no-fold'}, got it; leave it out, or take --format onnx`,
  );
}

function withoutNative({ checkpoint, format }: ExportOptions): UserError {
  return new UserError(
    `Cannot export "${checkpoint}" as ${format.name}: expected the native engine, which runs the export once to compare, got wasm; run "histo engine install" and leave --engine out`,
  );
}

/** @throws {UserError} If the export says other than the checkpoint. */
function refuseOther({ checkpoint, format }: ExportOptions, trial: Trial): void {
  const gap = Math.max(trial.logitGap, trial.probabilityGap);
  if (gap <= exportTolerance) return;
  throw new UserError(
    `Cannot export "${checkpoint}" as ${format.name}: expected the checkpoint's scores within ${exportTolerance.toExponential()}, as sums in another order leave less, got ${gap.toExponential(1)}; nothing was written: try another --engine or --format`,
  );
}
