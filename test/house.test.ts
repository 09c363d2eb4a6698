import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../src/package-folder.js';

/**
 * The way of the data: labels -> split -> patch -> augment -> batch -> model -> loss -> optimizer
 * -> checkpoint -> metrics -> report. Each room with the rooms that it may import; `type x` allows
 * types alone. Every room may import the leaves, the files directly in `src`.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  config: [],
  data: [],
  check: ['type data'],
  download: [],
  engine: ['download'],
  model: ['engine/ops'],
  train: ['engine/ops', 'model'],
  checkpoint: ['check', 'type model'],
  weights: ['download', 'model', 'checkpoint'],
  evaluate: [],
  report: ['type evaluate', 'type check', 'type weights'],
  export: ['engine/graph', 'engine/ops', 'model', 'checkpoint', 'evaluate', 'report'],
  recipes: [
    'config',
    'data',
    'check',
    'download',
    'engine',
    'model',
    'train',
    'checkpoint',
    'weights',
    'evaluate',
    'export',
    'report',
  ],
  cli: ['recipes', 'config', 'type check', 'evaluate', 'report', 'weights'],
  bin: ['cli'],
};

/** Packages that compute; each may be imported from one place. */
const backEnds: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs-backend-cpu': 'src/engine/wasm/',
  '@tensorflow/tfjs-backend-wasm': 'src/engine/wasm/',
  '#tfjs-converter': 'src/engine/tfjs/',
  '#tfjs-node-backend': 'src/engine/native/',
  '#koffi': 'src/engine/',
  'onnxruntime-node': 'src/engine/onnx/',
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const files = ['src', 'bin'].flatMap((folder) =>
  readdirSync(join(packageFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
const imports = files.flatMap(importsOf);

describe('the rooms of src', () => {
  it('import what the table allows and nothing else', () => {
    const trespasses = imports.filter(isInside).filter((entry) => !isAllowed(entry));
    expect(trespasses.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });

  it('are all in the table', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== 'leaf'));
    expect([...rooms].sort()).toEqual(Object.keys(allowed).sort());
  });

  it('leave the leaves alone: a leaf imports leaves only', () => {
    const leaves = imports.filter(isInside).filter(({ file }) => roomOf(file) === 'leaf');
    expect(leaves.filter(({ target }) => roomOf(target) !== 'leaf')).toEqual([]);
  });

  it('form no circle', () => {
    const uses = new Map(files.map((file) => [file, [] as string[]]));
    for (const { file, target } of imports.filter(isInside)) uses.get(file)?.push(target);
    expect(files.flatMap((file) => circleFrom(file, uses))).toEqual([]);
  });

  it('take back-ends from one place', () => {
    const misplaced = files.flatMap((file) =>
      Object.entries(backEnds)
        .filter(([name, place]) => codeOf(file).includes(`'${name}'`) && !file.startsWith(place))
        .map(([name]) => `${file} -> ${name}`),
    );
    expect(misplaced).toEqual([]);
  });

  it('leave console, output and exit codes to bin/histo.ts', () => {
    const touching = /\bconsole\.|process\.(stdout|stderr|exit|exitCode|on\()/;
    const noisy = files
      .filter((file) => file !== join('bin', 'histo.ts'))
      .filter((file) => file !== join('src', 'engine', 'install', 'prove.ts')) // a child's program
      .filter((file) => file !== join('src', 'recipes', 'train', 'measure-apart.ts')) // likewise
      .filter((file) => touching.test(codeOf(file)));
    expect(noisy).toEqual([]);
  });

  it('draw chance from the seeded streams of rng.ts alone', () => {
    expect(files.filter((file) => /Math\.random/.test(codeOf(file)))).toEqual([]);
  });
});

/** The source without its comments. */
function codeOf(file: string): string {
  const text = readFileSync(join(packageFolder, file), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function importsOf(file: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm;
  const found: Import[] = [];
  for (const [, type, names = '', specifier = ''] of codeOf(file).matchAll(statement)) {
    const isType = type !== undefined || /^\{\s*(type [^,}]+,?\s*)+\}$/.test(names.trim());
    found.push({ file, target: targetOf(file, specifier), isType });
  }
  for (const [, specifier = ''] of codeOf(file).matchAll(/\bimport\('([^']+)'\)/g)) {
    found.push({ file, target: targetOf(file, specifier), isType: false });
  }
  return found;
}

/** The imported file from the package's folder, or the name of a package. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return join(dirname(file), specifier).replace(/\.js$/, '.ts');
}

function isInside({ target }: Import): boolean {
  return /^(src|bin)\//.test(target);
}

/** `leaf`, or the folder under `src`, or `bin`. */
function roomOf(path: string): string {
  const [top = '', room = '', ...rest] = path.split('/');
  if (top === 'bin') return 'bin';
  return rest.length === 0 ? 'leaf' : room;
}

function isAllowed({ file, target, isType }: Import): boolean {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to || to === 'leaf') return true;
  const inSource = target.slice('src/'.length);
  return (allowed[from] ?? []).some((rule) => {
    if (!rule.startsWith('type ')) return inSource.startsWith(`${rule}/`);
    return isType && inSource.startsWith(`${rule.slice('type '.length)}/`);
  });
}

/** The first circle of imports that leads back to the file, or nothing. */
function circleFrom(start: string, uses: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const paths = (uses.get(start) ?? []).map((file) => [start, file]);
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const last = path.at(-1) as string;
    if (last === start) return [path.join(' -> ')];
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of uses.get(last) ?? []) paths.push([...path, next]);
  }
  return [];
}
