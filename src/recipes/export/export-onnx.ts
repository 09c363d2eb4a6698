import { writeFileAtomically } from '../../atomic-file.js';
import { openOnnxSession } from '../../engine/onnx/onnx-session.js';
import { exportMetadata } from '../../export/export-metadata.js';
import { classifierOnnx } from '../../export/onnx/classifier-onnx.js';
import { encodeOnnx, onnxStart } from '../../export/onnx/encode-onnx.js';
import { bareImages } from '../../model/bare-images.js';
import { openToRead, readBounded } from '../../read-bounded.js';
import type { ExportFormat } from './export-format.js';

const mostBytes = 2 ** 31; // what protobuf can hold; ResNet-152 has a ninth

/** ONNX, run by ONNX Runtime. */
export const exportOnnx: ExportFormat = {
  name: 'onnx',
  needsNative: false,
  hasOptions: true,
  isAt: async (path) => {
    const file = await openToRead(path, mostBytes);
    try {
      const start = new Uint8Array(onnxStart.length);
      await file.read(start, 0, start.length, 0);
      return Buffer.compare(start, onnxStart) === 0;
    } finally {
      await file.close();
    }
  },
  write: async (path, { checkpoint, sha256, options }) => {
    const { card, state } = checkpoint;
    const metadata = exportMetadata(card, sha256, options.isBare ? 'images' : 'patches');
    await writeFileAtomically(path, encodeOnnx(classifierOnnx(card, state, options, metadata)));
  },
  open: async (path, { checkpoint, options }) => {
    const session = await openOnnxSession(await readBounded(path, mostBytes));
    const { preprocessing } = checkpoint.card;
    return {
      score: async (batch) => {
        const { pixels, size, widthPx, heightPx } = batch;
        const given = options.isBare
          ? { images: await bareImages(batch, preprocessing) }
          : { patches: { values: pixels, shape: [size, heightPx, widthPx, 3] } };
        const { logits, probability } = await session.run(given);
        return { logits: logits ?? new Float32Array(), probability: probability ?? null };
      },
      close: session.close,
    };
  },
};
