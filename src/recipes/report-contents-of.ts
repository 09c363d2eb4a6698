import { checkpointPath, loadCheckpoint } from '../checkpoint/checkpoint.js';
import type { BatchSource, Reading } from '../data/batches.js';
import { type Engine, engineText } from '../engine/choose.js';
import type { Curves } from '../evaluate/curves.js';
import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import type { Prediction } from '../evaluate/prediction.js';
import type { Fact } from '../report/definition-rows.js';
import type { ReportContents, SkippedPatch, SplitFacts } from '../report/report-contents.js';
import { histoVersion } from '../version.js';
import { patchSamples } from './patch-samples.js';
import { type EvaluatedData, modelCardOf, trainingFactsOf } from './report-facts.js';

/** What a report is made of. */
export interface ReportSources {
  /** The checkpoint, or the run folder; of an ensemble, the first one. */
  readonly checkpoint: string;
  readonly evaluation: Evaluation;
  readonly curves: Curves;
  /** As they are reported, after any temperature. */
  readonly predictions: readonly Prediction[];
  /** The same patches, in the same order. */
  readonly patches: readonly BatchSource[];
  readonly reading: Reading;
  /** Patches that were left out. */
  readonly skipped: readonly SkippedPatch[];
  readonly data: EvaluatedData;
  readonly split: SplitFacts;
  /** A leak in words, or that it could not be looked for. */
  readonly warnings: readonly string[];
  /** What else a reader must know. */
  readonly notes: readonly string[];
  readonly engine: Engine;
  /** What more it takes to make the evaluation again. */
  readonly settings: readonly Fact[];
}

/**
 * Gathers the contents of a report: pictures with Grad-CAM by the checkpoint, the run that it lies in,
 * its card. The engine must have been started.
 *
 * @throws {UserError} If the checkpoint, a patch or a file of the run cannot be read.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function reportContentsOf(
  sources: ReportSources,
  signal: AbortSignal,
): Promise<ReportContents> {
  const { evaluation, curves, predictions, patches, data, split, warnings, notes, skipped } =
    sources;
  const path = await checkpointPath(sources.checkpoint);
  const checkpoint = await loadCheckpoint(path);
  const { card } = checkpoint;
  return {
    title: `${sources.checkpoint} on ${data.labels}`,
    warnings,
    notes,
    split,
    evaluation,
    curves,
    training: await trainingFactsOf(path, card),
    folds: null,
    patches: await patchSamples(checkpoint, predictions, patches, sources.reading, signal),
    skipped,
    provenance: provenanceOf(sources, card.histo),
    modelCard: modelCardOf(card, evaluation, data),
  };
}

function provenanceOf(
  { checkpoint, data, engine, settings }: ReportSources,
  trainedBy: string,
): Fact[] {
  return [
    { name: 'histo', value: `${histoVersion} (checkpoint by ${trainedBy})` },
    { name: 'engine', value: engineText(engine) },
    { name: 'Node', value: `${process.version} on ${process.platform} ${process.arch}` },
    { name: 'checkpoint', value: checkpoint },
    { name: 'labels', value: data.labels },
    { name: 'data digest', value: data.digest },
    ...settings,
    { name: 'made', value: new Date().toISOString() },
  ];
}
