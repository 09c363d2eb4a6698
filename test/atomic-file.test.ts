import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireWritable, writeFault, writeFileAtomically } from '../src/atomic-file.js';
import { UserError } from '../src/errors.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('writes the chunks one after the other, into folders that it makes', async () => {
  const path = join(folder, 'a', 'b', 'file.txt');
  await writeFileAtomically(path, ['one ', Buffer.from('two')]);
  expect(await readFile(path, 'utf8')).toBe('one two');
});

it('leaves the old file as it is, and nothing beside it, when a chunk fails', async () => {
  const path = join(folder, 'file.txt');
  await writeFile(path, 'old');
  function* failing() {
    yield 'new';
    throw new Error('stop');
  }
  await expect(writeFileAtomically(path, failing())).rejects.toThrow('stop');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['file.txt']);
});

it('leaves one whole file when two write at once', async () => {
  const path = join(folder, 'file.txt');
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
  await Promise.all(texts.map((text) => writeFileAtomically(path, [text])));
  expect(texts).toContain(await readFile(path, 'utf8'));
  expect(await readdir(folder)).toEqual(['file.txt']);
});

it('says what is wrong where a folder stands in the way', async () => {
  const path = join(folder, 'file.txt');
  await mkdir(path);
  await expect(writeFileAtomically(path, ['new'])).rejects.toThrow(UserError);
  expect(await readdir(folder)).toEqual(['file.txt']);
});

it.each(['', 'sub'])(
  'says what is wrong where a file stands in the way, below it "%s"',
  async (sub) => {
    const file = join(folder, 'file');
    await writeFile(file, 'old');
    const path = join(file, sub, 'x.csv');
    const message = `Cannot write "${path}": a file stands where a folder is needed: choose another name`;
    await expect(writeFileAtomically(path, ['new'])).rejects.toThrow(new UserError(message));
    await expect(requireWritable(path)).rejects.toThrow(new UserError(message));
  },
);

it.runIf(process.platform === 'linux')('does not try for ever under /proc', async () => {
  const message = 'Cannot write "/proc/x/y/z": nothing can be made there: choose another folder';
  await expect(writeFileAtomically('/proc/x/y/z', [''])).rejects.toThrow(new UserError(message));
});

it('tells beforehand whether a file can be written, and leaves nothing but its folder', async () => {
  const path = join(folder, 'a', 'file.txt');
  await requireWritable(path);
  expect(await readdir(join(folder, 'a'))).toEqual([]);
  await writeFile(path, 'old');
  await requireWritable(path);
  expect(await readFile(path, 'utf8')).toBe('old');
  await expect(requireWritable(join(folder, 'a'))).rejects.toThrow(/a folder stands there/);
});

it.skipIf(process.getuid?.() === 0)(
  'says what is wrong in a folder without permission',
  async () => {
    await chmod(folder, 0o500);
    await expect(writeFileAtomically(join(folder, 'file.txt'), ['new'])).rejects.toThrow(
      /permission/,
    );
  },
);

it.each([
  ['EFBIG', -27, 'it is larger than files may be: raise the limit with "ulimit -f unlimited"'],
  ['EMFILE', -24, 'too many files are open: raise the limit with "ulimit -n 4096"'],
  ['EHOSTDOWN', -112, 'the file system does not answer (EHOSTDOWN): bring it back'],
])('says what is wrong where the system answers %s', (code, errno, remedy) => {
  const error = Object.assign(new Error(code), { code, errno });
  expect(writeFault('x', error)).toEqual(new UserError(`Cannot write "x": ${remedy}`));
  expect(writeFault('x', new Error('a bug'))).toEqual(new Error('a bug'));
});
