import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { listAbandoned, ownedName } from '../owned-name.js';
import { showBytes } from '../show-bytes.js';
import type { Terminal } from '../terminal.js';
import { type DownloadProgress, downloadProgress } from './download-progress.js';
import { digestOfFile, digestText, isDigest, type KnownDigest } from './file-digest.js';
import {
  type Answer,
  type DownloadRemedies,
  explainNetworkError,
  type Network,
  withoutCredentials,
} from './network.js';

/** A file that is to be downloaded and whose digest is known beforehand. */
export interface Download extends KnownDigest {
  /** How messages call it. */
  readonly file: string;
  readonly url: string;
  /** Null: nobody tells it. */
  readonly sizeBytes: number | null;
  /** The name that it gets in the folder. */
  readonly savedAs: string;
}

/** Everything that a download needs besides the file's address. */
export interface DownloadOptions {
  readonly network: Network;
  /** The folder for finished files and for `.part` files; it exists. */
  readonly folder: string;
  readonly terminal: Terminal;
  /** What is to be done with the file, such as `install`; for errors. */
  readonly purpose: string;
  readonly remedies: DownloadRemedies;
  /** The wait before the first repetition; it doubles from one to the next. */
  readonly retryDelayMs: number;
  readonly signal?: AbortSignal;
}

const mostUnknownBytes = 2 ** 32; // of a file whose size nobody tells; CUDA's largest has a sixth
const mostFruitlessTries = 5; // in a row, without one more byte

/**
 * Downloads a file into a folder, from where an earlier try left off, and verifies its digest.
 *
 * A try that is cut off is repeated from the byte it had reached. What has come stays as a
 * `.part` file for the next call, whatever happens; only a wrong digest discards it.
 *
 * @returns The path of the complete, verified file.
 * @throws {UserError} If the server refuses, stays silent, or sends something else.
 */
export async function download(wanted: Download, options: DownloadOptions): Promise<string> {
  const { savedAs: name, algorithm } = wanted;
  const path = join(options.folder, name);
  if (await isComplete(path, wanted, options.signal)) return path;
  const part = await claimPart(options.folder, `${name}.part`);
  const hadBytes = await sizeOf(part);
  try {
    await fetchAll(wanted, part, options);
    let found = await digestOfFile(part, algorithm, options.signal);
    if (!isDigest(wanted, found) && hadBytes > 0) {
      await rm(part, { force: true }); // perhaps only the old beginning was bad
      await fetchAll(wanted, part, options);
      found = await digestOfFile(part, algorithm, options.signal);
    }
    if (!isDigest(wanted, found)) {
      await rm(part, { force: true });
      throw new UserError(
        `Cannot ${options.purpose} "${wanted.file}": expected ${digestText(wanted)}, got ${found}: try again, or ${options.remedies.otherSource}`,
      );
    }
    await rename(part, path);
    return path;
  } finally {
    await rename(part, join(options.folder, `${name}.part`)).catch(() => {}); // for the next try
  }
}

/** Takes over what an earlier try has left; a rename, so that only one can have it. */
async function claimPart(folder: string, name: string): Promise<string> {
  const part = join(folder, ownedName(name));
  for (const left of [name, ...(await listAbandoned(folder, name))]) {
    const isMine = await rename(join(folder, left), part).then(
      () => true,
      () => false,
    );
    if (isMine) return part;
  }
  return part;
}

async function fetchAll(wanted: Download, part: string, options: DownloadOptions): Promise<void> {
  const progress = downloadProgress(
    options.terminal,
    wanted.file,
    wanted.sizeBytes,
    await sizeOf(part),
  );
  const validator: Validator = { etag: null };
  try {
    for (let fruitless = 0; ; ) {
      const before = await sizeOf(part);
      try {
        await fetchOnce(wanted, part, validator, progress, options);
        return;
      } catch (error) {
        options.signal?.throwIfAborted();
        fruitless = (await sizeOf(part)) > before ? 1 : fruitless + 1;
        const explained = explainNetworkError(wanted.url, error, options.remedies);
        const isFinal = error instanceof UserError && !(error instanceof PassingError);
        const isOurs = explained === error && !(error instanceof PassingError); // disk, or a bug
        if (isFinal || isOurs || fruitless >= mostFruitlessTries) throw explained;
        await sleep(options.retryDelayMs * 2 ** (fruitless - 1), undefined, {
          ...(options.signal && { signal: options.signal }),
        });
      }
    }
  } finally {
    progress.stop();
  }
}

