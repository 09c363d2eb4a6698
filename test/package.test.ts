import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInstalledEngine } from '../src/engine/native/folders.js';
import { packageFolder } from '../src/package-folder.js';
import { histoVersion } from '../src/version.js';
import { askRegistry } from './ask-registry.js';

const execute = promisify(execFile);
const installed = await findInstalledEngine();
const npmFailure = await askRegistry();
if (npmFailure !== null) {
  process.stderr.write(`The packed package is NOT tested: npm cannot reach it: ${npmFailure}\n`);
}
let folder = '';
let tarball = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-test-package-'));
  if (!existsSync(join(packageFolder, 'dist', 'bin', 'histo.js'))) {
    await execute('npm', ['run', 'build'], { cwd: packageFolder });
  }
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: packageFolder,
  });
  const [packed] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  tarball = join(folder, packed ?? 'nothing was packed');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(npmFailure !== null || process.platform === 'win32')('the packed package', () => {
  it.each([
    ['where install scripts are forbidden', ['--ignore-scripts']],
    ['where install scripts run', ['--ignore-scripts=false']],
    ['where install scripts fail', ['--ignore-scripts=false', '--script-shell=/bin/false']],
  ])(
    'works installed globally, %s',
    async (_, flags) => {
      const prefix = await mkdtemp(join(folder, 'prefix-'));
      await execute(
        'npm',
        [
          'install',
          '--global',
          '--prefix',
          prefix,
          '--prefer-offline',
          '--no-audit',
          ...flags,
          tarball,
        ],
        { cwd: folder },
      );
      const histo = runnerOf(prefix);
      expect(await histo('--version')).toBe(`${histoVersion}\n`);
      expect(await histo('predict', '--help')).toContain('--images');
      const diagnosis = JSON.parse(await histo('doctor', '--json')) as Record<string, unknown>;
      expect(diagnosis).toMatchObject({ fit: true, histo: histoVersion, engine: { name: 'wasm' } });
      if (installed !== null) {
        const native = runnerOf(prefix, { HISTO_TENSORFLOW: installed.folder });
        const found = JSON.parse(await native('doctor', '--json')) as Record<string, unknown>;
        expect(found).toMatchObject({ fit: true, engine: { name: 'native' } });
      }
      // The packaged preset is read before the labels are missed.
      const recipe = ['--preset', 'quick', '--weights', 'none', '--images', '.', '--out', 'run'];
      await expect(histo('train', ...recipe, '--labels', 'no.csv')).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^histo: .*no\.csv/),
      });
    },
    300_000,
  );
});

/** Runs the installed histo from elsewhere, with an empty cache; gives its standard output. */
function runnerOf(
  prefix: string,
  more: NodeJS.ProcessEnv = { HISTO_TENSORFLOW: '' },
): (...args: readonly string[]) => Promise<string> {
  const env = { ...process.env, HISTO_CACHE: join(prefix, 'cache'), ...more };
  return async (...args) => {
    const { stdout } = await execute(join(prefix, 'bin', 'histo'), args, { cwd: prefix, env });
    return stdout;
  };
}
