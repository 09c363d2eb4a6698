import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proveLibraries } from '../../../src/engine/install/prove.js';
import { findInstalledEngine } from '../../../src/engine/native/folders.js';
import { hasNativeEngine } from '../../native-engine.js';
import { useTemporaryCache } from './temporary-cache.js';

const installed = await findInstalledEngine(); // before the cache is set aside
const cache = useTemporaryCache();

describe('proveLibraries', () => {
  it.skipIf(!hasNativeEngine)('tells the version of a TensorFlow that runs', async () => {
    if (installed === null) throw new Error('expected an engine');
    expect(await proveLibraries(installed)).toBe(installed.version);
  });

  it('refuses what is no library', async () => {
    const path = join(cache.folder, 'libtensorflow_cc.so.2');
    await writeFile(path, 'not a library');
    await expect(proveLibraries({ library: path, framework: path })).rejects.toThrow(
      /^Cannot open ".*": expected a TensorFlow that runs on this machine, got .+: try another --version/,
    );
  });

  it('stops when asked', async () => {
    const reason = new Error('stop');
    const attempt = proveLibraries({ library: 'x', framework: 'x' }, AbortSignal.abort(reason));
    await expect(attempt).rejects.toBe(reason);
  });
});
