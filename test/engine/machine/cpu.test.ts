import { describe, expect, it } from 'vitest';
import { parseCpuInfo, readCpu } from '../../../src/engine/machine/cpu.js';

describe('parseCpuInfo', () => {
  it('reads x86 flags', () => {
    const zen5 =
      'model name\t: AMD EPYC\nflags\t\t: fpu avx2 avx512f avx512_bf16 sha_ni\nbugs\t: x\n';
    expect(parseCpuInfo(zen5)).toEqual({ avx2: true, avx512: true, bf16: true });
    expect(parseCpuInfo('flags : avx2x')).toEqual({ avx2: false, avx512: false, bf16: false });
    expect(parseCpuInfo('flags : avx2 amx_bf16')?.bf16).toBe(true);
  });

  it('reads Arm features', () => {
    const graviton3 = 'Features\t: fp asimd sve bf16 i8mm\n';
    expect(parseCpuInfo(graviton3)).toEqual({ avx2: false, avx512: false, bf16: true });
  });

  it('does not guess', () => {
    expect(parseCpuInfo('')).toBeNull();
  });
});

describe('readCpu', () => {
  it('tells the machine', async () => {
    const cpu = await readCpu();
    expect(cpu.cores).toBeGreaterThan(0);
    expect(cpu.memoryBytes).toBeGreaterThan(2 ** 28);
  });
});
