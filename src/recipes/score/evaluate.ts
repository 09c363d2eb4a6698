import { requireWritable } from '../../atomic-file.js';
import type { OnBadPatch, SkippedPatch } from '../../data/bad-patches.js';
import { dataDigest, readLabels } from '../../data/labels.js';
import type { ScoringEngineChoice } from '../../engine/choose.js';
import type { Precision, PrecisionChoice } from '../../engine/precision.js';
import type { ThresholdRule } from '../../evaluate/choose-threshold.js';
import type { BaselineComparison } from '../../evaluate/compare-with-baseline.js';
import { type Curves, curvesOf } from '../../evaluate/curves.js';
import { type Evaluation, evaluatePredictions } from '../../evaluate/evaluate-predictions.js';
import { calibrated } from '../../evaluate/temperature.js';
import type { TestTimeAugmentation } from '../../model/d4-views.js';
import type { Fact } from '../../report/definition-rows.js';
import { leakageWarnings } from '../../report/leakage-text.js';
import { writePredictions } from '../../report/predictions-csv.js';
import type { SplitFacts } from '../../report/report-contents.js';
import { skippedText } from '../../report/skipped-text.js';
import type { Terminal } from '../../terminal.js';
import { reportContentsOf } from '../report/report-contents-of.js';
import { evaluationFiles, writeMetrics, writeReport } from '../report/write-report.js';
import { besideBaseline, openBaseline } from './baseline.js';
import { decisionsOf } from './decisions.js';
import { type Member, openEnsemble, scoreEnsemble } from './ensemble.js';
import { lookAtPatches } from './look-at-patches.js';
import { haveMostlyValidated, type Novelty, noveltyOf } from './novelty.js';
import { labelled, rowsWithIdsOf } from './score-patches.js';
import { startScoring } from './start-scoring.js';

export interface EvaluateOptions {
  /** A checkpoint, a run folder: its best one, or an exported file. */
  readonly checkpoint: string;
  /** Further ones, whose logits are averaged with its own. */
  readonly ensemble: readonly string[];
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly images: string;
  /** The column that names a patch's slide, for intervals by slide; null: none. */
  readonly groupColumn: string | null;
  readonly limit: number | null;
  /** Whether to go on though patches or slides were trained on. */
  readonly allowLeakage: boolean;
  readonly onBadPatch: OnBadPatch;
  /** Thresholds beside 0.5 and Youden's, chosen on the checkpoint's validation patches. */
  readonly thresholds: readonly ThresholdRule[];
  readonly batchSize: number;
  readonly precision: PrecisionChoice;
  readonly engine: ScoringEngineChoice;
  /** Earlier predictions of the same patches to compare with, as `predictionsOf` takes them; null: none. */
  readonly baseline: string | null;
  /** Folder for metrics.json, predictions.csv and report.html; null: none. */
  readonly out: string | null;
  /** Whether the plots of the report are written as PNG too. */
  readonly png: boolean;
}

/** An evaluation, and the curves that it may be drawn with. */
export interface Evaluated {
  readonly report: EvaluationReport;
  readonly curves: Curves;
}

/** The figures, and what they are figures of. */
export interface EvaluationReport extends Novelty, Evaluation {
  readonly checkpoint: string;
  /** Further checkpoints whose logits were averaged with the first one's. */
  readonly ensemble: readonly string[];
  /** What each checkpoint's logits were averaged over. */
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly engine: string;
  /** What large products were computed in. */
  readonly computed_in: Precision;
  /** sha256 over ids and labels of what was scored, in their order. */
  readonly data_digest: string;
  /** Patches that could not be used. */
  readonly skipped_patches: readonly SkippedPatch[];
  /** Null: none was given. */
  readonly baseline: BaselineComparison | null;
}

