// Bundles tfjs-core's own gradients, unchanged, into dist/tfjs-gradients.
//
// tfjs-core's build for Node leaves them out, and the modules that register them can be imported by
// bundlers only. The copy of tfjs-core's ops that comes along shares engine and registries with the
// package through globalThis, as tfjs-core means it to.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'),
);
const folder = join(root, 'dist', 'tfjs-gradients');

const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
await build({
  entryPoints: [join(source, 'dist', 'register_all_gradients.js')],
  outfile: join(folder, 'index.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  legalComments: 'none', // the banner and the file LICENSE say it once for all
  logLevel: 'warning',
  banner: {
    js: `/*! Bundled from @tensorflow/tfjs-core ${version} (Copyright Google LLC, Apache-2.0: LICENSE). */`,
  },
});
await mkdir(folder, { recursive: true });
await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
