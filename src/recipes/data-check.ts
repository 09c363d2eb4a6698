import { join } from 'node:path';
import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { type DataFindings, dataFindings, type ExaminedSet } from '../check/data-findings.js';
import {
  type ExaminedPatch,
  examinePatch,
  unexaminedPatch,
  unreadablePatch,
} from '../check/examine-patch.js';
import { exclusionsOf } from '../check/exclusions.js';
import type { SetName } from '../check/found-patch.js';
import { BadPatchError } from '../data/bad-patch.js';
import { type Cache, keepPatches } from '../data/keep-patches.js';
import { type LabelledPatch, readLabels } from '../data/labels.js';
import type { PatchSize } from '../data/patch-size.js';
import { prefetch } from '../data/prefetch.js';
import type { PatchReader } from '../data/read-patch.js';
import { typicalPatch } from '../data/typical-patch.js';
import { refuseOverwriting } from '../refuse-overwriting.js';
import { dataCheckHtml } from '../report/data-check-html.js';
import { exclusionsCsv } from '../report/exclusions-csv.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { PictureOf } from '../report/shown-patch.js';
import type { Terminal } from '../terminal.js';

const readsAhead = 32;
const farLarger = 256; // times the pixels: looking at 8,192 x 8,192 px takes seconds

export interface DataCheckOptions {
  /** The labels file and the folder of each set. */
  readonly sets: readonly {
    readonly name: SetName;
    readonly labels: string;
    readonly images: string;
  }[];
  /** The column that names a patch's slide or patient; null: none. */
  readonly groupColumn: string | null;
  /** Where decoded patches are kept, for a training run to come. */
  readonly cache: Cache;
  /** The CSV to write of training patches to leave out; null: none. */
  readonly writeExclusions: string | null;
  /** Folder for data-check.json and data-check.html; null: none. */
  readonly out: string | null;
}

/**
 * Looks at every patch of one set or several: twins in a set and between sets, labels that
 * contradict each other, slides in several sets, and patches that are blank, saturated, out of
 * focus, unreadable or of another kind than the others. Holds some hundred bytes a patch.
 *
 * @throws {UserError} If a labels file has faults, or a file cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function checkData(
  { sets, groupColumn, cache, writeExclusions, out }: DataCheckOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<DataFindings> {
  const labelled: Omit<ExaminedSet, 'examined'>[] = [];
  for (const set of sets) {
    labelled.push({ ...set, patches: await readLabels({ ...set, groupColumn, limit: null }) });
  }
  const files = out === null ? null : reportFiles(out);
  const outputs = [writeExclusions, files?.json, files?.html].filter((path) => path != null);
  await refuseOverwriting(
    outputs,
    sets.map(({ labels }) => labels),
  );
  for (const path of outputs) await requireWritable(path);
  const patches = labelled.flatMap((set) => set.patches);
  const kept = await keepPatches(
    cache,
    patches.map(({ path }) => path),
    { signal: interruption, onNotice: terminal.note },
  );
  try {
    const like = await typicalPatch(patches, () => {}, interruption);
    const examined = await examineAll(patches, { ...kept, like }, terminal, interruption);
    const findings = dataFindings(
      labelled.map((set) => ({ ...set, examined: examined.splice(0, set.patches.length) })),
    );
    const page =
      files === null
        ? null
        : await dataCheckHtml(findings, pictures({ ...kept, like }, interruption));
    interruption.throwIfAborted();
    if (files !== null && page !== null) {
      await writeFileAtomically(files.json, [`${JSON.stringify(findings, null, 2)}\n`]);
      await writeFileAtomically(files.html, [page]);
    }
    if (writeExclusions !== null) {
      await writeFileAtomically(writeExclusions, [exclusionsCsv(exclusionsOf(findings))]);
    }
    return findings;
  } finally {
    await kept.close();
  }
}

function reportFiles(folder: string) {
  return { json: join(folder, 'data-check.json'), html: join(folder, 'data-check.html') };
}

/** How patches are looked at. */
interface Looking {
  readonly read: PatchReader;
  /** A patch of the size that most have; null: none could be read. */
  readonly like: PatchSize | null;
}

/** Reads patches to show them. */
function pictures({ read, like }: Looking, signal: AbortSignal): PictureOf {
  return async ({ id, path }) => {
    const patch = await read(path, signal).catch(refuseOtherErrors);
    if (patch instanceof BadPatchError || isFarLarger(patch, like)) return null;
    return { ...patch, id, crop: null, heat: null };
  };
}

async function examineAll(
  patches: readonly LabelledPatch[],
  { read, like }: Looking,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<ExaminedPatch[]> {
  const progress = scoringProgress(terminal, patches.length, 'checking');
  const examined: ExaminedPatch[] = [];
  // all of it at once, so that no pixels wait for their turn
  const examine = async ({ path }: LabelledPatch, signal: AbortSignal) => {
    const patch = await read(path, signal).catch(refuseOtherErrors);
    signal.throwIfAborted();
    if (patch instanceof BadPatchError) return unreadablePatch(patch.message);
    return isFarLarger(patch, like) ? unexaminedPatch(patch) : examinePatch(patch);
  };
  try {
    for await (const patch of prefetch(patches, examine, readsAhead, interruption)) {
      examined.push(patch);
      if (examined.length % 100 === 0) progress.update(examined.length);
    }
  } finally {
    progress.stop();
  }
  return examined;
}

/** True of a slide, or a bomb, among patches. */
function isFarLarger({ widthPx, heightPx }: PatchSize, like: PatchSize | null): boolean {
  return like !== null && widthPx * heightPx > farLarger * like.widthPx * like.heightPx;
}

function refuseOtherErrors(error: unknown): BadPatchError {
  if (error instanceof BadPatchError) return error;
  throw error;
}
