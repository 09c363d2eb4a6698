import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../atomic-file.js';
import { dataTypes } from '../../engine/graph/tensor-types.js';
import { messageOf, UserError } from '../../errors.js';
import { exportMetadata } from '../../export/export-metadata.js';
import { classifierGraph } from '../../export/tensorflow/classifier-graph.js';
import { classifierSignature } from '../../export/tensorflow/classifier-signature.js';
import { encodeSavedModel } from '../../export/tensorflow/encode-saved-model.js';
import type { ExportFormat } from './export-format.js';

const { TF_UINT8 } = dataTypes;
const [graphFile, extraFolder, metadataFile] = ['saved_model.pb', 'assets.extra', 'histo.json'];

/** TensorFlow's SavedModel, run through its C API. */
export const exportSavedModel: ExportFormat = {
  name: 'saved-model',
  needsNative: true,
  hasOptions: false,
  isAt: async (path) => {
    const names = [...(await readdir(path)), ...(await readdir(join(path, extraFolder)))];
    return String(names.sort()) === String([extraFolder, metadataFile, graphFile]);
  },
  write: async (path, { checkpoint, sha256 }) => {
    const { card, state } = checkpoint;
    const { inputs, outputs } = classifierSignature(card.architecture, TF_UINT8);
    const bytes = encodeSavedModel(classifierGraph(card, state, TF_UINT8), inputs, outputs);
    const metadata = JSON.stringify(exportMetadata(card, sha256, 'patches'), null, 2);
    await writeFileAtomically(join(path, extraFolder, metadataFile), [`${metadata}\n`]);
    await writeFileAtomically(join(path, graphFile), [bytes]);
  },
  open: async (path) => {
    const { openSavedModel } = await import('../../engine/native/open-saved-model.js');
    try {
      const { score, close } = openSavedModel(path);
      return { score, close: async () => close() };
    } catch (error) {
      throw new UserError(
        `Cannot load the SavedModel into TensorFlow: expected one that it can run, got ${messageOf(error)}; export it again`,
        { cause: error },
      );
    }
  },
};
