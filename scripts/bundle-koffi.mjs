// Bundles koffi's JavaScript, unchanged, into dist/koffi.
//
// The package koffi cannot be a dependency of histo: its install script fails the installation
// where such scripts fail, though all that it would do is find the library that one of the packages
// @koromix/koffi-* brings ready-made. Those are histo's optional dependencies.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = dirname(createRequire(import.meta.url).resolve('koffi'));
const folder = join(root, 'dist', 'koffi');

const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
await build({
  entryPoints: [join(source, 'index.cjs')],
  outfile: join(folder, 'index.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['@koromix/*'],
  legalComments: 'none', // the banner and the file LICENSE.txt say it once for all
  logLevel: 'warning',
  banner: {
    js: `/*! Bundled from koffi ${version} (Copyright Niels Martignène, MIT: LICENSE.txt). */`,
  },
});
await mkdir(folder, { recursive: true });
await copyFile(join(source, 'LICENSE.txt'), join(folder, 'LICENSE.txt'));
