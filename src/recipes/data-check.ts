import { join } from 'node:path';
import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { type DataFindings, dataFindings, type ExaminedSet } from '../check/data-findings.js';
import { type ExaminedPatch, examinePatch, unreadablePatch } from '../check/examine-patch.js';
import { exclusionsOf } from '../check/exclusions.js';
import type { SetName } from '../check/found-patch.js';
import { type Cache, keepPatches } from '../data/keep-patches.js';
import { type LabelledPatch, readLabels } from '../data/labels.js';
import type { Patch } from '../data/patch.js';
import { prefetch } from '../data/prefetch.js';
import type { PatchReader } from '../data/read-patch.js';
import { UserError } from '../errors.js';
import { refuseOverwriting } from '../refuse-overwriting.js';
import { dataCheckHtml } from '../report/data-check-html.js';
import { exclusionsCsv } from '../report/exclusions-csv.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { PictureOf } from '../report/shown-patch.js';
import type { Terminal } from '../terminal.js';

const readsAhead = 32;

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
    const examined = await examineAll(patches, kept.read, terminal, interruption);
    const findings = dataFindings(
      labelled.map((set) => ({ ...set, examined: examined.splice(0, set.patches.length) })),
    );
    const page =
      files === null ? null : await dataCheckHtml(findings, pictures(kept.read, interruption));
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

/** Reads patches to show them. */
function pictures(read: PatchReader, signal: AbortSignal): PictureOf {
  return async ({ id, path }) => {
    const patch = await read(path, signal).catch((error: unknown) => explained(error));
    return typeof patch === 'string' ? null : { ...patch, id, crop: null, heat: null };
  };
}

async function examineAll(
  patches: readonly LabelledPatch[],
  read: PatchReader,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<ExaminedPatch[]> {
  const progress = scoringProgress(terminal, patches.length, 'checking');
  const examined: ExaminedPatch[] = [];
  const readOrExplain = ({ path }: LabelledPatch, signal: AbortSignal) =>
    read(path, signal).catch((error: unknown) => explained(error));
  try {
    for await (const patch of prefetch(patches, readOrExplain, readsAhead, interruption)) {
      examined.push(typeof patch === 'string' ? unreadablePatch(patch) : examinePatch(patch));
      if (examined.length % 100 === 0) progress.update(examined.length);
    }
  } finally {
    progress.stop();
  }
  return examined;
}

/** Why a patch cannot be read, where that is the file's fault. */
function explained(error: unknown): Patch | string {
  if (error instanceof UserError) return error.message;
  throw error;
}
