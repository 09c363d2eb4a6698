import { afterEach, describe, expect, it, vi } from 'vitest';
import { openOnnxSession } from '../../../src/engine/onnx/onnx-session.js';
import { OutOfMemoryError } from '../../../src/engine/out-of-memory-error.js';
import { UserError } from '../../../src/errors.js';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { tinyCard, tinyState } from '../../tiny-classifier.js';

const form = { isFolded: true, isBare: false };
const model = Buffer.concat(encodeOnnx(classifierOnnx(tinyCard, tinyState(), form, {})));
const patches = { pixels: new Uint8Array(2 * 33 * 33 * 3), size: 2, widthPx: 33, heightPx: 33 };

describe('openOnnxSession', () => {
  afterEach(() => vi.doUnmock('onnxruntime-node'));

  it('gives the logits of every patch, the same for the same', async () => {
    const session = await openOnnxSession(model);
    const [first, second, ...others] = await inPairs(session.logits(patches));
    expect(first).toHaveLength(2);
    expect(second).toEqual(first);
    expect(others).toEqual([]);
    await session.close();
  });

  it('refuses what ONNX Runtime cannot load', async () => {
    const refused = openOnnxSession(Buffer.from('no model'));
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(/^Cannot load the model into ONNX Runtime: expected /);
  });

  it('tells lack of memory, as ONNX Runtime words it, by its name', async () => {
    const said =
      "Non-zero status code returned while running Conv node. Name:'conv1' Status Message: bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 3200000000\n";
    vi.doMock('onnxruntime-node', () => ({
      Tensor: Object,
      InferenceSession: { create: async () => ({ run: () => Promise.reject(new Error(said)) }) },
    }));
    const session = await openOnnxSession(model);
    const scored = session.logits(patches);
    await expect(scored).rejects.toBeInstanceOf(OutOfMemoryError);
    await expect(scored).rejects.toThrow('ONNX Runtime has no 3200000000 bytes for a tensor');
  });
});

/** Logits patch by patch. */
async function inPairs(logits: Promise<Float32Array>): Promise<number[][]> {
  const values = [...(await logits)];
  return values.flatMap((value, at) => (at % 2 === 0 ? [[value, values[at + 1] as number]] : []));
}
