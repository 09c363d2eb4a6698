import { rm } from 'node:fs/promises';
import { moveIntoPlace, writeFault } from '../atomic-file.js';
import { codeOf, messageOf, UserError } from '../errors.js';
import { fileMark } from './file-marks.js';
import type { Patch } from './patch.js';
import { DamagedPackError, type PatchPack } from './patch-pack.js';
import { type PatchReader, readPatch } from './read-patch.js';

/** The files of a pack. */
export interface PackedFiles {
  readonly digest: string;
  /** The row of each file. */
  readonly rows: ReadonlyMap<string, number>;
  /** The mark of the file of each row when the run began. */
  readonly marks: readonly string[];
  /** Where the pack stands once it is whole. */
  readonly path: string;
  /** Where it is written until then; null if it was whole when the run began. */
  readonly temporary: string | null;
}

/** What becomes of patches if the pack fails. */
export interface Resort {
  readonly read: PatchReader;
  readonly onNotice: (notice: string) => void;
}

/**
 * Patches of a pack on the disk. Those that it lacks are decoded and written to it; with the last
 * one it is moved into place. If anything is wrong with the pack or its disk, that is told once and
 * the resort reads the patches: a run never ends for the pack's sake.
 */
export class DiskPatches {
  private state: 'writing' | 'whole' | 'failed';
  private finishing: Promise<void> | null = null;

  constructor(
    private readonly pack: PatchPack,
    private readonly files: PackedFiles,
    private readonly resort: Resort,
  ) {
    this.state = files.temporary === null ? 'whole' : 'writing';
  }

  readonly read: PatchReader = async (path, signal, room, like) => {
    signal?.throwIfAborted();
    const row = this.files.rows.get(path);
    if (this.state !== 'failed' && row !== undefined && this.pack.has(row)) {
      try {
        return await this.pack.read(row, room);
      } catch (error) {
        await this.giveUp(error);
      }
    }
    if (this.state === 'failed' || row === undefined) {
      return await this.resort.read(path, signal, room, like);
    }
    const patch = await readPatch(path, signal, room, like);
    await this.add(row, path, patch);
    return patch;
  };

  /** Waits until a full pack is in its place; of one that is not full nothing stays. */
  async close(): Promise<void> {
    await this.finishing;
    if (this.state === 'writing') await rm(this.file, { force: true }).catch(() => {}); // the next run will
    await this.pack.close();
  }

  /** Where the pack is, for the log. */
  get place(): string {
    const { path } = this.files;
    return this.state === 'whole'
      ? path
      : `${path}, written while patches are read for the first time`;
  }

  /** The pack's file as it is now. */
  private get file(): string {
    return this.state === 'whole' ? this.files.path : (this.files.temporary ?? this.files.path);
  }

  private async add(row: number, path: string, patch: Patch): Promise<void> {
    const { pack, files } = this;
    const isLike = patch.widthPx === pack.widthPx && patch.heightPx === pack.heightPx;
    if (!isLike) return; // who uses it will refuse it
    try {
      if ((await fileMark(path)) !== files.marks[row]) throw changed(path);
      await pack.write(row, patch);
    } catch (error) {
      return await this.giveUp(error);
    }
    if (pack.filled === files.rows.size) this.finishing ??= this.finish();
  }

  private async finish(): Promise<void> {
    try {
      await this.pack.seal(this.files.digest);
      await moveIntoPlace(this.file, this.files.path);
      if (this.state === 'writing') this.state = 'whole';
    } catch (error) {
      await this.giveUp(error);
    }
  }

  /** Removes the pack, for all runs if it was whole: what is wrong with it would be wrong for them. */
  private async giveUp(error: unknown): Promise<void> {
    const isOfThePack = error instanceof DamagedPackError || error instanceof UserError;
    if (!isOfThePack && codeOf(error) === undefined) throw error;
    if (this.state === 'failed') return;
    const { file, state } = this;
    this.state = 'failed';
    const why = messageOf(writeFault(this.files.path, error));
    this.resort.onNotice(
      `Note: ${why}; decoded patches are kept in memory, as far as it holds them`,
    );
    await rm(file, { force: true }).catch(() => {}); // the next run will see that it is damaged
    if (state === 'writing') await this.pack.empty().catch(() => {}); // closing it does the same
  }
}

function changed(path: string): UserError {
  return new UserError(
    `Cannot keep decoded patches on the disk: expected files that stay as they are, got a change of "${path}" during the run`,
  );
}
