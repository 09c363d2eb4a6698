// Kills many short runs at random moments and holds what `--resume` makes of them against runs that
// were never interrupted. Ends in exit code 1 if anything differs.
//
//   node scripts/test-crash.mjs [--kills N] [--fills N] [--seed S]
//
// --kills: how many are killed by SIGKILL. --fills: how many meet a disk that fills up.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    fills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const print = (text) => process.stdout.write(`${text}\n`);

const { crashTest } = await load('crash-test.ts');
const startedMs = performance.now();
const [kills, fills, seed] = [flags.kills, flags.fills, flags.seed].map(Number);
const tally = await crashTest({ kills, fills, seed, onLine: print });
print(tally.text());
print(`${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
process.exitCode = tally.failures.length === 0 ? 0 : 1;

/** A module of test/crash, as JavaScript. */
async function load(name) {
  const folder = join(root, 'node_modules', '.cache', 'histo');
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, 'crash-test.mjs');
  await build({
    entryPoints: [join(root, 'test', 'crash', name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'test')) }, // that of fixture-patches.ts
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile));
}
