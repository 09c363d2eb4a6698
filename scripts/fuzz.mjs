// Runs test/fuzz/main.ts, which is TypeScript: bundled first, with packages left outside.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'fuzz');
const outfile = join(folder, `.build-main-${process.pid}.mjs`);
await build({
  entryPoints: [join(folder, 'main.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile, { force: true });
}
