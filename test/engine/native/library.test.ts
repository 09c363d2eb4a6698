import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../../src/engine/native/library.js';
import { UserError } from '../../../src/errors.js';
import { silentTerminal } from '../../../src/terminal.js';

describe('openLibrary', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-library-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const open = (library: string) => () =>
    openLibrary({ library, framework: library }, silentTerminal);

  it('refuses a file that is no library, with the reason and the remedy', async () => {
    const library = join(folder, 'libtensorflow_cc.so.2');
    await writeFile(library, 'no library');
    expect(open(library)).toThrow(UserError);
    expect(open(library)).toThrow(
      /^Cannot open ".*libtensorflow_cc\.so\.2": expected a TensorFlow for .*, got: .*: run "histo engine install" again, or use --engine wasm$/,
    );
  });

  it('refuses a file that is not there', () => {
    expect(open(join(folder, 'absent.so'))).toThrow(UserError);
  });
});
