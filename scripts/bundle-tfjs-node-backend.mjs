// Bundles tfjs-node's own backend class and kernels, unchanged, into dist/tfjs-node-backend.
//
// The package @tensorflow/tfjs-node-gpu cannot be a dependency of histo: its install script
// downloads TensorFlow 2.9. So it is a development dependency whose JavaScript is bundled here;
// src/engine/native lays a binding of its own below it. Two imports are answered otherwise:
//
// - `@tensorflow/tfjs` by @tensorflow/tfjs-core, the only part that is used, which stays outside
//   the bundle so that there is one engine in the process;
// - `util` by the two functions that the backend asks for, which Node 23 dropped.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = createRequire(import.meta.url);
const source = dirname(packages.resolve('@tensorflow/tfjs-node-gpu/package.json'));
const folder = join(root, 'dist', 'tfjs-node-backend');

const entry = `
  require('./dist/register_all_kernels.js');
  exports.NodeJSKernelBackend = require('./dist/nodejs_kernel_backend.js').NodeJSKernelBackend;
`;

// Four kernels call a method of a tensor that the package @tensorflow/tfjs would have added.
const core = `
  const tf = require('@tensorflow/tfjs-core');
  const methods = {
    add(other) { return tf.add(this, other); },
    toInt() { return tf.cast(this, 'int32'); },
    toFloat() { return tf.cast(this, 'float32'); },
  };
  for (const [name, method] of Object.entries(methods)) tf.Tensor.prototype[name] ??= method;
  module.exports = tf;
`;

const util = `
  exports.isNullOrUndefined = (value) => value === null || value === undefined;
  exports.isArray = Array.isArray;
`;

/** Answers an import of tfjs-node's by the text of a module. */
function standIn(filter, contents) {
  const namespace = `stand-in:${filter.source}`;
  return {
    name: namespace,
    setup(bundle) {
      bundle.onResolve({ filter }, ({ path }) => ({ path, namespace }));
      bundle.onLoad({ filter: /.*/, namespace }, () => ({ contents, resolveDir: root }));
    },
  };
}

const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
await build({
  stdin: { contents: entry, resolveDir: source },
  outfile: join(folder, 'index.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['@tensorflow/tfjs-core'],
  legalComments: 'inline',
  logLevel: 'warning',
  banner: {
    js: `/*! Bundled from @tensorflow/tfjs-node-gpu ${version} (Copyright Google LLC, Apache-2.0: LICENSE)
 * and google-protobuf (Copyright Google Inc., BSD-3-Clause: LICENSE-google-protobuf.md). */`,
  },
  plugins: [standIn(/^@tensorflow\/tfjs$/, core), standIn(/^util$/, util)],
});

await mkdir(folder, { recursive: true });
// Both packages are Apache-2.0, but tfjs-node's holds no copy of the licence's text.
await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
const protobuf = dirname(packages.resolve('google-protobuf/package.json'));
const parts = ['LICENSE.md', 'LICENSE-asserts.md'].map((name) => readFile(join(protobuf, name)));
await writeFile(
  join(folder, 'LICENSE-google-protobuf.md'),
  (await Promise.all(parts)).join('\n\n---\n\n'),
);
