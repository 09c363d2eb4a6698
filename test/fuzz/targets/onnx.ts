import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOnnxSession } from '../../../src/engine/onnx/onnx-session.js';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { readExportedOnnx } from '../../../src/recipes/score/read-exported-onnx.js';
import { tinyCard, tinyState } from '../../tiny-classifier.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const forms = [
  { isFolded: true, isBare: false },
  { isFolded: false, isBare: false },
  { isFolded: true, isBare: true },
];

export const target: FuzzTarget = {
  seeds: () =>
    forms.map((form) => {
      const metadata = { histo: JSON.stringify(tinyCard), class_names: 'normal,tumour' };
      return Buffer.concat(encodeOnnx(classifierOnnx(tinyCard, tinyState(), form, metadata)));
    }),
  tokens: [
    'Conv',
    'Loop',
    'com.microsoft',
    'external_data',
    'location',
    '../../etc/passwd',
    'images',
    'conv1.weight',
    '"width":',
    '1024',
    '__proto__',
    '\x7f\x80',
    '\xff\xff\xff\xff\x0f',
    '\x3a',
    '\x62\x00',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, input);
    const { card, model } = await readExportedOnnx(path);
    expectThat(model.nodes.length < 100, 'the nodes of a tiny net');
    const session = await openOnnxSession(Buffer.concat(encodeOnnx(model)));
    const { cropPx } = card.preprocessing;
    const pixels = new Uint8Array(3 * cropPx ** 2);
    const logits = await session.logits({ pixels, size: 1, widthPx: cropPx, heightPx: cropPx });
    expectThat(logits.length === 2, 'a logit a class');
    await session.close();
  },
};
