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

const longestMs = 5000; // of one input
const startMs = 20_000; // of the process, on a machine that is busy
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
  const hung = () => kill(`no end within ${longestMs / 1000} s`);
  let timer = setTimeout(hung, startMs);
  child.stdout.on('data', (bytes: Buffer) => {
    letters += bytes.toString('latin1');
    clearTimeout(timer);
    timer = setTimeout(hung, longestMs);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const watch = setInterval(async () => {
    if ((await residentBytes(child)) > mostBytes) kill('more than 1 GiB of memory');
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  clearInterval(watch);
  if (code !== 0) death ??= `the process died: ${said.trim().split('\n').slice(-8).join('\n')}`;
  return {
    letters,
    faults: said.split(/\n(?=[0-9a-f]{12}: )/).filter((text) => /^[0-9a-f]{12}: /.test(text)),
    death,
  };
}

/** Of a process; 0 where the system does not tell. */
async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
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
