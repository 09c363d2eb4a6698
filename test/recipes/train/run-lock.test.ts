import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageFolder } from '../../../src/package-folder.js';
import { runFolder } from '../../../src/recipes/train/run-folder.js';
import { lockRun } from '../../../src/recipes/train/run-lock.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const noNotice = (notice: string) => expect.unreachable(notice);

describe('lockRun', () => {
  it('refuses a second one, saying whose it is, until the first is given back', async () => {
    const run = runFolder(join(folder, 'new', 'run'));
    const lock = await lockRun(run, noNotice);
    await expect(lockRun(run, noNotice)).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} on .*; wait until it has ended`),
    );
    await lock[Symbol.asyncDispose]();
    expect(existsSync(run.lock)).toBe(false);
    await using second = await lockRun(run, noNotice);
    expect(await second.isInPlace()).toBe(true);
  });

  it('is not left behind by a process that is killed', async () => {
    const run = runFolder(folder);
    const built = (name: string) =>
      pathToFileURL(join(packageFolder, 'dist/src/recipes/train', name));
    const program = `
      import { lockRun } from '${built('run-lock.js')}';
      import { runFolder } from '${built('run-folder.js')}';
      await lockRun(runFolder(process.argv[1]), console.error);
      process.stdout.write('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder]);
    await once(child.stdout, 'data');
    await expect(lockRun(run, noNotice)).rejects.toThrow(`in use by process ${child.pid} on `);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(run.lock)).toBe(true);
    await using lock = await lockRun(run, noNotice);
    expect(await readFile(run.lock, 'utf8')).toContain(`process ${process.pid} on `);
    expect(await lock.isInPlace()).toBe(true);
  });

  it('sees that its folder was removed, or made anew', async () => {
    const path = join(folder, 'run');
    await using lock = await lockRun(runFolder(path), noNotice);
    await rm(path, { recursive: true });
    expect(await lock.isInPlace()).toBe(false);
    await using _other = await lockRun(runFolder(path), noNotice);
    expect(await lock.isInPlace()).toBe(false);
  });

  it('goes on where its file alone was removed', async () => {
    const run = runFolder(folder);
    await using lock = await lockRun(run, noNotice);
    await rm(run.lock);
    expect(await lock.isInPlace()).toBe(true);
  });

  it('refuses a pipe in place of its file', async () => {
    const run = runFolder(folder);
    execFileSync('mkfifo', [run.lock]);
    await expect(lockRun(run, noNotice)).rejects.toThrow('expected a regular file');
  });

  it('writes through no link', async () => {
    const [run, victim] = [runFolder(folder), join(folder, 'victim')];
    await writeFile(victim, 'mine');
    await symlink(victim, run.lock);
    await expect(lockRun(run, noNotice)).rejects.toThrow('a link stands there: remove it');
    expect(await readFile(victim, 'utf8')).toBe('mine');
  });
});
