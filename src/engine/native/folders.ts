import { access, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { codeOf, UserError } from '../../errors.js';
import { cacheFolder } from '../../user-folders.js';
import { compareVersions } from './version.js';

export type EngineBuild = 'cpu' | 'cuda';

/** A native TensorFlow that lies unpacked and proven on this machine. */
export interface InstalledEngine {
  /** TensorFlow's version, `unknown` in a folder of the user's own. */
  readonly version: string;
  readonly build: EngineBuild;
  /** Holds `tensorflow/` and, for CUDA, `nvidia/` beside it. */
  readonly folder: string;
  /** Path of libtensorflow_cc, which exports TensorFlow's C API. */
  readonly library: string;
  /** Path of libtensorflow_framework, which the other needs. */
  readonly framework: string;
}

/** What `engine.json` in an installed folder tells of it; the file is written last. */
export const engineCard = z.object({
  version: z.string(),
  build: z.enum(['cpu', 'cuda']),
  /** The file names of the wheels it was unpacked from, TensorFlow's own first. */
  sources: z.array(z.object({ file: z.string(), sha256: z.string() })),
  /** ISO 8601, UTC. */
  installed: z.string(),
});
export type EngineCard = z.infer<typeof engineCard>;

/** The file names of TensorFlow's two libraries on a platform (`process.platform`). */
export function libraryNames(platform: NodeJS.Platform): { library: string; framework: string } {
  const end = platform === 'darwin' ? '2.dylib' : 'so.2';
  return { library: `libtensorflow_cc.${end}`, framework: `libtensorflow_framework.${end}` };
}

/** The folder that holds every installed engine, and what is being installed. */
export function enginesFolder(): string {
  return cacheFolder('engines');
}

/** The folder that an engine of this machine is installed in. */
export function engineFolder(version: string, build: EngineBuild): string {
  return join(enginesFolder(), `tensorflow-${version}-${build}${platformEnd()}`);
}

/**
 * The engine to use: the folder that `HISTO_TENSORFLOW` names, else the newest installed one; of
 * two builds of one version the CUDA one, since somebody asked for it. Null if there is none.
 *
 * @throws {UserError} If `HISTO_TENSORFLOW` names a folder without TensorFlow's libraries.
 */
export async function findInstalledEngine(): Promise<InstalledEngine | null> {
  const own = process.env['HISTO_TENSORFLOW'];
  if (own !== undefined && own !== '') return engineOfUser(resolve(own));
  return (await listInstalledEngines())[0] ?? null;
}

/** The engines installed for this platform, the one to prefer first; broken folders are left out. */
export async function listInstalledEngines(): Promise<InstalledEngine[]> {
  const found: InstalledEngine[] = [];
  for (const name of await namesIn(enginesFolder())) {
    if (!name.startsWith('tensorflow-') || !name.endsWith(platformEnd())) continue;
    const folder = join(enginesFolder(), name);
    const card = await readEngineCard(folder);
    if (card === null || !(await holdsLibraries(folder))) continue;
    found.push({ version: card.version, build: card.build, folder, ...librariesIn(folder) });
  }
  return found.sort(
    (a, b) => compareVersions(b.version, a.version) || b.build.localeCompare(a.build),
  );
}

/** The `engine.json` of a folder, or null where there is none that can be read. */
export async function readEngineCard(folder: string): Promise<EngineCard | null> {
  try {
    const text = await readFile(join(folder, 'engine.json'), 'utf8');
    return engineCard.parse(JSON.parse(text));
  } catch {
    return null; // unreadable is as good as absent: `engine install` puts it right
  }
}

/** The paths of TensorFlow's libraries in a folder that holds `tensorflow/`. */
export function librariesIn(folder: string): { library: string; framework: string } {
  const { library, framework } = libraryNames(process.platform);
  return {
    library: join(folder, 'tensorflow', library),
    framework: join(folder, 'tensorflow', framework),
  };
}

async function engineOfUser(folder: string): Promise<InstalledEngine> {
  if (!(await holdsLibraries(folder))) {
    throw new UserError(
      `Cannot use "${folder}" of HISTO_TENSORFLOW: expected tensorflow/${libraryNames(process.platform).library} in it, got no such file: name a folder that holds one, or unset HISTO_TENSORFLOW and run "histo engine install"`,
    );
  }
  const card = await readEngineCard(folder);
  const build = card?.build ?? ((await exists(join(folder, 'nvidia'))) ? 'cuda' : 'cpu');
  return { version: card?.version ?? 'unknown', build, folder, ...librariesIn(folder) };
}

async function holdsLibraries(folder: string): Promise<boolean> {
  const { library, framework } = librariesIn(folder);
  return (await exists(library)) && (await exists(framework));
}

function platformEnd(): string {
  return `-${process.platform}-${process.arch}`;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
