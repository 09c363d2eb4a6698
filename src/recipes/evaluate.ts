import { requireWritable } from '../atomic-file.js';
import { dataDigest, readLabels } from '../data/labels.js';
import type { EngineChoice } from '../engine/choose.js';
import type { Precision, PrecisionChoice } from '../engine/precision.js';
import { UserError } from '../errors.js';
import type { ThresholdRule } from '../evaluate/choose-threshold.js';
import type { BaselineComparison } from '../evaluate/compare-with-baseline.js';
import { type Curves, curvesOf } from '../evaluate/curves.js';
import { type Evaluation, evaluatePredictions } from '../evaluate/evaluate-predictions.js';
import type { Threshold } from '../evaluate/operating-point.js';
import { calibrated } from '../evaluate/temperature.js';
import type { TestTimeAugmentation } from '../model/d4-views.js';
import type { Fact } from '../report/definition-rows.js';
import { writePredictions } from '../report/predictions-csv.js';
import type { SplitFacts } from '../report/report-contents.js';
import type { Terminal } from '../terminal.js';
import { besideBaseline, openBaseline } from './baseline.js';
import { thresholdsOf } from './chosen-on-validation.js';
import { type Member, openEnsemble, scoreEnsemble } from './ensemble.js';
import { reportContentsOf } from './report-contents-of.js';
import { startScoring } from './score-checkpoint.js';
import { labelled } from './score-patches.js';
import { evaluationFiles, writeMetrics, writeReport } from './write-report.js';

export interface EvaluateOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  /** Further ones, whose logits are averaged with its own. */
  readonly ensemble: readonly string[];
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly images: string;
  /** The column that names a patch's slide, for intervals by slide; null: none. */
  readonly groupColumn: string | null;
  readonly limit: number | null;
  /** Thresholds beside 0.5 and Youden's, chosen on the checkpoint's validation patches. */
  readonly thresholds: readonly ThresholdRule[];
  readonly batchSize: number;
  readonly precision: PrecisionChoice;
  readonly engine: EngineChoice;
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
export interface EvaluationReport extends Evaluation {
  readonly checkpoint: string;
  /** Further checkpoints whose logits were averaged with the first one's. */
  readonly ensemble: readonly string[];
  /** What each checkpoint's logits were averaged over. */
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly engine: string;
  /** What large products were computed in. */
  readonly computed_in: Precision;
  /** sha256 over ids and labels in their order. */
  readonly data_digest: string;
  /**
   * True if a checkpoint was trained on this very list of patches; null if none was on this one, though
   * perhaps on some of them.
   */
  readonly is_training_data: true | null;
  /** True if these are the patches that the checkpoint's epoch and thresholds were chosen on. */
  readonly is_validation_data: boolean | null;
  /** Null: none was given. */
  readonly baseline: BaselineComparison | null;
}

/**
 * Scores a checkpoint, or several by the mean of their logits, on labelled patches; each checkpoint
 * says how patches are prepared. A checkpoint alone also brings its thresholds and its temperature.
 *
 * @throws {UserError} If a checkpoint, the labels, a patch or the baseline cannot be used, or the
 *   report cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function evaluate(
  options: EvaluateOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Evaluated> {
  const members = await openEnsemble([options.checkpoint, ...options.ensemble]);
  const patches = await readLabels(options);
  const digest = dataDigest(patches);
  const isValidation = members.some(({ card }) => card.validationDigest === digest);
  const { thresholds, temperature } = decisionsOf(members, options.thresholds, isValidation);
  const files = options.out === null ? null : evaluationFiles(options.out);
  for (const path of Object.values(files ?? {})) await requireWritable(path);
  const baseline = await openBaseline(options, patches);
  const { engine, precision } = await startScoring(options, terminal);
  const trainedOnThese = members.find(({ card }) => card.dataDigest === digest);
  if (trainedOnThese !== undefined) {
    terminal.note(
      `Note: checkpoint "${trainedOnThese.path}" was trained on these very patches: the figures say nothing about new ones`,
    );
  }
  const scoring = { batchSize: options.batchSize, precision, tta: options.tta };
  const scores = await scoreEnsemble(members, patches, scoring, terminal, interruption);
  const predictions = labelled(scores, patches);
  const shown = calibrated(predictions, temperature);
  const evaluation = evaluatePredictions(predictions, { thresholds, temperature });
  const evaluated: Evaluated = {
    report: {
      ...evaluation,
      checkpoint: options.checkpoint,
      ensemble: options.ensemble,
      tta: options.tta,
      labels: options.labels,
      engine: `${engine.name} (${engine.version}, ${engine.device})`,
      computed_in: precision,
      data_digest: digest,
      is_training_data: trainedOnThese === undefined ? null : true,
      is_validation_data: isValidation,
      baseline: besideBaseline(shown, baseline),
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
      data: { labels: options.labels, digest },
      split: splitFacts(members, patches.length, isValidation),
      leakage: null,
      engine,
      settings: settingsOf(options, precision),
    };
    const contents = await reportContentsOf(sources, interruption);
    await writePredictions(evaluationFiles(options.out).predictions, shown);
    await writeReport(options.out, contents, options);
    await writeMetrics(options.out, evaluated.report);
  }
  return evaluated;
}

function splitFacts(
  members: readonly Member[],
  patches: number,
  isValidation: boolean,
): SplitFacts {
  const trained = members.map(({ card }) => card.split).join('; ');
  const scored = isValidation
    ? 'these are its validation patches'
    : `whether any of these ${patches} patches is of a slide that was trained on is not known`;
  const text = `${trained}; ${scored}`;
  return { text, isSlideDisjoint: null, hasChosenEpoch: isValidation };
}

function settingsOf({ ensemble, tta, batchSize }: EvaluateOptions, precision: Precision): Fact[] {
  return [
    { name: 'precision', value: precision },
    { name: 'batch size', value: String(batchSize) },
    ...(tta === null ? [] : [{ name: 'test-time augmentation', value: tta }]),
    ...ensemble.map((path) => ({ name: 'averaged with', value: path })),
  ];
}

/** What a checkpoint chose on its validation patches; several of them have not chosen together. */
function decisionsOf(
  members: readonly Member[],
  wished: readonly ThresholdRule[],
  isValidation: boolean,
): { readonly thresholds: readonly Threshold[]; readonly temperature: number | null } {
  const [only, ...others] = members as [Member, ...Member[]];
  if (others.length === 0) {
    const { temperature } = only.card.chosen;
    return { thresholds: thresholdsOf(only, wished, isValidation), temperature };
  }
  if (wished.length === 0) return { thresholds: [], temperature: null };
  throw new UserError(
    'Cannot choose a threshold for an ensemble: expected one checkpoint, whose validation patches it is chosen on, got several; leave --ensemble or the wished sensitivity and specificity out',
  );
}