/**
 * Scores a checkpoint, or several by the mean of their logits, on labelled patches; each checkpoint
 * says how patches are prepared. A checkpoint alone also brings its thresholds and its temperature.
 *
 * @throws {UserError} If a checkpoint, the labels, a patch or the baseline cannot be used, a patch or a
 *   slide was trained on and that is not allowed, or the report cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function evaluate(
  options: EvaluateOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Evaluated> {
  const members = await openEnsemble([options.checkpoint, ...options.ensemble]);
  const all = await readLabels(options);
  const files = options.out === null ? null : evaluationFiles(options.out);
  for (const path of Object.values(files ?? {})) await requireWritable(path);
  const looked = await lookAtPatches(all, members, options.onBadPatch, terminal, interruption);
  const { bad, reading } = looked;
  const baseline = await openBaseline(options, looked.patches, bad.skipped);
  const { engine, engines, precision } = await startScoring(members, options, terminal);
  const known = noveltyOf(members, looked, options, terminal);
  const isValidation = haveMostlyValidated(known);
  const decisions = decisionsOf(members, { ...options, isValidation });
  const { thresholds, temperature } = decisions;
  const notes = [...known.notes, ...decisions.notes];
  for (const note of notes) terminal.note(`Note: ${note}`);
  const { batchSize, tta } = options;
  const scoring = { ...reading, batchSize, engine, precision, tta };
  const scores = await scoreEnsemble(members, looked.patches, scoring, terminal, interruption);
  const patches = rowsWithIdsOf(scores, looked.patches);
  const digest = dataDigest(patches);
  const skipped = skippedText(bad.skipped, all.length);
  if (skipped !== null) terminal.note(`Note: ${skipped}`);
  const novelty: Novelty = { ...known, notes: [...(skipped === null ? [] : [skipped]), ...notes] };
  const predictions = labelled(scores, patches);
  const shown = calibrated(predictions, temperature);
  const evaluation = evaluatePredictions(predictions, { thresholds, temperature });
  const evaluated: Evaluated = {
    report: {
      ...novelty,
      ...evaluation,
      checkpoint: options.checkpoint,
      ensemble: options.ensemble,
      tta,
      labels: options.labels,
      engine: engines,
      computed_in: precision,
      data_digest: digest,
      skipped_patches: bad.skipped,
      baseline: await besideBaseline(shown, baseline, bad.skipped, interruption),
    },
    curves: curvesOf(predictions, temperature),
  };
  if (options.out !== null) {
    const sources = {
      ...evaluated,
      evaluation,
      checkpoint: options.checkpoint,
      predictions: shown,
      patches,
      reading,
      skipped: bad.skipped,
      data: { labels: options.labels, digest },
      split: splitFacts(members, evaluation, novelty),
      warnings: leakageWarnings(novelty),
      notes: novelty.notes,
      engine,
      engines,
      settings: settingsOf(options, precision),
    };
    const contents = await reportContentsOf(sources, interruption);
    await writePredictions(evaluationFiles(options.out).predictions, shown);
    await writeReport(options.out, contents, options);
    await writeMetrics(options.out, evaluated.report);
  }
  return evaluated;
}

/** What is known of where the patches stand to those of the training. */
function splitFacts(
  members: readonly Member[],
  { groups }: Evaluation,
  novelty: Novelty,
): SplitFacts {
  const areSlidesKnown = groups !== null && members.every(({ card }) => card.slides !== null);
  return {
    text: `the training's own: ${members.map(({ card }) => card.split).join('; ')}`,
    isSlideDisjoint: areSlidesKnown ? (novelty.leakage?.shared_slides ?? 0) === 0 : null,
    hasChosenEpoch: haveMostlyValidated(novelty),
  };
}

function settingsOf({ ensemble, tta, batchSize }: EvaluateOptions, precision: Precision): Fact[] {
  return [
    { name: 'precision', value: precision },
    { name: 'batch size', value: String(batchSize) },
    ...(tta === null ? [] : [{ name: 'test-time augmentation', value: tta }]),
    ...ensemble.map((path) => ({ name: 'averaged with', value: path })),
  ];
}
