import { UserError } from '../../errors.js';
import type { ThresholdRule } from '../../evaluate/choose-threshold.js';
import type { Threshold } from '../../evaluate/operating-point.js';
import type { TestTimeAugmentation } from '../../model/d4-views.js';
import { thresholdsOf } from '../train/chosen-on-validation.js';
import type { Member } from './ensemble.js';

/** What turns logits into probabilities and answers. */
export interface Decisions {
  readonly thresholds: readonly Threshold[];
  /** What logits are divided by; null: nothing. */
  readonly temperature: number | null;
  /** What a reader must know of them. */
  readonly notes: readonly string[];
}

/** What decisions are taken for. */
export interface DecisionOptions {
  readonly tta: TestTimeAugmentation | null;
  /** Thresholds beside Youden's. */
  readonly thresholds: readonly ThresholdRule[];
  /** Whether the patches to be scored are, for the most part, the validation patches. */
  readonly isValidation: boolean;
}

/**
 * What a checkpoint chose on its validation patches; several of them have not chosen together.
 *
 * @throws {UserError} If a threshold is wished for and there are several checkpoints, or one without
 *   the scores of its validation patches.
 */
export function decisionsOf(members: readonly Member[], options: DecisionOptions): Decisions {
  const [only, ...others] = members as [Member, ...Member[]];
  if (others.length > 0) return ensembleDecisions(members, options);
  const { temperature } = only.card.chosen;
  const { thresholds, notes } = thresholdsOf(only, options.thresholds, options.isValidation);
  const isPlain = options.tta === null || (temperature === null && thresholds.length === 0);
  return { thresholds, temperature, notes: isPlain ? notes : [...notes, onPlainLogits] };
}

const onPlainLogits =
  'the thresholds and any temperature were chosen on logits without test-time augmentation, and are applied as they are';

const notTogether =
  "temperature and Youden's threshold of the checkpoints are not used: each is of one checkpoint's logits, not of their mean";

function ensembleDecisions(
  members: readonly Member[],
  { thresholds: wished }: DecisionOptions,
): Decisions {
  if (wished.length > 0) {
    throw new UserError(
      'Cannot choose a threshold for an ensemble: expected one checkpoint, whose validation patches it is chosen on, got several; leave --ensemble or the wished sensitivity and specificity out',
    );
  }
  const haveChosen = members.some(({ card: { chosen } }) =>
    [chosen.temperature, chosen.youdenMargin].some((value) => value !== null),
  );
  return { thresholds: [], temperature: null, notes: haveChosen ? [notTogether] : [] };
}
