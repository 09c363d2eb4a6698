import { checkpointPath } from '../../checkpoint/checkpoint.js';
import type { BatchSource, Reading } from '../../data/batches.js';
import type { ScoringEngine } from '../../engine/choose.js';
import type { Curves } from '../../evaluate/curves.js';
import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import type { Prediction } from '../../evaluate/prediction.js';
import type { Fact } from '../../report/definition-rows.js';
import type {
  PatchSamples,
  ReportContents,
  SkippedPatch,
  SplitFacts,
} from '../../report/report-contents.js';
import { histoVersion } from '../../version.js';
import { openHeatMaps } from '../score/heat-maps.js';
import { type Classifier, loadClassifier } from '../score/load-classifier.js';
import { patchSamples } from '../score/patch-samples.js';
import { type EvaluatedData, modelCardOf, trainingFactsOf } from './report-facts.js';

/** What a report is made of. */
export interface ReportSources {
  /** The checkpoint, the run folder or the exported file; of an ensemble, the first one. */
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
  /** What checkpoints were scored by. */
  readonly engine: ScoringEngine['name'];
  /** All that scored, in words. */
  readonly engines: string;
  /** What more it takes to make the evaluation again. */
  readonly settings: readonly Fact[];
}

/**
 * Gathers the contents of a report: pictures, with Grad-CAM by a checkpoint, the run that it lies in, its
 * card. The engine must have been started.
 *
 * @throws {UserError} If the checkpoint, a patch or a file of the run cannot be read.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function reportContentsOf(
  sources: ReportSources,
  signal: AbortSignal,
): Promise<ReportContents> {
  const { evaluation, curves, data, split, warnings, notes, skipped } = sources;
  const path = await checkpointPath(sources.checkpoint);
  const classifier = await loadClassifier(path);
  const { card } = classifier;
  return {
    title: `${sources.checkpoint} on ${data.labels}`,
    warnings,
    notes,
    split,
    evaluation,
    curves,
    training: await trainingFactsOf(path, card),
    folds: null,
    patches: await samplesOf(classifier, sources, signal),
    skipped,
    provenance: provenanceOf(sources, card.histo),
    modelCard: modelCardOf(card, evaluation, data),
  };
}

async function samplesOf(
  classifier: Classifier,
  { predictions, patches, reading, engine }: ReportSources,
  signal: AbortSignal,
): Promise<PatchSamples> {
  const heatMaps = await openHeatMaps(classifier, engine);
  const sight = { cropPx: classifier.card.preprocessing.cropPx, heatMaps };
  try {
    return await patchSamples(sight, predictions, patches, reading, signal);
  } finally {
    heatMaps?.dispose();
  }
}

function provenanceOf(
  { checkpoint, data, engines, settings }: ReportSources,
  trainedBy: string,
): Fact[] {
  return [
    { name: 'histo', value: `${histoVersion} (checkpoint by ${trainedBy})` },
    { name: 'engine', value: engines },
    { name: 'Node', value: `${process.version} on ${process.platform} ${process.arch}` },
    { name: 'checkpoint', value: checkpoint },
    { name: 'labels', value: data.labels },
    { name: 'data digest', value: data.digest },
    ...settings,
    { name: 'made', value: new Date().toISOString() },
  ];
}
