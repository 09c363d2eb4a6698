import { findTwins } from '../../check/find-twins.js';
import { fingerprintBytes } from '../../check/fingerprint.js';
import { type Leakage, leakageBetween, slideNames } from '../../check/leakage-between.js';
import type { CheckpointCard } from '../../checkpoint/card.js';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { Config } from '../../config/schema.js';
import type { Split } from '../../data/split.js';
import { UserError } from '../../errors.js';
import { leakageInShort, leakageText } from '../../report/leakage-text.js';
import { leakageReport } from './leakage-report.js';
import type { TrainingData } from './training-data.js';

/** What a run knows of both sides of its split, and its checkpoints keep. */
export interface KnownSides extends Pick<CheckpointCard, 'slides' | 'leakage'> {
  readonly fingerprints: Checkpoint['fingerprints'];
  /** The split in words, with the leak if there is one. */
  readonly split: string;
}

const validation = 'validation patches';

/**
 * Looks for what the two sides of a run have in common: patches that show the same, and slides. Of folds
 * all are looked at, so that none is refused after others were trained.
 *
 * @param fingerprints Of the patches to train on and those to validate on, in their order.
 * @throws {UserError} If there is such a leak and the config does not allow it.
 */
export function lookForLeakage(
  { split, splits }: TrainingData,
  fingerprints: Uint8Array,
  config: Config,
): KnownSides {
  const patches = [...split.train, ...split.valid];
  const isOneSplit = splits.length === 1; // of folds each side has patches of all rows
  const groups = findTwins(fingerprints, isOneSplit ? split.train.length : 0);
  const leakages = splits.map(({ valid }) => leakageBetween(patches, groups, valid));
  if (!config.allowLeakage) refuseAny(leakages, splits, config);
  const start = split.train.length * fingerprintBytes;
  return {
    fingerprints: { train: fingerprints.subarray(0, start), valid: fingerprints.subarray(start) },
    slides: slidesOf(split),
    ...inWords(leakages[splits.indexOf(split)] as Leakage, split),
  };
}

function inWords(leakage: Leakage, { valid, description }: Split) {
  if (isNone(leakage)) return { leakage: null, split: description };
  return {
    leakage: leakageReport(leakage, leakageText(leakage, valid.length, validation)),
    split: `${description}; ${leakageInShort(leakage, valid.length, validation)}`,
  };
}

function slidesOf({ train, valid }: Split): CheckpointCard['slides'] {
  const slides = { train: slideNames(train), valid: slideNames(valid) };
  return slides.train.length === 0 ? null : slides;
}

function refuseAny(
  leakages: readonly Leakage[],
  splits: readonly Split[],
  { labels, validLabels }: Config,
): void {
  const at = leakages.findIndex((leakage) => !isNone(leakage));
  const [leakage, split] = [leakages[at], splits[at]];
  if (leakage === undefined || split === undefined) return;
  const noun = splits.length === 1 ? validation : `${validation} of fold ${at + 1}`;
  const remedies = [
    leakage.twins.length > 0
      ? 'leave patches out with histo data check --write-exclusions FILE and --exclude FILE, '
      : '',
    leakage.slides.length === 0 ? '' : validLabels === null ? grouped : otherSlides,
    'or add --allow-leakage to go on all the same',
  ];
  throw new UserError(
    `Cannot train on "${labels}": expected nothing of the validation in the training, got ${leakageText(leakage, split.valid.length, noun)}; ${remedies.join('')}`,
  );
}

const grouped = 'keep slides apart with --split grouped, ';
const otherSlides = 'remove these slides from one of the two labels files, ';

function isNone({ twins, slides }: Leakage): boolean {
  return twins.length + slides.length === 0;
}
