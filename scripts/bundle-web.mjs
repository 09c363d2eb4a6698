// Bundles the program of the page that `histo export --format web` writes into dist/web: the page's own
// part, the worker that scores, the service worker, and ONNX Runtime's WebAssembly with its licence.
//
// Some imports of the worker's are answered otherwise than under Node:
//
// - src/data/bounded-decoders.ts by web/scorer/bounded-decoders.ts, which unpacks as browsers do;
// - `node:os`, of which src/errors.ts names system errors, by a module without any;
// - geotiff's decoders that are never asked, by nothing.
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = createRequire(import.meta.url);
const source = join(root, 'web');
const folder = join(root, 'dist', 'web');

const unasked = /geotiff\/dist-module\/compression\/(deflate|jpeg|lerc|lzw|webimage|zstd)\.js$/;

/** Of the packages that hold no text of their licence. */
const ownText = {
  'onnxruntime-web': await readFile(join(source, 'onnxruntime-licence.txt'), 'utf8'),
};

const asInBrowsers = {
  name: 'as-in-browsers',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\/bounded-decoders\.js$/ }, () => ({
      path: join(source, 'scorer', 'bounded-decoders.ts'),
    }));
    bundle.onResolve({ filter: /^node:os$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    bundle.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
      contents: 'export const constants = { errno: {} };',
    }));
    bundle.onLoad({ filter: unasked }, () => ({ contents: 'export default null;' }));
  },
};

const { metafile } = await build({
  entryPoints: [
    join(source, 'page', 'page.ts'),
    join(source, 'scorer', 'scorer.ts'),
    join(source, 'service-worker', 'service-worker.ts'),
  ],
  outdir: folder,
  entryNames: '[name]',
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  legalComments: 'none', // LICENSES.txt says it for all
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent' }, // ONNX Runtime's, for threads that are not used
  metafile: true,
  plugins: [asInBrowsers],
});

await mkdir(folder, { recursive: true });
await copyFile(
  packages.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
  join(folder, 'onnxruntime.wasm'),
);
await copyFile(join(source, 'icon.svg'), join(folder, 'icon.svg'));
await writeFile(join(folder, 'LICENSES.txt'), await licencesOf(Object.keys(metafile.inputs)));

/** Names, licences and their texts of the packages that files are of. */
async function licencesOf(files) {
  const inPackage = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const bundled = [...new Set(files.map((file) => inPackage.exec(file)?.[1]).filter(Boolean))];
  const parts = await Promise.all(bundled.sort().map((name) => licenceOf(join(root, name))));
  const notices = await readFile(join(source, 'onnxruntime-notices.txt'), 'utf8');
  return [...parts, `What ONNX Runtime is made with\n\n${notices}`].join(
    `\n\n${'-'.repeat(80)}\n\n`,
  );
}

async function licenceOf(path) {
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? ownText[name] : await readFile(join(path, file), 'utf8');
  if (text === undefined)
    throw new Error(`Cannot bundle "${name}": expected its licence, got none`);
  return `${name} ${version} (${license})\n\n${text}`;
}
