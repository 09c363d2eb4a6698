import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInstalledEngine } from '../../src/engine/native/folders.js';
import { randomStream } from '../../src/rng.js';
import { startHisto } from './histo-process.js';
import { canMount, mountSmallDisk, unmount } from './small-disk.js';
import { Tally } from './tally.js';
import { runTrial, type WholeRun } from './trial.js';
import { type Variant, variants } from './variants.js';

/** How long a crash test goes on and what it draws. */
export interface CrashTestOptions {
  /** How many processes must have been killed by SIGKILL. */
  readonly kills: number;
  /** How many must have met a disk that filled up; none where this user may not mount one. */
  readonly fills: number;
  /** Of the moments and signals; the same seed draws the same, as far as time repeats itself. */
  readonly seed: number;
  /** Which kinds of runs, in turn. */
  readonly kinds?: readonly Variant[];
  readonly onLine: (line: string) => void;
}

const atOnce = 2;
const diskBytes = 40e6;

/**
 * Trains many short runs, kills each at random moments, resumes it until it ends, and compares it with
 * the run that was never interrupted.
 *
 * @returns The counts; whose `failures` are empty if every promise was kept.
 */
export async function crashTest({
  kills,
  fills,
  seed,
  kinds = variants,
  onLine,
}: CrashTestOptions): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'histo-crash-'));
  const env = await environment(folder);
  const [hasNative, tally] = [env['HISTO_TENSORFLOW'] !== undefined, new Tally()];
  const chosen = kinds.filter(({ name }) => hasNative || !name.startsWith('TensorBoard'));
  const wholes = new Map<Variant, WholeRun>();
  await Promise.all(
    workers(chosen.values(), (variant) => trainWhole(variant, folder, env, wholes)),
  );
  onLine(`${wholes.size} runs that nothing interrupts are trained; seed ${seed}`);
  const trial = async (number: number, onDisk: boolean) => {
    const variant = chosen[number % chosen.length] as Variant;
    const cwd = folderOf(folder, 'trial', number);
    if (onDisk) mountSmallDisk(cwd, diskBytes);
    else await mkdir(cwd);
    await runTrial(variant, wholes.get(variant) as WholeRun, {
      ...{ cwd, env, fills: onDisk, tally },
      random: randomStream(seed, number),
      name: `trial ${number} of seed ${seed} (${variant.name})`,
    });
    if (tally.failures.length === 0 && onDisk) unmount(cwd);
    if (tally.failures.length === 0) await rm(cwd, { recursive: true });
    if (number % 10 === 9) onLine(progressOf(tally));
  };
  const isFailed = () => tally.failures.length >= 10;
  const numbers = countWhile(() => tally.kills < kills && !isFailed());
  await Promise.all(workers(numbers, (number) => trial(number, false)));
  const more = countWhile(() => canMount && tally.fills < fills && !isFailed(), 10_000);
  await Promise.all(workers(more, (number) => trial(number, true)));
  if (tally.failures.length === 0) await rm(folder, { recursive: true });
  else onLine(`What failed is kept: ${folder}`);
  return tally;
}

/** Names as long as one another, as a path in a file's header moves what follows. */
function folderOf(folder: string, kind: 'whole' | 'trial', number: number): string {
  return join(folder, `${kind}-${String(number).padStart(5, '0')}`);
}

/** The usual engine, with packs of decoded patches of the test's own. */
async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
  const engine = await findInstalledEngine();
  const own = { ...process.env, HISTO_CACHE: join(folder, 'cache') };
  return engine === null ? own : { ...own, HISTO_TENSORFLOW: engine.folder };
}

async function trainWhole(
  variant: Variant,
  folder: string,
  env: NodeJS.ProcessEnv,
  wholes: Map<Variant, WholeRun>,
): Promise<void> {
  const cwd = folderOf(folder, 'whole', variants.indexOf(variant));
  await mkdir(cwd);
  const { code, said, seconds } = await startHisto(variant.flags, cwd, env).ended;
  if (code !== 0) throw new Error(`Cannot train "${variant.name}": exit ${code}: ${said}`);
  wholes.set(variant, { cwd, ms: 1000 * seconds });
}

function progressOf({ kills, fills, failures }: Tally): string {
  return `${kills} kills, ${fills} full disks, ${failures.length} failures so far`;
}

function* countWhile(goesOn: () => boolean, from = 0): Generator<number> {
  for (let number = from; goesOn(); number++) yield number;
}

/** Does a task with each item, two at a time. */
function workers<T>(items: Iterator<T>, task: (item: T) => Promise<void>): Promise<void>[] {
  return Array.from({ length: atOnce }, async () => {
    for (let next = items.next(); !next.done; next = items.next()) await task(next.value);
  });
}
