import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** What computes without a GPU. */
export interface Cpu {
  readonly model: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly features: CpuFeatures;
}

/** Instructions that TensorFlow makes use of; null where that cannot be told. */
export interface CpuFeatures {
  readonly avx2: boolean | null;
  readonly avx512: boolean | null;
  readonly bf16: boolean | null;
}

/** The processor of this machine. */
export async function readCpu(): Promise<Cpu> {
  return {
    model: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    features: await readFeatures(),
  };
}

/** As in `AMD EPYC 9R14, 2 cores`: sums come in an order that depends on both. */
export function processorText({ model, cores }: Pick<Cpu, 'model' | 'cores'>): string {
  return `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

async function readFeatures(): Promise<CpuFeatures> {
  const unknown = { avx2: null, avx512: null, bf16: null };
  if (process.platform === 'linux') {
    const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
    return parseCpuInfo(text) ?? unknown;
  }
  if (process.platform === 'darwin' && process.arch === 'arm64') {
    const bf16 = await promisify(execFile)('sysctl', ['-n', 'hw.optional.arm.FEAT_BF16']).then(
      ({ stdout }) => stdout.trim() === '1',
      () => null,
    );
    return { avx2: false, avx512: false, bf16 };
  }
  return unknown;
}

/**
 * The features in the text of Linux's `/proc/cpuinfo`; null if it does not tell them.
 *
 * @example parseCpuInfo('flags : fpu avx2') // { avx2: true, avx512: false, bf16: false }
 */
export function parseCpuInfo(text: string): CpuFeatures | null {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text); // x86, Arm
  if (line === null) return null;
  const flags = new Set((line[1] ?? '').trim().split(/\s+/));
  return {
    avx2: flags.has('avx2'),
    avx512: flags.has('avx512f'),
    bf16: ['avx512_bf16', 'amx_bf16', 'bf16'].some((flag) => flags.has(flag)),
  };
}
