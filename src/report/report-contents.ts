import type { Curves } from '../evaluate/curves.js';
import type { Evaluation, FigureName } from '../evaluate/evaluate-predictions.js';
import type { Fact } from './definition-rows.js';
import type { LogLine } from './log-csv.js';
import type { PatchSample } from './patch-picture.js';

/** All that `report.html` shows, as plain data: the page reads and computes nothing else. */
export interface ReportContents {
  /** What was evaluated on what, such as "runs/first on valid_labels.csv". */
  readonly title: string;
  /** What must be read first: a leak between these patches and those of the training. */
  readonly warnings: readonly string[];
  /** What else a reader must know of the figures. */
  readonly notes: readonly string[];
  readonly split: SplitFacts;
  readonly evaluation: Evaluation;
  readonly curves: Curves;
  /** The run that made the checkpoint; null: it is not at hand. */
  readonly training: TrainingFacts | null;
  /** Figures over the folds of a cross-validation; null: there are none. */
  readonly folds: readonly FoldFigure[] | null;
  /** Null: no pictures. */
  readonly patches: PatchSamples | null;
  /** Patches that were left out because they could not be used. */
  readonly skipped: readonly SkippedPatch[];
  /** histo's version, engine, Node, checkpoint, data digest, seed, command, date, … */
  readonly provenance: readonly Fact[];
  readonly modelCard: ModelCard;
}

/** A patch that was left out. */
export interface SkippedPatch {
  readonly id: string;
  /** What was expected, what was found and the remedy. */
  readonly why: string;
}

/** Where the patches stand to those that the model was trained on. */
export interface SplitFacts {
  /** In words, as the run says it. */
  readonly text: string;
  /** True: no slide is on both sides; false: some are; null: not known. */
  readonly isSlideDisjoint: boolean | null;
  /** True if the epoch was chosen on these very patches, or most of them: the figures flatter. */
  readonly hasChosenEpoch: boolean;
}

/** A run as it went. */
export interface TrainingFacts {
  /** A line an epoch. */
  readonly log: readonly LogLine[];
  /** Counted from 1; null: not known. */
  readonly bestEpoch: number | null;
  /** A row a step, in order; any number: plots thin them. Null: not kept. */
  readonly schedule: readonly ScheduleStep[] | null;
}

/** An optimizer update as it ran; columns as in the file they come from. */
export interface ScheduleStep {
  /** Counted from 1. */
  readonly step: number;
  readonly learning_rate: number;
  readonly momentum: number;
  /** Of the step's batch; null of a step that was passed over, as its loss was not finite. */
  readonly loss: number | null;
}

/** A figure over the folds of a cross-validation. */
export interface FoldFigure {
  readonly name: FigureName;
  /** Shape [folds], in their order; null where a fold has no value. */
  readonly values: readonly (number | null)[];
  readonly mean: number;
  /** Standard deviation between the folds; null: there is one fold. */
  readonly deviation: number | null;
}

/** Patches worth a look. */
export interface PatchSamples {
  readonly right: readonly PatchSample[];
  readonly wrong: readonly PatchSample[];
  /** Nearest to probability 0.5. */
  readonly leastSure: readonly PatchSample[];
}

/**
 * What a model card says of this model; what holds of every model of histo's stands in the page.
 *
 * @see Mitchell et al. 2019, doi:10.1145/3287560.3287596
 */
export interface ModelCard {
  /** Architecture, weights it started from, crop, channels, date, licence, … */
  readonly model: readonly Fact[];
  /** Labels file, patches by class, slides, digest, … */
  readonly trainingData: readonly Fact[];
  /** Epochs, batch size, learning rates, augmentation, seed, precision, … */
  readonly trainingRecipe: readonly Fact[];
  /** Labels file, patches, digest of what the figures are of. */
  readonly evaluationData: readonly Fact[];
}
