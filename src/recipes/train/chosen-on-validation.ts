import type { CheckpointCard } from '../../checkpoint/card.js';
import type { Checkpoint, ValidationScores } from '../../checkpoint/checkpoint.js';
import { counted } from '../../counted.js';
import { UserError } from '../../errors.js';
import { chooseThreshold, type ThresholdRule } from '../../evaluate/choose-threshold.js';
import type { Threshold } from '../../evaluate/operating-point.js';
import type { Prediction } from '../../evaluate/prediction.js';
import { fitTemperature } from '../../evaluate/temperature.js';

/** Scores of validation patches as a checkpoint keeps them. */
export function validationScores(predictions: readonly Prediction[]): ValidationScores {
  return {
    logits: Float32Array.from(predictions.flatMap(({ logits }) => logits)),
    labels: Float32Array.from(predictions, ({ label }) => label),
  };
}

/** What a new checkpoint keeps of its validation patches' scores; null where a class is absent. */
export function chosenOn(
  scores: ValidationScores,
  { calibrate }: { readonly calibrate: boolean },
): CheckpointCard['chosen'] {
  const { labels } = scores;
  if (!labels.includes(0) || !labels.includes(1)) return { youdenMargin: null, temperature: null };
  const margins = marginsOf(scores);
  return {
    youdenMargin: chooseThreshold({ kind: 'youden' }, margins, labels).margin,
    temperature: calibrate ? fitTemperature(margins, labels) : null,
  };
}

/** Thresholds, and what a reader must know of those that were wished for. */
export interface ChosenThresholds {
  readonly thresholds: readonly Threshold[];
  readonly notes: readonly string[];
}

/**
 * The thresholds to score with: Youden's, which the checkpoint holds, and those wished for, chosen on
 * the scores of its validation patches; never on the patches that are scored.
 *
 * @param isValidation Whether the patches to be scored are, for the most part, those validation patches.
 * @throws {UserError} If one is wished for and the checkpoint has no such scores.
 */
export function thresholdsOf(
  { card, validation }: Pick<Checkpoint, 'card' | 'validation'>,
  wished: readonly ThresholdRule[],
  isValidation: boolean,
): ChosenThresholds {
  const chosen_on = isValidation ? 'these patches' : 'validation';
  const { youdenMargin } = card.chosen;
  const youden = youdenMargin === null ? [] : [{ name: 'youden', margin: youdenMargin, chosen_on }];
  const others = wished.map((rule) => {
    const [margins, labels] = scoresToChooseOn(rule, validation);
    const chosen = chooseThreshold(rule, margins, labels);
    return { threshold: { ...chosen, chosen_on }, note: reachText(rule, chosen, margins, labels) };
  });
  return {
    thresholds: [...youden, ...others.map(({ threshold }) => threshold)] as Threshold[],
    notes: others.map(({ note }) => note),
  };
}

/** On how many patches a threshold was chosen, and what it reaches on them. */
function reachText(
  { kind }: ThresholdRule,
  { name, margin }: Pick<Threshold, 'name' | 'margin'>,
  margins: Float64Array,
  labels: Float32Array,
): string {
  const [label, noun] = kind === 'specificity' ? [0, 'normal'] : [1, 'tumour'];
  const own = margins.filter((_, row) => labels[row] === label);
  const right = own.filter((score) => (score >= margin ? 1 : 0) === label);
  const reached = (right.length / own.length).toFixed(4);
  return `${name} was chosen on ${counted(own.length, `${noun} patch`, `${noun} patches`)} of the validation, where it reaches ${reached}`;
}

function scoresToChooseOn(rule: ThresholdRule, validation: ValidationScores | null) {
  if (validation?.labels.includes(0) && validation.labels.includes(1)) {
    return [marginsOf(validation), validation.labels] as const;
  }
  const got = validation === null ? 'none' : 'those of one class';
  throw new UserError(
    `Cannot choose a threshold of ${describe(rule)}: expected a checkpoint with the scores of its validation patches of both classes, got ${got}: best.safetensors of a run by this version has them; a threshold is never chosen on the patches that it is tried on`,
  );
}

function describe(rule: ThresholdRule): string {
  return rule.kind === 'youden' ? rule.kind : `${rule.kind} ${rule.atLeast}`;
}

function marginsOf({ logits, labels }: ValidationScores): Float64Array {
  return Float64Array.from(
    labels,
    (_, row) => (logits[2 * row + 1] as number) - (logits[2 * row] as number),
  );
}
