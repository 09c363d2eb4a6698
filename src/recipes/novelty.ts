import { type Leakage, sharedNames, slideNames } from '../check/leakage-between.js';
import { type RecognisedPatches, recognisePatches } from '../check/recognise-patches.js';
import type { LabelledPatch } from '../data/labels.js';
import type { PatchReader } from '../data/read-patch.js';
import { UserError } from '../errors.js';
import { leakageText } from '../report/leakage-text.js';
import type { Terminal } from '../terminal.js';
import type { Member } from './ensemble.js';
import { fingerprintPatches } from './fingerprint-patches.js';
import { type LeakageReport, leakageReport } from './leakage-report.js';

/** Whether the patches that are scored are new to the checkpoints. */
export interface Novelty {
  /** What was trained on; null: nothing, or it could not be looked at. */
  readonly leakage: LeakageReport | null;
  /**
   * Share of the patches, but for blank ones, that validated a checkpoint, in [0, 1]; null: it could not
   * be looked at.
   */
  readonly validation_share: number | null;
}

/** How patches are read, and what is done about a leak. */
export interface NoveltyOptions {
  /** The labels file, for the error. */
  readonly labels: string;
  readonly allowLeakage: boolean;
  readonly read: PatchReader;
}

/**
 * Holds patches against those that trained and validated the checkpoints, by what these keep of them,
 * and says what it finds.
 *
 * @param members Of an ensemble, or one checkpoint.
 * @throws {UserError} If a patch or a slide was trained on and that is not allowed, or a patch cannot
 *   be read.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function noveltyOf(
  members: readonly Member[],
  patches: readonly LabelledPatch[],
  options: NoveltyOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Novelty> {
  for (const member of members) noteUnknown(member, terminal);
  const known = members.flatMap(({ fingerprints }) => fingerprints ?? []);
  const recognised =
    known.length === 0
      ? null
      : recognisePatches(
          known,
          await fingerprintPatches(patches, options.read, terminal, interruption),
        );
  interruption.throwIfAborted();
  const trainedSlides = members.flatMap(({ card }) => card.slides?.train ?? []);
  const found: Leakage = {
    twins: (recognised?.trained ?? []).map(({ row, kind }) => ({
      id: (patches[row] as LabelledPatch).id,
      trained: null,
      kind,
    })),
    slides: sharedNames(trainedSlides, slideNames(patches)),
  };
  return {
    leakage: allowedLeakage(found, patches.length, options, terminal),
    validation_share: validationShare(recognised, terminal),
  };
}

function noteUnknown({ path, fingerprints }: Member, terminal: Terminal): void {
  if (fingerprints !== null) return;
  terminal.note(
    `Note: whether checkpoint "${path}" was trained on some of these patches could not be looked at: it is of an older histo, which kept nothing to know them by`,
  );
}

function allowedLeakage(
  found: Leakage,
  patches: number,
  { labels, allowLeakage }: NoveltyOptions,
  terminal: Terminal,
): LeakageReport | null {
  if (found.twins.length + found.slides.length === 0) return null;
  const got = leakageText(found, patches, 'patches');
  if (!allowLeakage) {
    throw new UserError(
      `Cannot evaluate on "${labels}": expected nothing that was trained on, got ${got}; leave that out (histo data check tells all of it), or add --allow-leakage for figures that flatter`,
    );
  }
  const report = leakageReport(found, got);
  terminal.note(`Leakage: ${report.text}`);
  return report;
}

function validationShare(recognised: RecognisedPatches | null, terminal: Terminal): number | null {
  if (recognised === null) return null;
  const { validated, recognisable } = recognised;
  if (validated > 0) {
    terminal.note(
      `Note: ${validated} of these patches validated the checkpoint, whose epoch was chosen by them: the figures flatter a little`,
    );
  }
  return recognisable === 0 ? 0 : validated / recognisable;
}
