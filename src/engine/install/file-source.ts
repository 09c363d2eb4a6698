import { constants } from 'node:fs';
import { copyFile, cp, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256OfFile } from '../../download/file-digest.js';
import { codeOf, messageOf, UserError } from '../../errors.js';
import { libraryNames } from '../native/folders.js';
import { compareVersions } from '../native/version.js';
import { chooseRequired, chooseTensorflow } from './choose-wheel.js';
import { explainDiskError } from './disk-space.js';
import { requirementsOf } from './requirements.js';
import { type LocalWheel, type Source, type SourceContext, unpackWheels } from './source.js';
import { suits } from './target.js';
import { readMetadata } from './wheel.js';
import { parseWheelName, type WheelName } from './wheel-name.js';

/**
 * What `--from` names: a wheel file (those of NVIDIA beside it), a folder of wheels, or a folder
 * that holds an unpacked `tensorflow/`, such as a Python environment's `site-packages`.
 *
 * @param version The version that is asked for, or null for the newest there.
 * @throws {UserError} If it is none of these, or not for this machine.
 */
export async function fileSource(
  from: string,
  version: string | null,
  context: SourceContext,
): Promise<Source> {
  const path = resolve(from);
  const kind = await stat(path).catch((error: unknown) => {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    throw wrong(path, isMissing ? 'no such file' : messageOf(error));
  });
  if (!kind.isDirectory()) {
    const name = checkedName(path, context);
    if (version !== null && name.version !== version) throw wrong(path, `version ${name.version}`);
    return wheelSource(path, name.version, dirname(path), context);
  }
  const { library } = libraryNames(context.target.platform);
  const isUnpacked = await stat(join(path, 'tensorflow', library)).then(
    () => true,
    () => false,
  );
  if (isUnpacked) return unpackedSource(path, context);
  const wheels = (await wheelsIn(path)).filter(({ name }) => name.project === context.project);
  const newest = wheels
    .map(({ name }) => name.version)
    .sort(compareVersions)
    .at(-1);
  if (newest === undefined) throw wrong(path, 'neither in the folder');
  const chosen = chooseTensorflow(wheels, version ?? newest, context.target, path);
  return wheelSource(chosen.path, chosen.name.version, path, context);
}

function wheelSource(
  path: string,
  version: string,
  folder: string,
  context: SourceContext,
): Source {
  return {
    version,
    async fill(staging) {
      const wheels = [await localWheel(path, context.project, context.signal)];
      if (context.build === 'cuda') {
        const beside = await wheelsIn(folder);
        for (const requirement of requirementsOf(await readMetadata(path), 'and-cuda')) {
          const wheel = chooseRequired(beside, requirement, context.target, folder);
          wheels.push(await localWheel(wheel.path, wheel.name.project, context.signal));
        }
      }
      await unpackWheels(wheels, staging, context);
      return wheels.map(({ file, sha256 }) => ({ file, sha256 }));
    },
    cleanUp: async () => {}, // the files are the user's
  };
}

function unpackedSource(folder: string, context: SourceContext): Source {
  return {
    version: null, // only the opened library can tell
    async fill(staging) {
      const { library, framework } = libraryNames(context.target.platform);
      const sources: { file: string; sha256: string }[] = [];
      try {
        await mkdir(join(staging, 'tensorflow'), { recursive: true });
        for (const file of [library, framework]) {
          const from = join(folder, 'tensorflow', file);
          await copyFile(from, join(staging, 'tensorflow', file), constants.COPYFILE_FICLONE);
          sources.push({ file: from, sha256: await sha256OfFile(from, context.signal) });
        }
        if (context.build === 'cuda') {
          const nvidia = join(folder, 'nvidia');
          await cp(nvidia, join(staging, 'nvidia'), { recursive: true, dereference: true });
        }
      } catch (error) {
        if (codeOf(error) === 'ENOENT') {
          throw wrong(folder, `no ${(error as NodeJS.ErrnoException).path ?? 'file'}`);
        }
        throw explainDiskError(staging, error);
      }
      return sources;
    },
    cleanUp: async () => {},
  };
}

function checkedName(path: string, { project, target }: SourceContext): WheelName {
  const name = parseWheelName(basename(path));
  if (name === null) throw wrong(path, 'another kind of file');
  if (name.project !== project) throw wrong(path, `a wheel of ${name.project}, not of ${project}`);
  if (!suits(target, name.platforms)) {
    throw wrong(path, `one for ${name.platforms.join(', ')}`);
  }
  return name;
}

async function wheelsIn(folder: string) {
  const files = await readdir(folder).catch((error: unknown) => {
    throw wrong(folder, messageOf(error));
  });
  return files.sort().flatMap((file) => {
    const name = parseWheelName(file);
    return name === null ? [] : [{ name, isYanked: false, path: join(folder, file) }];
  });
}

async function localWheel(
  path: string,
  project: string,
  signal?: AbortSignal,
): Promise<LocalWheel> {
  return { path, project, file: basename(path), sha256: await sha256OfFile(path, signal) };
}

function wrong(path: string, got: string): UserError {
  return new UserError(
    `Cannot install from "${path}": expected a wheel of TensorFlow for this machine, or a folder with one or with tensorflow/ unpacked, got ${got}: leave out --from to download the right one`,
  );
}
