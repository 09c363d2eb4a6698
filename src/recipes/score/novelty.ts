import { type Leakage, sharedNames, slideNames } from '../../check/leakage-between.js';
import { recognisePatches } from '../../check/recognise-patches.js';
import { dataDigest, type LabelledPatch } from '../../data/labels.js';
import { UserError } from '../../errors.js';
import { leakageText } from '../../report/leakage-text.js';
import type { Terminal } from '../../terminal.js';
import type { Fingerprinted } from '../train/fingerprint-patches.js';
import { type LeakageReport, leakageReport } from '../train/leakage-report.js';
import type { Member } from './ensemble.js';
import { noveltyNotes } from './novelty-notes.js';

/** Whether the patches that are scored are new to the checkpoints. */
export interface Novelty {
  /** What was trained on; null: nothing that is known of. */
  readonly leakage: LeakageReport | null;
  /** False: a checkpoint keeps nothing to know its training patches by. */
  readonly leakage_checked: boolean;
  /**
   * Share of the patches, but for those of one colour, that validated a checkpoint, in [0, 1]; null: it could not
   * be looked at.
   */
  readonly validation_share: number | null;
  /** What a reader must know of the figures. */
  readonly notes: readonly string[];
}

/** Which patches they are, and what is done about a leak. */
export interface NoveltyOptions {
  /** The labels file, for the error. */
  readonly labels: string;
  /** The column that names a patch's slide; null: none. */
  readonly groupColumn: string | null;
  readonly allowLeakage: boolean;
}

/**
 * Holds patches against those that trained and validated the checkpoints, by what these keep of them,
 * and says what was trained on.
 *
 * @param members Of an ensemble, or one checkpoint.
 * @param looked The patches; without fingerprints if no member keeps any.
 * @throws {UserError} If a patch or a slide was trained on and that is not allowed.
 */
export function noveltyOf(
  members: readonly Member[],
  { patches, fingerprints }: Fingerprinted<LabelledPatch>,
  options: NoveltyOptions,
  terminal: Terminal,
): Novelty {
  const bare = members.filter(({ fingerprints }) => fingerprints === null);
  const digest = dataDigest(patches);
  const [trainer] = bare.filter(({ card }) => card.dataDigest === digest);
  const unchecked = bare.filter(({ card }) => card.dataDigest !== digest);
  for (const member of unchecked) noteUnchecked(member, terminal);
  const known = members.flatMap(({ fingerprints }) => fingerprints ?? []);
  const recognised = known.length === 0 ? null : recognisePatches(known, fingerprints);
  const trainedSlides = members.flatMap(({ card }) => card.slides?.train ?? []);
  const found: Leakage = {
    twins: (recognised?.trained ?? []).map(({ row, kind }) => ({
      id: (patches[row] as LabelledPatch).id,
      trained: null,
      kind,
    })),
    slides: sharedNames(trainedSlides, slideNames(patches)),
  };
  const { validated = 0, recognisable = 0 } = recognised ?? {};
  return {
    leakage: allowedLeakage(found, trainer ?? null, patches.length, options, terminal),
    leakage_checked: unchecked.length === 0,
    validation_share: recognised === null ? null : validated / Math.max(recognisable, 1),
    notes: noveltyNotes(members, patches, validated, options.groupColumn),
  };
}

/** Whether more than half of the patches validated a checkpoint, so that what it chose, it chose on them. */
export function haveMostlyValidated({ validation_share }: Novelty): boolean {
  return (validation_share ?? 0) > 0.5;
}

function noteUnchecked({ kind, path }: Member, terminal: Terminal): void {
  const [noun, why] =
    kind === 'onnx'
      ? ['model', 'an exported file keeps nothing to know them by, as its checkpoint does']
      : [
          'checkpoint',
          'it was exported, or is of an older histo, and keeps nothing to know them by',
        ];
  terminal.note(
    `Note: whether ${noun} "${path}" was trained on some of these patches could not be looked at: ${why}`,
  );
}

/** @param trainer A checkpoint whose training and validation patches these are by ids and labels. */
function allowedLeakage(
  found: Leakage,
  trainer: Member | null,
  patches: number,
  { labels, allowLeakage }: NoveltyOptions,
  terminal: Terminal,
): LeakageReport | null {
  const parts = [
    trainer === null
      ? ''
      : `the very patches of the training of "${trainer.path}", by ids and labels`,
    leakageText(found, patches, 'patches'),
  ];
  const got = parts.filter((part) => part !== '').join('; ');
  if (got === '') return null;
  if (!allowLeakage) {
    throw new UserError(
      `Cannot evaluate on "${labels}": expected nothing that was trained on, got ${got}; leave that out (histo data check tells all of it), or add --allow-leakage for figures that flatter`,
    );
  }
  const report = leakageReport(found, got);
  terminal.note(`Leakage: ${report.text}`);
  if (trainer === null) return report;
  return { ...report, train_twins: patches - (trainer.validation?.labels.length ?? 0) };
}
