import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FuzzJob } from './child.js';

/** What came of a target's inputs. */
export interface FuzzResult {
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  /** What was said of each failure, the name of its input first. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

export interface FuzzOptions extends Pick<FuzzJob, 'seed' | 'inputs' | 'replay' | 'failures'> {
  /** Bundled modules: of child.ts and of the target. */
  readonly child: string;
  readonly target: string;
}

const longestMs = 5000; // of processor time on one input, as a busy machine is no fault of a parser
const startMs = 5000; // to load the modules beside that
const silentMs = 60_000; // by the clock, for what waits and does nothing
const mostBytes = 1.25 * 2 ** 30; // the process itself tells what is above 1 GiB, if it lives

/** Feeds a target with inputs, in processes that are started anew where one dies, hangs or grows. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const startedMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'histo-fuzz-'));
  const faults: string[] = [];
  let letters = '';
  try {
    while (letters.length < options.inputs) {
      const job = { ...jobOf(options, folder), first: letters.length };
      const ended = await feed(options, { ...job, inputs: options.inputs - letters.length });
      letters += ended.letters;
      faults.push(...ended.faults);
      if (ended.death === null) {
        if (ended.letters === '' || !letters.endsWith('f')) break; // all are through
        continue;
      }
      letters += 'f';
      faults.push(`${await kept(folder, options.failures)}: ${ended.death}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const count = (letter: string) => letters.split(letter).length - 1;
  const seconds = (performance.now() - startedMs) / 1000;
  return { ok: count('k'), refused: count('r'), failed: count('f'), faults, seconds };
}

function jobOf({ target, seed, replay, failures }: FuzzOptions, folder: string) {
  return { module: target, seed, replay, failures, folder };
}

interface Ended {
  readonly letters: string;
  readonly faults: readonly string[];
  /** Why it ended before its time; null: it did not. */
  readonly death: string | null;
}

/** Runs one process until it ends, or has to be ended. */
async function feed({ child: program }: FuzzOptions, job: FuzzJob): Promise<Ended> {
  await rm(join(job.folder, 'room'), { recursive: true, force: true });
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [letters, said, death] = ['', '', null as string | null];
  const kill = (why: string) => {
    death = why;
    child.kill('SIGKILL');
  };
  let atLetter = { spentMs: 0, sinceMs: performance.now() };
  child.stdout.on('data', async (bytes: Buffer) => {
    letters += bytes.toString('latin1');
    atLetter = { spentMs: (await useOf(child)).spentMs, sinceMs: performance.now() };
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const watch = setInterval(async () => {
    const { residentBytes, spentMs } = await useOf(child);
    if (residentBytes > mostBytes) kill('more than 1 GiB of memory');
    const isSpent = spentMs - atLetter.spentMs > longestMs + (letters === '' ? startMs : 0);
    if (isSpent || performance.now() - atLetter.sinceMs > silentMs) kill('no end within 5 s');
  }, 100);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  if (code !== 0) death ??= `the process died: ${said.trim().split('\n').slice(-8).join('\n')}`;
  return {
    letters,
    faults: said.split(/\n(?=[0-9a-f]{12}: )/).filter((text) => /^[0-9a-f]{12}: /.test(text)),
    death,
  };
}

/** Memory and processor time of a process; 0 where the system does not tell. */
async function useOf({ pid }: ChildProcess): Promise<{ residentBytes: number; spentMs: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // a name may hold spaces
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0); // of a hundredth of a second
  return { residentBytes: 4096 * Number(fields[21] ?? 0), spentMs: 10 * ticks };
}

/** Keeps the input that a process did not survive. @returns Its name. */
async function kept(folder: string, failures: string): Promise<string> {
  const input = join(folder, 'input');
  const bytes = await readFile(input).catch(() => null);
  if (bytes === null) return 'no input'; // it died before the first one
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  await mkdir(failures, { recursive: true });
  await copyFile(input, join(failures, name));
  return name;
}
