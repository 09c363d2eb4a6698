import { sharedNames } from '../../check/leakage-between.js';
import { dataDigest } from '../../data/labels.js';
import { type Engine, engineText } from '../../engine/choose.js';
import { curvesOf } from '../../evaluate/curves.js';
import { calibrated } from '../../evaluate/temperature.js';
import { readPredictions } from '../../report/predictions-csv.js';
import { lostText, skippedText } from '../../report/skipped-text.js';
import { validatedText } from '../score/novelty-notes.js';
import { rowsWithIdsOf } from '../score/score-patches.js';
import type { KnownSides } from '../train/training-leakage.js';
import { allSkipped, type TrainingRun } from '../train/training-run.js';
import type { TrainingSummary } from '../train/training-summary.js';
import { reportContentsOf } from './report-contents-of.js';
import { writeMetrics, writePage } from './write-report.js';

/**
 * Writes `metrics.json` and `report.html` of a finished run: its best checkpoint on its validation
 * patches.
 *
 * @throws {UserError} If a patch or a file of the run cannot be read, or a file cannot be written.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function reportRun(
  run: TrainingRun,
  { best }: TrainingSummary,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const { folder, config, split, sides, skipped, losses } = run;
  const temperature = best.calibration?.temperature ?? null;
  const predictions = await readPredictions(folder.validPredictions);
  const labels = config.validLabels ?? config.labels;
  const patches = rowsWithIdsOf(predictions, split.valid);
  const digest = dataDigest(patches);
  const total = split.train.length + split.valid.length + skipped.length;
  const notes = [
    skippedText(skipped, total),
    lostText(losses.skipped),
    validatedText(patches.length),
  ].filter((note) => note !== null);
  const sources = {
    checkpoint: folder.path,
    evaluation: best,
    curves: curvesOf(predictions, temperature),
    predictions: calibrated(predictions, temperature),
    patches,
    reading: run.reading,
    skipped: allSkipped(run),
    data: { labels, digest },
    split: {
      text: split.description,
      isSlideDisjoint: areDisjoint(sides.slides),
      hasChosenEpoch: true,
    },
    warnings: sides.leakage === null ? [] : [sides.leakage.text],
    notes,
    engine: engine.name,
    engines: engineText(engine),
    settings: [
      { name: 'precision', value: `trained in ${config.precision}, validated in float32` },
      { name: 'seed', value: String(config.seed) },
    ],
  };
  await writePage(folder.path, await reportContentsOf(sources, signal));
  await writeMetrics(folder.path, {
    leakage: sides.leakage,
    leakage_checked: true,
    validation_share: 1,
    notes,
    ...best,
    checkpoint: folder.best,
    ensemble: [],
    tta: null,
    labels,
    engine: engineText(engine),
    computed_in: 'float32',
    data_digest: digest,
    skipped_patches: allSkipped(run),
    baseline: null,
  });
}

/** Null where no slide is known. */
function areDisjoint(slides: KnownSides['slides']): boolean | null {
  return slides === null ? null : sharedNames(slides.train, slides.valid).length === 0;
}
