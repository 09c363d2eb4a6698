import { UserError } from '../errors.js';
import type { BadPatchHandler } from './bad-patch.js';

/** What is done about a patch that cannot be used: end with an error, or leave it out. */
export type OnBadPatch = 'fail' | 'skip';

/** A patch that was left out. */
export interface SkippedPatch {
  readonly id: string;
  readonly path: string;
  /** What was expected, what was found and the remedy. */
  readonly why: string;
}

/** Of what patches are left out. */
export interface BadPatchOptions {
  readonly onBadPatch: OnBadPatch;
  /** How many patches there are in all. */
  readonly total: number;
  /** Patches that were left out before: they count, but are none of these. */
  readonly before?: readonly SkippedPatch[];
  /** Those of an earlier part of the same work, which are. */
  readonly skipped?: readonly SkippedPatch[];
  /** Told of each patch once. */
  readonly onNotice?: (notice: string) => void;
}

/** Share of the patches that may be left out: with more, the data are not what they are taken for. */
export const skippedShare = 0.01;

const shownPatches = 3;

/** The patches that a command leaves out because they cannot be used; few, or it fails. */
export class BadPatches {
  private readonly byPath: Map<string, SkippedPatch>;

  constructor(private readonly options: BadPatchOptions) {
    this.byPath = new Map(options.skipped?.map((patch) => [patch.path, patch]));
  }

  /** In the order in which they were met. */
  get skipped(): readonly SkippedPatch[] {
    return [...this.byPath.values()];
  }

  /** @throws {UserError} If none is to be left out, or these are too many. */
  readonly leaveOut: BadPatchHandler = ({ id, path }, error) => {
    const { onBadPatch, onNotice } = this.options;
    if (onBadPatch === 'fail') {
      throw new UserError(
        `${error.message}, or leave patches like it out with --on-bad-patch skip`,
        { cause: error },
      );
    }
    if (this.byPath.has(path)) return;
    this.byPath.set(path, { id, path, why: error.why });
    this.refuseMany();
    onNotice?.(`Note: ${error.message}; it is left out`);
  };

  private refuseMany(): void {
    const { total, before = [] } = this.options;
    const all = [...before, ...this.byPath.values()];
    if (all.length <= skippedShare * total) return;
    const shown = all.slice(0, shownPatches).map(({ path, why }) => `\n  "${path}": ${why}`);
    throw new UserError(
      `Cannot leave so many patches out: expected at most ${100 * skippedShare} % that cannot be used (${Math.floor(skippedShare * total)} of ${total}), got ${all.length} already, such as${shown.join('')}\nMend them, or take their rows out of the labels; histo data check lists all of them`,
    );
  }
}
