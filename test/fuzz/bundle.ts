import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packageFolder } from '../../src/package-folder.js';

/** The fuzz targets as JavaScript, for processes that know no TypeScript. */
export interface Bundle {
  readonly child: string;
  /** The URL of a target's module. */
  readonly moduleOf: (name: string) => string;
  readonly remove: () => Promise<void>;
}

const source = join(packageFolder, 'test', 'fuzz');

/** The names of the targets in a folder of `test/fuzz`. */
export async function targetsIn(folder: 'targets' | 'planted'): Promise<string[]> {
  const names = await readdir(join(source, folder));
  return names.map((name) => name.replace(/\.ts$/, '')).sort();
}

/** Bundles the program of the processes and the targets of a folder; packages stay outside. */
export async function bundleTargets(folder: 'targets' | 'planted'): Promise<Bundle> {
  const outdir = await mkdtemp(join(source, '.build-')); // below node_modules and package.json
  const names = await targetsIn(folder);
  await build({
    entryPoints: [
      { in: join(source, 'child.ts'), out: 'child' },
      ...names.map((name) => ({ in: join(source, folder, `${name}.ts`), out: name })),
    ],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  return {
    child: join(outdir, 'child.mjs'),
    moduleOf: (name) => pathToFileURL(join(outdir, `${name}.mjs`)).href,
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