/** A refusal that may be gone in a moment. */
class PassingError extends UserError {}

interface Validator {
  /** Of the version that the `.part` file holds the beginning of, once known. */
  etag: string | null;
}

async function fetchOnce(
  wanted: Download,
  part: string,
  validator: Validator,
  progress: DownloadProgress,
  options: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  if (have > 0 && have === wanted.sizeBytes) return;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) headers['range'] = `bytes=${have}-`;
  if (have > 0 && validator.etag !== null) headers['if-range'] = validator.etag;
  const answer = await options.network.get(wanted.url, headers, options.signal);
  answer.body.on('error', () => {}); // told by the loop that reads it
  try {
    const start = checkedStart(answer, wanted, have, options.remedies);
    if (start === null) {
      await rm(part, { force: true });
      throw new PassingError(unexpected(wanted, `an end before byte ${have}`, 'try again'));
    }
    const etag = answer.headers['etag'];
    validator.etag = typeof etag === 'string' && !etag.startsWith('W/') ? etag : null;
    await append(answer, wanted, part, start, progress, options.remedies);
  } finally {
    answer.body.destroy();
  }
}

/** @returns The byte that the answer begins at; null if the `.part` file must be given up. */
function checkedStart(
  answer: Answer,
  wanted: Download,
  have: number,
  { offline }: DownloadRemedies,
): number | null {
  const { status } = answer;
  if (status === 200) return 0;
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(String(answer.headers['content-range'] ?? ''))?.[1];
    return Number(start) === have ? have : null;
  }
  if (status === 416) return null;
  const text = unexpected(wanted, `status ${status}`, offline);
  const isPassing = status === 408 || status === 429 || status >= 500;
  throw isPassing ? new PassingError(text) : new UserError(text);
}

async function append(
  answer: Answer,
  wanted: Download,
  part: string,
  start: number,
  progress: DownloadProgress,
  { offline, otherSource }: DownloadRemedies,
): Promise<void> {
  const length = answer.headers['content-length'];
  const isTold = typeof length === 'string' && /^\d+$/.test(length);
  const end = isTold ? start + Number(length) : null;
  const most = wanted.sizeBytes ?? mostUnknownBytes;
  if (end !== null && end > most) throw tooMuch(wanted, end, otherSource);
  const file = await open(part, start === 0 ? 'w' : 'a');
  let done = start;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      if (done + chunk.length > most) throw tooMuch(wanted, done + chunk.length, otherSource);
      await file.writeFile(chunk);
      done += chunk.length;
      progress.update(done);
    }
  } finally {
    await file.close();
  }
  const expected = wanted.sizeBytes ?? end;
  if (expected !== null && done < expected) {
    throw new PassingError(unexpected(wanted, `an end after ${showBytes(done)}`, offline));
  }
}

function tooMuch(wanted: Download, got: number, remedy: string): UserError {
  return new UserError(unexpected(wanted, showBytes(got), remedy));
}

function unexpected(wanted: Download, got: string, remedy: string): string {
  const size = wanted.sizeBytes === null ? 'the file' : showBytes(wanted.sizeBytes);
  return `Cannot download "${withoutCredentials(wanted.url)}": expected ${size}, got ${got}: ${remedy}`;
}

async function isComplete(
  path: string,
  known: KnownDigest,
  signal?: AbortSignal,
): Promise<boolean> {
  if ((await sizeOf(path)) === 0) return false;
  if (isDigest(known, await digestOfFile(path, known.algorithm, signal))) return true;
  await rm(path, { force: true });
  return false;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
