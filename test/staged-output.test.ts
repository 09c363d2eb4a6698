import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../src/errors.js';
import { stageOutput } from '../src/staged-output.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-staged-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeFolder(path: string, name: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, name), name);
}

describe('stageOutput', () => {
  it('gives a file its name at the end, in folders that it makes', async () => {
    const path = join(folder, 'a', 'b.txt');
    {
      await using staged = await stageOutput(path);
      await writeFile(staged.path, 'new');
      expect(await readdir(join(folder, 'a'))).toHaveLength(1);
      await staged.moveIntoPlace();
    }
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.each(['file', 'folder'])('removes a %s that got no name', async (kind) => {
    const path = join(folder, 'out');
    await writeFile(path, 'old');
    {
      await using staged = await stageOutput(path);
      if (kind === 'file') await writeFile(staged.path, 'new');
      else await writeFolder(staged.path, 'new');
    }
    expect(await readdir(folder)).toEqual(['out']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('replaces a file, a folder, and one by the other', async () => {
    const path = join(folder, 'out');
    for (const kind of ['file', 'file', 'folder', 'folder', 'file']) {
      await using staged = await stageOutput(path);
      if (kind === 'file') await writeFile(staged.path, 'new');
      else await writeFolder(staged.path, kind);
      await staged.moveIntoPlace();
      expect(await readdir(folder)).toEqual(['out']);
      if (kind === 'folder') expect(await readdir(path)).toEqual(['folder']);
      else expect(await readFile(path, 'utf8')).toBe('new');
    }
  });

  it('says what is wrong where a file stands in the way of its folder', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'out');
    await expect(stageOutput(path)).rejects.toThrow(
      new UserError(
        `Cannot write "${path}": a file stands where a folder is needed: choose another name`,
      ),
    );
  });
});
