import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../errors.js';

/** What the driver of NVIDIA says. */
export interface NvidiaGpus {
  /** As in `NVIDIA H100, 81559 MiB, driver 570.86`. */
  readonly names: readonly string[];
  /** Why there is none; null if there is one. */
  readonly reason: string | null;
}

type Ask = () => Promise<string>;

/** The GPUs that this machine's driver knows, by `nvidia-smi`. */
export async function findNvidiaGpus(ask: Ask = askDriver): Promise<NvidiaGpus> {
  if (!(process.platform === 'linux' && process.arch === 'x64')) {
    const here = `${process.platform} ${process.arch}`;
    return { names: [], reason: `TensorFlow has no CUDA build for ${here}` };
  }
  try {
    const lines = (await ask()).split('\n').filter((line) => line.trim() !== '');
    const names = lines.map((line) => line.trim().replace(/, ([^,]*)$/, ', driver $1'));
    return { names, reason: names.length === 0 ? 'the NVIDIA driver knows of none' : null };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing
      ? 'no NVIDIA driver (nvidia-smi) on this machine'
      : `nvidia-smi failed: ${messageOf(error).split('\n').at(-1)}`;
    return { names: [], reason };
  }
}

/** The highest compute capability of this machine's GPUs, as in 8.6; 0 if that cannot be told. */
export async function computeCapability(ask: Ask = askCapability): Promise<number> {
  const answer = await ask().catch(() => '');
  return Math.max(0, ...answer.split('\n').map(Number).filter(Number.isFinite));
}

async function askCapability(): Promise<string> {
  const words = ['--query-gpu=compute_cap', '--format=csv,noheader'];
  return (await promisify(execFile)('nvidia-smi', words, { timeout: 10_000 })).stdout;
}

async function askDriver(): Promise<string> {
  const fields = '--query-gpu=name,memory.total,driver_version';
  const { stdout } = await promisify(execFile)('nvidia-smi', [fields, '--format=csv,noheader'], {
    timeout: 10_000,
  });
  return stdout;
}
