import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.js';
import { codeOf, UserError } from '../../errors.js';
import { freeBytes } from '../../free-disk.js';
import { listAbandoned, ownedName } from '../../owned-name.js';
import type { Terminal } from '../../terminal.js';
import {
  type EngineBuild,
  type EngineCard,
  engineFolder,
  enginesFolder,
  type InstalledEngine,
  librariesIn,
  listInstalledEngines,
} from '../native/folders.js';
import { explainDiskError } from './disk-space.js';
import { fileSource } from './file-source.js';
import { indexSource } from './index-source.js';
import { readPipSettings } from './pip-settings.js';
import { type Proof, proveLibraries } from './prove.js';
import type { Source } from './source.js';
import { projectFor, type Target, thisTarget } from './target.js';

/** The version that histo is tested with. */
export const defaultVersion = '2.21.0';

/** What to install. */
export interface InstallOptions {
  readonly build: EngineBuild;
  /** Null for `defaultVersion`, or for what `from` holds. */
  readonly version: string | null;
  /** A wheel, a folder of wheels or an unpacked folder; null for the package index. */
  readonly from: string | null;
  /** The index's URL; null for what pip was told, or PyPI. */
  readonly index?: string | null;
}

/** What a test replaces. */
export interface InstallSeams {
  readonly prove: Proof;
  readonly target: Target;
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly retryDelayMs: number;
}

/**
 * Installs a native TensorFlow into the user's cache: fetch, verify, unpack what is needed into a
 * folder of its own, open it once in a fresh process, and only then move it into place.
 *
 * Two installs at once do not disturb each other: the later one finds the other's engine there.
 *
 * @returns The engine, also if it had been there before.
 * @throws {UserError} Without network, with a wrong hash, a full disk, an unsupported platform or
 *   an unknown version. Nothing half-installed stays; a begun download does, for the next try.
 */
export async function installEngine(
  options: InstallOptions,
  terminal: Terminal,
  signal?: AbortSignal,
  seams: Partial<InstallSeams> = {},
): Promise<InstalledEngine> {
  const target = seams.target ?? thisTarget();
  const project = projectFor(target, options.build);
  const source = await chooseSource(options, project, target, terminal, signal, seams);
  const present = await findPresent(source.version, options.build);
  if (present !== null) {
    terminal.note(`TensorFlow ${present.version} (${present.build}) is already installed`);
    return present;
  }
  const staging = join(enginesFolder(), ownedName('.staging'));
  try {
    await makeStaging(staging);
    const sources = await source.fill(staging);
    terminal.note('Opening it once to see that it runs');
    const proven = await (seams.prove ?? proveLibraries)(librariesIn(staging), signal);
    refuseOtherVersion(options, source, proven);
    const version = source.version ?? proven;
    const card = { version, build: options.build, sources, installed: new Date().toISOString() };
    await writeCard(staging, { ...card, sources: [...sources] });
    const engine = await moveIntoPlace(staging, version, options.build);
    await source.cleanUp();
    return engine;
  } catch (error) {
    signal?.throwIfAborted(); // streams say only that they were aborted, not by what
    const other = await findPresent(source.version, options.build);
    if (other !== null) return other; // another install was quicker, and cleaned up under us
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => {}); // else the next one does it
  }
}

async function chooseSource(
  options: InstallOptions,
  project: string,
  target: Target,
  terminal: Terminal,
  signal: AbortSignal | undefined,
  seams: Partial<InstallSeams>,
): Promise<Source> {
  const context = {
    build: options.build,
    project,
    target,
    terminal,
    freeBytes: seams.freeBytes ?? freeBytes,
    ...(signal && { signal }),
  };
  if (options.version !== null && !/^\d[\w.+]*$/.test(options.version)) {
    throw new UserError(
      `Cannot install TensorFlow "${options.version}": expected a version such as ${defaultVersion}: correct --version`,
    );
  }
  if (options.from !== null) return fileSource(options.from, options.version, context);
  const settings = await readPipSettings(options.index ?? null);
  const retryDelayMs = seams.retryDelayMs ?? 1000;
  return indexSource(options.version ?? defaultVersion, {
    ...context,
    settings,
    retryDelayMs,
  });
}

/** For a source without a version in its name, once opening it has told. */
function refuseOtherVersion(options: InstallOptions, source: Source, proven: string): void {
  if (source.version !== null || options.version === null || options.version === proven) return;
  throw new UserError(
    `Cannot install TensorFlow "${options.version}": expected that version in "${options.from}", got ${proven}: correct --version, or leave it out`,
  );
}

async function findPresent(
  version: string | null,
  build: EngineBuild,
): Promise<InstalledEngine | null> {
  const installed = await listInstalledEngines();
  return installed.find((e) => e.version === version && e.build === build) ?? null;
}

async function makeStaging(staging: string): Promise<void> {
  const folder = enginesFolder();
  try {
    for (const name of await listAbandoned(folder, '.staging')) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    await mkdir(staging, { recursive: true });
  } catch (error) {
    throw explainDiskError(folder, error);
  }
}

async function writeCard(folder: string, card: EngineCard): Promise<void> {
  await writeFileAtomically(join(folder, 'engine.json'), [`${JSON.stringify(card, null, 2)}\n`]);
}

async function moveIntoPlace(
  staging: string,
  version: string,
  build: EngineBuild,
): Promise<InstalledEngine> {
  const folder = engineFolder(version, build);
  const engine = { version, build, folder, ...librariesIn(folder) };
  for (let tries = 0; tries < 3; tries++) {
    try {
      await rename(staging, folder);
      return engine;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) {
        throw explainDiskError(folder, error);
      }
    }
    const other = await findPresent(version, build);
    if (other !== null) return other; // another install was quicker: ours is discarded
    await discard(folder); // a broken one
  }
  throw new Error(`Cannot replace "${folder}": it comes back each time it is moved away`);
}

/** Moves a folder out of the way in one step, then deletes it. */
export async function discard(folder: string): Promise<void> {
  const aside = join(enginesFolder(), ownedName('.staging'));
  await rename(folder, aside).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw explainDiskError(folder, error);
  });
  await rm(aside, { recursive: true, force: true });
}
