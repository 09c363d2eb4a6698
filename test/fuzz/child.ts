/*
 * A process that feeds one target, for fuzz.ts: a hang, a crash or too much memory ends it and nothing
 * else. It writes one letter an input to standard output: k(ept to its promises), r(efused) or f(ailed).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../../src/rng.js';
import { watchCoverage } from './coverage.js';
import { type FuzzTarget, outcomeOf } from './fuzz-target.js';
import { mutate } from './mutate.js';

/** What the process is told. */
export interface FuzzJob {
  /** The URL of the module that exports `target`. */
  readonly module: string;
  readonly seed: number;
  /** The first input's number, and how many there are. */
  readonly first: number;
  readonly inputs: number;
  /** A folder whose files are the inputs, in place of mutated ones; null: none. */
  readonly replay: string | null;
  /** A folder of its own, which keeps the input under way as `input`. */
  readonly folder: string;
  /** Where failing inputs go. */
  readonly failures: string;
}

const letters = { ok: 'k', refused: 'r', failed: 'f' } as const;
const mostKilobytes = 2 ** 20;
const longestSeed = 2 ** 12; // bytes: what comes of long ones is long and slow

const job = JSON.parse(process.argv[2] as string) as FuzzJob;
const { target } = (await import(job.module)) as { target: FuzzTarget };
const room = join(job.folder, 'room');
for await (const input of job.replay === null ? mutatedInputs() : replayedInputs(job.replay)) {
  writeFileSync(join(job.folder, 'input'), input);
  mkdirSync(room);
  const { outcome, error } = await outcomeOf(target, input, room);
  rmSync(room, { recursive: true });
  const isLarge = process.resourceUsage().maxRSS > mostKilobytes;
  if (outcome === 'failed' || isLarge) keep(input, isLarge ? 'more than 1 GiB of memory' : error);
  writeSync(1, isLarge ? letters.failed : letters[outcome]);
  if (isLarge) process.exit(0); // the next ones cannot be told from it
}

async function* mutatedInputs(): AsyncGenerator<Buffer> {
  const hasNewBlocks = watchCoverage(import.meta.url);
  const pool: Buffer[] = (await target.seeds()).map((seed) => Buffer.from(seed));
  const seeds = pool.length;
  for (let at = job.first; at < job.first + job.inputs; at++) {
    const isSeed = at < seeds;
    const sources = { pool, tokens: target.tokens };
    const input = isSeed ? (pool[at] as Buffer) : mutate(sources, randomStream(job.seed, at));
    yield input;
    const isNew = hasNewBlocks();
    if (isNew && !isSeed && input.length <= longestSeed) pool.push(input);
  }
}

function* replayedInputs(folder: string): Generator<Buffer> {
  const names = readdirSync(folder)
    .sort()
    .slice(job.first, job.first + job.inputs);
  for (const name of names) yield readFileSync(join(folder, name));
}

function keep(input: Buffer, error: unknown): void {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 12);
  mkdirSync(job.failures, { recursive: true });
  writeFileSync(join(job.failures, name), input);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeSync(2, `${name}: ${text.slice(0, 2000)}\n`);
}
