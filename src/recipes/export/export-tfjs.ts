import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.js';
import { dataTypes } from '../../engine/graph/tensor-types.js';
import { openGraphModel } from '../../engine/tfjs/open-graph-model.js';
import { messageOf, UserError } from '../../errors.js';
import { exportMetadata } from '../../export/export-metadata.js';
import { classifierGraph } from '../../export/tensorflow/classifier-graph.js';
import { classifierSignature } from '../../export/tensorflow/classifier-signature.js';
import { encodeTfjsModel, tfjsModelFile } from '../../export/tensorflow/encode-tfjs-model.js';
import type { ExportFormat } from './export-format.js';

const { TF_INT32 } = dataTypes;
const ownFiles = new RegExp(`^(${tfjsModelFile}|group1-shard\\d+of\\d+\\.bin)$`);

/** A graph model of TensorFlow.js, run by tfjs on the engine that runs. */
export const exportTfjs: ExportFormat = {
  name: 'tfjs',
  needsNative: false,
  hasOptions: false,
  isAt: async (path) => {
    const names = await readdir(path);
    return names.includes(tfjsModelFile) && names.every((name) => ownFiles.test(name));
  },
  write: async (path, { checkpoint, sha256 }) => {
    const { card, state } = checkpoint;
    const { inputs, outputs } = classifierSignature(card.architecture, TF_INT32);
    const files = encodeTfjsModel(
      classifierGraph(card, state, TF_INT32),
      inputs,
      outputs,
      exportMetadata(card, sha256, 'patches'),
    );
    for (const [name, content] of files) await writeFileAtomically(join(path, name), [content]);
  },
  open: async (path) => {
    try {
      const { score, close } = await openGraphModel(path);
      return { score, close: async () => close() };
    } catch (error) {
      throw new UserError(
        `Cannot load the graph model into tfjs: expected one that it can run, got ${messageOf(error)}; export it again`,
        { cause: error },
      );
    }
  },
};
