import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckpointCard } from '../../checkpoint/card.js';
import { counted } from '../../counted.js';
import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import type { Fact } from '../../report/definition-rows.js';
import { readLog } from '../../report/log-csv.js';
import type { ModelCard, TrainingFacts } from '../../report/report-contents.js';
import { readSteps } from '../../report/steps-csv.js';
import { runFolder } from '../train/run-folder.js';

/** What was evaluated, for the model card and the provenance. */
export interface EvaluatedData {
  /** The labels file. */
  readonly labels: string;
  /** sha256 over ids and labels. */
  readonly digest: string;
}

const dataKeys = ['labels', 'validLabels', 'split', 'groupColumn', 'exclude', 'limit'];
const recipeKeys = [
  ...['preset', 'epochs', 'batchSize', 'maxLr', 'divFactor', 'finalDivFactor', 'warmup'],
  ...['baseMomentum', 'maxMomentum', 'shuffle', 'horizontalFlip', 'verticalFlip'],
  ...['rotationDegrees', 'dropout', 'seed', 'precision', 'calibrate', 'folds', 'fold'],
];

/** The model card of a checkpoint. */
export function modelCardOf(
  card: CheckpointCard,
  evaluation: Evaluation,
  data: EvaluatedData,
): ModelCard {
  const { architecture, preprocessing, recipe, metrics, chosen } = card;
  const { positives, negatives, groups } = evaluation;
  return {
    model: [
      ...facts(recipe, ['arch', 'weights']),
      { name: 'stride', value: architecture.stride },
      { name: 'head', value: `${architecture.hiddenUnits} hidden units` },
      { name: 'sees', value: `the centre ${preprocessing.cropPx} x ${preprocessing.cropPx} px` },
      { name: 'channels', value: preprocessing.channels },
      { name: 'classes', value: card.classNames.join(', ') },
      { name: 'temperature', value: chosen.temperature?.toFixed(4) ?? 'none' },
    ],
    trainingData: [
      ...facts(recipe, dataKeys),
      { name: 'split', value: card.split },
      { name: 'digest', value: card.dataDigest },
    ],
    trainingRecipe: [
      ...facts(recipe, recipeKeys),
      ...(metrics === null ? [] : facts(metrics, ['epoch'])),
    ],
    evaluationData: [
      { name: 'labels', value: data.labels },
      { name: 'patches', value: `${positives} tumour, ${negatives} normal` },
      ...(groups === null ? [] : [{ name: 'slides', value: counted(groups, 'slide') }]),
      { name: 'digest', value: data.digest },
    ],
  };
}

function facts(values: Readonly<Record<string, unknown>>, names: readonly string[]): Fact[] {
  return names
    .filter((name) => values[name] !== undefined && values[name] !== null)
    .map((name) => ({ name, value: String(values[name]) }));
}

/**
 * The run that a checkpoint lies in, as it went; null if it lies alone.
 *
 * @param checkpoint Path of the file.
 * @throws {UserError} If a file of the run is damaged.
 */
export async function trainingFactsOf(
  checkpoint: string,
  { metrics }: CheckpointCard,
): Promise<TrainingFacts | null> {
  const run = runFolder(dirname(checkpoint));
  if (!existsSync(run.log)) return null;
  return {
    log: await readLog(run.log),
    bestEpoch: metrics?.['epoch'] ?? null,
    schedule: await readSteps(run.steps),
  };
}
