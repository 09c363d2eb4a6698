import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { download } from '../../download/download.js';
import { sha256OfFile } from '../../download/file-digest.js';
import { type Network, openNetwork, withoutCredentials } from '../../download/network.js';
import { messageOf, UserError } from '../../errors.js';
import { fileFault } from '../../file-fault.js';
import { cacheFolder } from '../../user-folders.js';
import { chooseRequired, chooseTensorflow } from './choose-wheel.js';
import { explainDiskError, requireSpace } from './disk-space.js';
import { indexRemedies } from './index-remedies.js';
import { fetchWheels, type IndexWheel, UnknownProjectError } from './package-index.js';
import type { PipSettings } from './pip-settings.js';
import { type Requirement, requirementsOf } from './requirements.js';
import { type LocalWheel, type Source, type SourceContext, unpackWheels } from './source.js';
import { readMetadata } from './wheel.js';

/** What a download from the index needs beside the common things. */
export interface IndexContext extends SourceContext {
  readonly settings: PipSettings;
  readonly retryDelayMs: number;
}

/** TensorFlow's wheel, and those of NVIDIA that it names, from a Python package index. */
export function indexSource(version: string, context: IndexContext): Source {
  const wheels: FetchedWheel[] = [];
  return {
    version,
    async fill(folder) {
      const network = await openNetwork(context.settings, indexRemedies);
      try {
        wheels.push(...(await fetchAll(version, context, network)));
      } catch (error) {
        throw explainDiskError(downloadsFolder(), error);
      } finally {
        await network.close();
      }
      await unpackWheels(wheels, folder, context);
      return wheels.map(({ file, sha256 }) => ({ file, sha256 }));
    },
    async cleanUp() {
      for (const { path, isDownload } of wheels) if (isDownload) await rm(path, { force: true });
    },
  };
}

/** The folder of finished and begun downloads. */
export function downloadsFolder(): string {
  return cacheFolder('downloads');
}

interface FetchedWheel extends LocalWheel {
  /** False for a file that lies on this machine already: it is the user's. */
  readonly isDownload: boolean;
}

async function fetchAll(
  version: string,
  context: IndexContext,
  network: Network,
): Promise<FetchedWheel[]> {
  const { project, target, terminal } = context;
  const main = await findIn(context, network, project, (wheels, place) =>
    chooseTensorflow(wheels, version, target, place),
  );
  if (main.isYanked) terminal.note(`${main.file} has been withdrawn by its makers`);
  const tensorflow = await fetchOne(main, context, network);
  if (context.build === 'cpu') return [tensorflow];
  const required: IndexWheel[] = [];
  for (const requirement of requirementsOf(await readMetadata(tensorflow.path), 'and-cuda')) {
    required.push(await findRequired(requirement, context, network));
  }
  const total = required.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  await requireSpace(downloadsFolder(), total, context.freeBytes); // before the first of them
  const fetched = [tensorflow];
  for (const wheel of required) fetched.push(await fetchOne(wheel, context, network));
  return fetched;
}

function findRequired(
  requirement: Requirement,
  context: IndexContext,
  network: Network,
): Promise<IndexWheel> {
  return findIn(context, network, requirement.project, (wheels, place) =>
    chooseRequired(wheels, requirement, context.target, place),
  );
}

/**
 * The wheel of the first place that has a suitable one.
 *
 * @throws {UserError} If there is none: why a place was not reached, else why its wheels will not do.
 */
async function findIn(
  { settings, signal }: IndexContext,
  network: Network,
  project: string,
  choose: (wheels: readonly IndexWheel[], place: string) => IndexWheel,
): Promise<IndexWheel> {
  const unreached: UserError[] = [];
  const unsuitable: UserError[] = [];
  const unknown: UserError[] = [];
  for (const place of settings.places) {
    let wheels: IndexWheel[];
    try {
      wheels = await fetchWheels(network, place, project, signal);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      (error instanceof UnknownProjectError ? unknown : unreached).push(error);
      continue;
    }
    try {
      return choose(wheels, withoutCredentials(place.url));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      (wheels.length > 0 ? unsuitable : unknown).push(error);
    }
  }
  const error = unreached.at(-1) ?? unsuitable.at(-1) ?? unknown.at(-1);
  if (error !== undefined) throw error;
  throw new UserError(
    `Cannot install "${project}": expected an index to have it, got none that does: set one with HISTO_INDEX_URL, or install from a file with "histo engine install --from FILE"`,
  );
}

async function fetchOne(
  wheel: IndexWheel,
  context: IndexContext,
  network: Network,
): Promise<FetchedWheel> {
  const { terminal, retryDelayMs, signal } = context;
  const { file, sizeBytes } = wheel;
  const project = wheel.name.project;
  refuseScheme(wheel);
  if (wheel.url.startsWith('file:')) return useLocal(wheel, signal);
  if (wheel.sha256 === null) {
    throw new UserError(
      `Cannot download "${file}": expected its SHA-256 in the index "${withoutCredentials(wheel.place.url)}", got none: choose another index with HISTO_INDEX_URL, or install from a file with "histo engine install --from FILE"`,
    );
  }
  const folder = downloadsFolder();
  // The wheel, and at least as much again for what comes out of it: measured exactly later.
  await requireSpace(folder, 2 * (sizeBytes ?? 0), context.freeBytes);
  const { url, sha256 } = wheel;
  const savedAs = `${sha256.slice(0, 16)}-${file}`;
  const known = { algorithm: 'sha256', digest: sha256 } as const;
  const path = await download(
    { file, url, sizeBytes, savedAs, ...known },
    {
      network,
      folder,
      terminal,
      purpose: 'install',
      remedies: indexRemedies,
      retryDelayMs,
      ...(signal && { signal }),
    },
  );
  return { path, file, sha256, project, isDownload: true };
}

/** A wheel that an index on this machine names; its hash is verified where the index knows it. */
async function useLocal(wheel: IndexWheel, signal?: AbortSignal): Promise<FetchedWheel> {
  const { file, name, sha256 } = wheel;
  const { path, found } = await digestOf(wheel.url, signal);
  if (sha256 !== null && found !== sha256) {
    throw new UserError(
      `Cannot install "${path}": expected SHA-256 ${sha256}, got ${found}: choose another index with HISTO_INDEX_URL`,
    );
  }
  return { path, file, sha256: found, project: name.project, isDownload: false };
}

async function digestOf(url: string, signal?: AbortSignal) {
  try {
    const path = fileURLToPath(url);
    return { path, found: await sha256OfFile(path, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    throw new UserError(
      `Cannot install "${url}": expected a wheel, ${fileFault(error) ?? `got ${messageOf(error)}`}: choose another index with HISTO_INDEX_URL`,
      { cause: error },
    );
  }
}

/** Only an index on this machine may name its files, only a plain index may name plain URLs. */
function refuseScheme({ url, place }: IndexWheel): void {
  const allowed = ['https:'];
  if (place.url.startsWith('http:')) allowed.push('http:');
  if (place.url.startsWith('file:')) allowed.push('http:', 'file:');
  if (allowed.some((scheme) => url.startsWith(scheme))) return;
  throw new UserError(
    `Cannot download "${withoutCredentials(url)}": expected an https URL in the index "${withoutCredentials(place.url)}", got another scheme: choose another index with HISTO_INDEX_URL`,
  );
}
