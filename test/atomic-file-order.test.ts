import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { writeFileAtomically } from '../src/atomic-file.js';

/** What is done to the file system, in its order. */
const done = vi.hoisted(() => [] as string[]);
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const nameOf = (path: unknown) => basename(String(path)).replace(/[0-9a-f]{12}/, 'HEX');
  const open: typeof fs.open = async (path, ...rest) => {
    const file = await fs.open(path, ...rest);
    const { sync, writeFile } = file;
    const watched =
      (name: string, work: (...args: never[]) => Promise<void>) =>
      async (...args: never[]) => {
        await work.apply(file, args);
        done.push(`${name} ${nameOf(path)}`);
      };
    return Object.assign(file, {
      sync: watched('sync', sync),
      writeFile: watched('write', writeFile),
    });
  };
  const rename: typeof fs.rename = async (from, to) => {
    await fs.rename(from, to);
    done.push(`rename ${nameOf(from)} to ${nameOf(to)}`);
  };
  const mkdir = async (path: string) => {
    await fs.mkdir(path);
    done.push(`mkdir ${nameOf(path)}`);
  };
  return { ...fs, open, rename, mkdir };
});

it('a file has its name only once its bytes are on the disk, and keeps it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'histo-order-'));
  await writeFileAtomically(join(folder, 'run', 'file.txt'), ['one', 'two']);
  expect(done).toEqual([
    'mkdir run',
    `sync ${basename(folder)}`,
    'write .file.txt.HEX.tmp',
    'write .file.txt.HEX.tmp',
    'sync .file.txt.HEX.tmp',
    'rename .file.txt.HEX.tmp to file.txt',
    'sync run',
  ]);
  await rm(folder, { recursive: true });
});
