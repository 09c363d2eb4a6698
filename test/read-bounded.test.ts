import { execFile, execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fileFault, OddFileError } from '../src/file-fault.js';
import { packageFolder } from '../src/package-folder.js';
import { readBounded } from '../src/read-bounded.js';
import { temporaryFolder } from './data/temporary-folder.js';

const folder = temporaryFolder();
const path = join(folder, 'file');

describe('readBounded', () => {
  it('reads a file, up to its bound', async () => {
    writeFileSync(path, 'abcd');
    expect((await readBounded(path, 4)).toString()).toBe('abcd');
    await expect(readBounded(path, 3)).rejects.toThrow(OddFileError);
    await expect(readBounded(path, 3)).rejects.toThrow(
      'got more than 3 bytes: name a smaller file',
    );
  });

  it('takes no memory for what is too large', async () => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40); // a hole, which takes no disk
    await expect(readBounded(path, 2 ** 30)).rejects.toThrow('got more than 1.07 GB');
  });

  it('tells what is missing, a folder, or no path', async () => {
    const faultOf = (named: string) => readBounded(named, 9).then(() => undefined, fileFault);
    expect(await faultOf(join(folder, 'none'))).toMatch(/nothing at this path/);
    expect(await faultOf(folder)).toMatch(/a folder: name a file in it/);
    expect(await faultOf('a\0b')).toMatch(/a path that no file can have/);
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe and reads no device', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const named of [pipe, '/dev/zero', '/dev/null']) {
      await expect(readBounded(named, 9)).rejects.toThrow('a named pipe, a device or a socket');
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'reads what the shell pipes in, up to its bound',
    async () => {
      const module = join(packageFolder, 'dist', 'src', 'read-bounded.js');
      const script = `import { readBounded } from ${JSON.stringify(module)};
      console.log((await readBounded(process.argv[1], 6)).toString())`;
      const piped = (text: string) =>
        promisify(execFile)('bash', [
          '-c',
          `"$0" --input-type=module --eval "$1" -- <(printf "$2")`,
          process.execPath,
          script,
          text,
        ]);
      expect((await piped('piped')).stdout).toBe('piped\n');
      await expect(piped('too long')).rejects.toThrow('got more than 6 bytes');
    },
  );
});
