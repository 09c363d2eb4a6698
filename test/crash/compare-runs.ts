import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ReadEvent, readEvents } from '../engine/read-events.js';
import type { Variant } from './variants.js';

/**
 * What a finished run has otherwise than the run that was never interrupted. All files must be there
 * and the same, byte for byte, but for what tells the time: the log's seconds, the report's date.
 *
 * @returns A line a difference.
 */
export async function differencesBetween(
  cwd: string,
  whole: string,
  { runs, flags }: Variant,
): Promise<string[]> {
  const differences = runs.flatMap((run) => differingFiles(run, cwd, whole));
  if (flags.includes('--tensorboard')) {
    const [ours, theirs] = await Promise.all([cwd, whole].map((folder) => shownEvents(folder)));
    if (ours !== theirs) differences.push('TensorBoard shows other figures');
  }
  return differences;
}

function differingFiles(run: string, cwd: string, whole: string): string[] {
  const names = new Set([cwd, whole].flatMap((root) => namesIn(join(root, run))));
  return [...names].flatMap((name) => {
    const [ours, theirs] = [cwd, whole].map((root) => comparedBytes(root, join(run, name)));
    if (ours === null) return [`${run}/${name} is missing`];
    if (theirs === null) return [`${run}/${name} should not be there`];
    return ours === theirs ? [] : [`${run}/${name} has other bytes`];
  });
}

/** A lock that a kill left is no lock; all else counts. */
function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== 'run.lock');
}

/** A byte a character, without the time and where it lies; null where there is no such file. */
function comparedBytes(root: string, path: string): string | null {
  if (!existsSync(join(root, path))) return null;
  const bytes = readFileSync(join(root, path), 'latin1').replaceAll(root, '');
  return bytes.replace(timeIn[basename(path)] ?? '', '');
}

const timeIn: Readonly<Record<string, RegExp>> = {
  'log.csv': /,[^,\n]*$/gm,
  'log.jsonl': /,"seconds":[^}]*/g,
  'report.html': /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^<]*/g,
};

/** What TensorBoard shows, as JSON: a start hides what was written of its step and later ones. */
async function shownEvents(cwd: string): Promise<string> {
  let shown: ReadEvent[] = [];
  for (const event of await readEvents(join(cwd, 'events'))) {
    if (event.status === 1) shown = shown.filter(({ step }) => step < event.step);
    else if (event.fileVersion === null) shown.push(event);
  }
  return JSON.stringify(shown.map(({ step, scalars }) => [step, scalars]));
}
