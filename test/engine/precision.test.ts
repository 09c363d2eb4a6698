import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/choose.js';
import { computeCapability } from '../../src/engine/machine/gpu.js';
import { choosePrecision } from '../../src/engine/precision.js';
import { UserError } from '../../src/errors.js';

const wasm: Engine = { name: 'wasm', device: 'CPU', version: 'tfjs wasm 4.22.0' };
const native: Engine = { name: 'native', device: 'CPU', version: 'TensorFlow 2.21.0' };

describe('choosePrecision', () => {
  it('takes what it is told, without a reason', async () => {
    for (const choice of ['float32', 'bfloat16'] as const) {
      expect(await choosePrecision(choice, native)).toEqual({ precision: choice, reason: null });
    }
    const gpu: Engine = { ...native, device: 'CUDA' };
    expect((await choosePrecision('float16', gpu)).precision).toBe('float16');
  });

  it('takes float32 where there is nothing else, and says why', async () => {
    const { precision, reason } = await choosePrecision('auto', wasm);
    expect(precision).toBe('float32');
    expect(reason).toBe('wasm has nothing else');
  });

  it.each(['bfloat16', 'float16'] as const)('refuses %s on wasm', async (choice) => {
    const refused = choosePrecision(choice, wasm);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      `Cannot compute in ${choice}: expected the native engine, got wasm`,
    );
  });

  it('refuses other types than float32 on ONNX Runtime, whose remedy is a checkpoint', async () => {
    const onnx = { name: 'onnx', device: 'CPU', version: 'ONNX Runtime 1.30.0' } as const;
    await expect(choosePrecision('bfloat16', onnx)).rejects.toThrow(
      'Cannot compute in bfloat16: expected the native engine, got onnx: score a checkpoint with --engine native, or use --precision float32',
    );
    expect(await choosePrecision('auto', onnx)).toEqual({
      precision: 'float32',
      reason: 'onnx has nothing else',
    });
  });

  it('refuses float16 on the processor', async () => {
    await expect(choosePrecision('float16', native)).rejects.toThrow(
      'Cannot compute in float16: expected a CUDA device, got the processor',
    );
  });
});

describe('computeCapability', () => {
  it('is the highest that nvidia-smi tells, and 0 without it', async () => {
    expect(await computeCapability(async () => '7.5\n8.6\n')).toBe(8.6);
    expect(await computeCapability(async () => '[N/A]\n')).toBe(0);
    expect(await computeCapability(() => Promise.reject(new Error('ENOENT')))).toBe(0);
  });
});
