// Bundles what runs a graph model, of tfjs-converter's, unchanged, into dist/tfjs-converter.
//
// The package is 25 MB, of which histo needs a hundredth, to run each tfjs export once before it is kept.
// tfjs-core stays outside, so that there is one engine in the process; two of its modules, which only
// bundlers can import, are answered by tfjs-core itself, which exports what they hold.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-converter/package.json'),
);
const folder = join(root, 'dist', 'tfjs-converter');

const entry = `
  import './dist/flags.js';
  export { loadGraphModel } from './dist/executor/graph_model.js';
`;

const core = `
  const tf = require('@tensorflow/tfjs-core');
  module.exports = { ...tf, ...tf.io };
`;

/** Answers imports of tfjs-core's modules by tfjs-core. */
const wholeCore = {
  name: 'whole-core',
  setup(bundle) {
    bundle.onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, () => ({
      path: 'core',
      namespace: 'whole-core',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'whole-core' }, () => ({
      contents: core,
      resolveDir: root,
    }));
  },
};

const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
await build({
  stdin: { contents: entry, resolveDir: source },
  outfile: join(folder, 'index.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['@tensorflow/tfjs-core'],
  legalComments: 'none', // the banner and the file LICENSE say it once for all
  logLevel: 'warning',
  banner: {
    js: `/*! Bundled from @tensorflow/tfjs-converter ${version} (Copyright Google LLC, Apache-2.0: LICENSE). */`,
  },
  plugins: [wholeCore],
});
await mkdir(folder, { recursive: true });
await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
