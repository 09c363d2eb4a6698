import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadPatchError } from '../../src/data/bad-patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { packageFolder } from '../../src/package-folder.js';
import { fixturePatches } from '../fixture-patches.js';
import { badFiles } from './bad-files.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const [first = ''] = readdirSync(fixturePatches.images).map((name) =>
  join(fixturePatches.images, name),
);
const like = { path: first, widthPx: 96, heightPx: 96 };

describe('readPatch refuses, in its own words,', () => {
  it.each(badFiles.map((file, at) => ({ ...file, at })))('$kind', async ({ make, said, at }) => {
    const path = join(folder, `${at}.tif`);
    await make(path);
    const error = await readPatch(path, undefined, undefined, like).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(BadPatchError);
    expect(error.message).toMatch(/^Cannot (read|use) patch /);
    expect(error.message).toContain(`"${path}": ${error.why}`);
    expect(error.why).toMatch(said);
  });

  it('a file that may not be read', () => {
    const path = join(folder, 'secret.tif');
    copyFileSync(first, path);
    chmodSync(path, 0);
    chmodSync(folder, 0o755);
    expect(readAsNobody(path)).toContain(
      `Cannot read patch "${path}": expected an image, permission denied: make it readable for you`,
    );
  });
});

/** What is said where root, who may read all, is not the reader. */
function readAsNobody(path: string): string {
  const module = join(packageFolder, 'dist/src/data/read-patch.js');
  if (!existsSync(module)) throw new Error('Cannot test: expected a build, got none');
  const program = `import(${JSON.stringify(module)}).then(({ readPatch }) => readPatch(${JSON.stringify(path)})).catch((error) => console.log(error.message))`;
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return spawnSync(process.execPath, ['-e', program], { ...nobody, encoding: 'utf8' }).stdout;
}
