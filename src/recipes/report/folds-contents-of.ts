import { loadCheckpoint } from '../../checkpoint/checkpoint.js';
import type { Curves } from '../../evaluate/curves.js';
import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import type { Fact } from '../../report/definition-rows.js';
import { shownFigures } from '../../report/figure-glossary.js';
import { leakageWarnings } from '../../report/leakage-text.js';
import type { FoldFigure, ReportContents, SplitFacts } from '../../report/report-contents.js';
import { histoVersion } from '../../version.js';
import type { FoldRun } from '../train/open-folds.js';
import type { SlidesAcross } from './folds-notes.js';
import type { FoldsReport } from './folds-report.js';
import { modelCardOf } from './report-facts.js';

/** What the report of a cross-validation is made of. */
export interface FoldsSources {
  readonly runs: readonly FoldRun[];
  readonly slides: SlidesAcross;
  readonly evaluation: Evaluation;
  readonly curves: Curves;
  readonly report: FoldsReport;
}

const ofOneFold = ['fold', 'epoch', 'split', 'temperature']; // what a fold's card says of it alone

/**
 * Gathers the contents of the report of a cross-validation, without pictures: no model has seen all
 * patches.
 *
 * @throws {UserError} If the first fold's checkpoint cannot be read.
 */
export async function foldsContentsOf(sources: FoldsSources): Promise<ReportContents> {
  const { runs, evaluation, curves, report } = sources;
  const { card } = await loadCheckpoint((runs[0] as FoldRun).folder.best);
  const data = { labels: report.labels, digest: report.data_digest };
  const { model, trainingData, trainingRecipe, evaluationData } = modelCardOf(
    card,
    evaluation,
    data,
  );
  const common = (facts: readonly Fact[]) => facts.filter(({ name }) => !ofOneFold.includes(name));
  return {
    title: `Folds of ${report.checkpoint}`,
    warnings: leakageWarnings(report),
    notes: report.notes,
    split: splitFacts(sources),
    evaluation,
    curves,
    training: null,
    folds: foldFigures(report),
    patches: null,
    skipped: report.skipped_patches,
    provenance: provenanceOf(report),
    modelCard: {
      model: common(model),
      trainingData: common(trainingData),
      trainingRecipe: common(trainingRecipe),
      evaluationData,
    },
  };
}

function splitFacts({ runs, slides }: FoldsSources): SplitFacts {
  const [first] = runs as readonly [FoldRun, ...FoldRun[]];
  const isSlideDisjoint = slides.torn > 0 ? false : slides.areKnown || null;
  const text = `${first.record.split} (the first of ${runs.length})`;
  return { text, isSlideDisjoint, hasChosenEpoch: true };
}

/** The figures of every fold by their number; null where a fold is missing. */
function foldFigures({ folds, spread, missing_folds }: FoldsReport): FoldFigure[] {
  const count = folds.length + missing_folds.length;
  return shownFigures.flatMap((name) => {
    const over = spread[name];
    if (over === null) return [];
    const values = new Array<number | null>(count).fill(null);
    for (const [at, fold] of folds.entries()) values[(fold.fold ?? at + 1) - 1] = fold[name];
    return [{ name, values, mean: over.mean, deviation: over.standard_deviation }];
  });
}

function provenanceOf({ folds, labels, engine, data_digest }: FoldsReport): Fact[] {
  return [
    { name: 'histo', value: histoVersion },
    { name: 'engine', value: engine },
    { name: 'Node', value: `${process.version} on ${process.platform} ${process.arch}` },
    ...folds.map(({ fold, run }, at) => ({ name: `fold ${fold ?? at + 1}`, value: run })),
    { name: 'labels', value: labels },
    { name: 'data digest', value: data_digest },
    { name: 'made', value: new Date().toISOString() },
  ];
}
