import { describe, expect, it } from 'vitest';
import { findNvidiaGpus } from '../../../src/engine/machine/gpu.js';

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('findNvidiaGpus', () => {
  it('reads what nvidia-smi prints', async () => {
    const text = 'NVIDIA H100 80GB HBM3, 81559 MiB, 570.86.15\nNVIDIA A2, 15356 MiB, 570.86.15\n';
    expect(await findNvidiaGpus(async () => text)).toEqual({
      names: [
        'NVIDIA H100 80GB HBM3, 81559 MiB, driver 570.86.15',
        'NVIDIA A2, 15356 MiB, driver 570.86.15',
      ],
      reason: null,
    });
  });

  it('says why there is none', async () => {
    const missing = Object.assign(new Error('spawn nvidia-smi ENOENT'), { code: 'ENOENT' });
    const reasonOf = async (ask: () => Promise<string>) => (await findNvidiaGpus(ask)).reason;
    expect(await reasonOf(() => Promise.reject(missing))).toBe(
      'no NVIDIA driver (nvidia-smi) on this machine',
    );
    expect(await reasonOf(async () => '\n')).toBe('the NVIDIA driver knows of none');
    expect(await reasonOf(() => Promise.reject(new Error('Command failed\nno devices')))).toBe(
      'nvidia-smi failed: no devices',
    );
  });
});
