import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeOnnx } from '../../export/onnx/encode-onnx.js';
import { networkName } from '../../export/web/network-name.js';
import { publicFacts } from '../../export/web/public-facts.js';
import { webModel } from '../../export/web/web-model.js';
import { webPageFiles, writeWebPage } from '../../export/web/write-web-page.js';
import type { ExportFormat } from './export-format.js';
import { exportOnnx } from './export-onnx.js';

/** A page that scores patches in the browser; its model is run by ONNX Runtime. */
export const exportWeb: ExportFormat = {
  name: 'web',
  needsNative: false,
  hasOptions: false,
  isAt: async (path) => {
    const names = await readdir(path);
    return names.includes('model.onnx') && names.every((name) => webPageFiles.includes(name));
  },
  write: async (path, { checkpoint, sha256 }) => {
    const { card, state } = checkpoint;
    const facts = publicFacts(card, sha256);
    const network = networkName(card.architecture);
    await writeWebPage(path, { facts, network, model: encodeOnnx(webModel(card, state, facts)) });
  },
  open: (path, source, terminal) =>
    exportOnnx.open(
      join(path, 'model.onnx'),
      { ...source, options: { isFolded: true, isBare: false } },
      terminal,
    ),
};
