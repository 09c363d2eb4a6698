import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderBytes } from '../../../src/engine/machine/folder-bytes.js';

it('adds up the files below a folder and follows no link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'histo-test-'));
  try {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'x'), Buffer.alloc(1000));
    await writeFile(join(folder, 'y'), Buffer.alloc(24));
    await symlink(join(folder, 'a', 'x'), join(folder, 'link'));
    expect(await folderBytes(folder)).toBe(1024);
    expect(await folderBytes(join(folder, 'none'))).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
