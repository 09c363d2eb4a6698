import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.js';
import { packageFolder } from '../../package-folder.js';
import { pageStyle } from '../../report/page-style.js';
import { lightPalette } from '../../report/palette.js';
import { showBytes } from '../../show-bytes.js';
import { opset } from '../onnx/classifier-onnx.js';
import { modelSections } from './model-sections.js';
import type { PageFacts } from './page-facts.js';
import type { PublicFacts } from './public-facts.js';
import { webPageHtml } from './web-page-html.js';
import { webPageStyle } from './web-page-style.js';

const program = join(packageFolder, 'dist', 'web'); // as `npm run build` bundles it
const copied = ['page.js', 'scorer.js', 'onnxruntime.wasm', 'icon.svg', 'LICENSES.txt'];
const builtIn = join(packageFolder, 'assets', 'patches');

/** What stands in the folder of a page. */
export const webPageFiles: readonly string[] = [
  ...copied,
  ...[
    'index.html',
    'service-worker.js',
    'page.css',
    'manifest.webmanifest',
    'model.onnx',
    'patches',
  ],
];

/** A model as a page shows it. */
export interface WebPage {
  readonly facts: PublicFacts;
  /** As in `ResNet-50`. */
  readonly network: string;
  /** The ONNX file's parts in their order. */
  readonly model: readonly Uint8Array[];
}

/**
 * Writes a page that scores patches in the browser, with all that it needs: any server can give it out, and
 * after the first time it opens without one. A page of another export there is replaced.
 *
 * @param folder Made if it is missing.
 * @throws {UserError} If a file cannot be written.
 */
export async function writeWebPage(folder: string, page: WebPage): Promise<void> {
  const samples = (await readdir(builtIn)).filter((name) => name.endsWith('.png')).sort();
  const files = await filesOf(page, samples);
  const version = versionOf([...files.values(), [indexHtml(page, files, samples, '')]]);
  const cached = ['./', ...[...files.keys()].map((name) => `${name}?v=${version}`)];
  const keeper = await readFile(join(program, 'service-worker.js'), 'utf8');
  files.set('index.html', [indexHtml(page, files, samples, version)]);
  files.set('service-worker.js', [
    `const page = ${JSON.stringify({ version, files: cached })};\n${keeper}`,
  ]);
  for (const [name, chunks] of files) await writeFileAtomically(join(folder, name), chunks);
}

type Files = Map<string, readonly (string | Uint8Array)[]>;

/** All files but those that know the version. */
async function filesOf({ facts, model }: WebPage, samples: readonly string[]): Promise<Files> {
  const files: Files = new Map();
  for (const name of copied) files.set(name, [await readFile(join(program, name))]);
  for (const name of samples) files.set(`patches/${name}`, [await readFile(join(builtIn, name))]);
  files.set('page.css', [pageStyle, webPageStyle]);
  files.set('manifest.webmanifest', [manifest(facts)]);
  files.set('model.onnx', model);
  return files;
}

function indexHtml(
  { facts, network }: WebPage,
  files: Files,
  samples: readonly string[],
  version: string,
): string {
  const { classNames, preprocessing, temperature, thresholds } = facts;
  const bytesOf = (name: string) => bytesIn(files.get(name) ?? []);
  const pageFacts: PageFacts = {
    version,
    classNames,
    cropPx: preprocessing.cropPx,
    temperature: temperature ?? 1,
    thresholds,
    modelBytes: bytesOf('model.onnx'),
    runtimeBytes: bytesOf('onnxruntime.wasm'),
  };
  const model = {
    name: 'model',
    value: `model.onnx, ONNX with opset ${opset}, ${showBytes(pageFacts.modelBytes)}`,
  };
  const sections = modelSections(facts, network, model);
  const pictures = samples.map((name) => `patches/${name}`);
  return webPageHtml({ facts: pageFacts, network, sections, samples: pictures });
}

function manifest({ classNames }: PublicFacts): string {
  const [normal, tumour] = classNames;
  return JSON.stringify({
    name: `${tumour} or ${normal}?`,
    short_name: 'histo',
    start_url: './',
    display: 'standalone',
    background_color: lightPalette.ground,
    theme_color: lightPalette.accent,
    icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  });
}

function bytesIn(chunks: readonly (string | Uint8Array)[]): number {
  return chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
}

/** The start of a SHA-256 over the contents of all files. */
function versionOf(contents: readonly (readonly (string | Uint8Array)[])[]): string {
  const hash = createHash('sha256');
  for (const chunk of contents.flat()) hash.update(chunk);
  return hash.digest('hex').slice(0, 12);
}
