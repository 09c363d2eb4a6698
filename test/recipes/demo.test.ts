import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { demo } from '../../src/recipes/demo.js';
import { hasNativeEngine } from '../native-engine.js';
import { createTestTerminal } from '../test-terminal.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-demo-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A demo that is stopped before it draws its first patch. */
function stoppedDemo(path: string) {
  return demo(path, createTestTerminal(), AbortSignal.abort(new Error('stopped')));
}

it.runIf(hasNativeEngine)("replaces an earlier demo and keeps the user's own files", async () => {
  await mkdir(join(folder, 'run'));
  for (const name of ['.histo-demo', 'run/log.csv', 'test_labels.csv', 'notes.txt']) {
    await writeFile(join(folder, name), 'old');
  }
  await expect(stoppedDemo(folder)).rejects.toThrow('stopped');
  expect((await readdir(folder)).sort()).toEqual(['.histo-demo', 'notes.txt', 'train']);
  expect(await readdir(join(folder, 'train'))).toEqual([]);
});

it('refuses a folder that holds something else, and a file', async () => {
  const file = join(folder, 'notes.txt');
  await writeFile(file, 'mine');
  await expect(stoppedDemo(folder)).rejects.toThrow(
    /expected an empty folder or that of an earlier demo, got one with 1 other files/,
  );
  for (const path of [file, join(file, 'sub')]) {
    await expect(stoppedDemo(path)).rejects.toThrow(
      new UserError(
        `Cannot write the demo into "${path}": expected an empty folder or that of an earlier demo, got a file; name another folder`,
      ),
    );
  }
  expect(await readdir(folder)).toEqual(['notes.txt']);
});
