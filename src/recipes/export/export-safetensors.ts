import { loadCheckpoint } from '../../checkpoint/checkpoint.js';
import { readSafetensors, writeSafetensors } from '../../checkpoint/safetensors.js';
import { UserError } from '../../errors.js';
import { exportMetadata } from '../../export/export-metadata.js';
import { modelFromState } from '../../model/model.js';
import { createScorer } from '../../model/scorer.js';
import type { NamedArray, StateDict } from '../../model/state-dict.js';
import { quote } from '../../quote.js';
import type { ExportFormat, ExportSource } from './export-format.js';

/** safetensors under torchvision's names, without what only training needs; histo reads it too. */
export const exportSafetensors: ExportFormat = {
  name: 'safetensors',
  needsNative: false,
  hasOptions: false,
  isAt: async (path) => {
    const { metadata } = await readSafetensors(path);
    return metadata.has('histo') && metadata.has('provenance'); // a checkpoint lacks the second
  },
  write: async (path, { checkpoint, sha256 }) => {
    const { card, state } = checkpoint;
    const { mean, std } = card.preprocessing;
    await writeSafetensors(path, state, {
      format: 'pt', // torch's layout; what readers of other projects look for
      stride: card.architecture.stride,
      mean: JSON.stringify(mean),
      std: JSON.stringify(std),
      ...exportMetadata(card, sha256, 'images'),
    });
  },
  open: async (path, { checkpoint }: ExportSource) => {
    const { card, state } = await loadCheckpoint(path);
    refuseOthers(checkpoint.state, state);
    const model = modelFromState(card.architecture, state);
    const scorer = createScorer(model, card.preprocessing);
    return {
      score: async (batch) => ({ logits: await scorer.score(batch), probability: null }),
      close: async () => {
        scorer.dispose();
        model.dispose();
      },
    };
  },
};

/** @throws {UserError} If the arrays are not the same to the last bit. */
function refuseOthers(wanted: StateDict, got: StateDict): void {
  const surplus = [...got.keys()].filter((name) => !wanted.has(name));
  const other = [...wanted].filter(([name, array]) => !isSame(array, got.get(name)));
  const faults = [...surplus, ...other.map(([name]) => name)];
  if (faults.length === 0) return;
  throw new UserError(
    `Cannot export safetensors: expected the ${wanted.size} arrays of the checkpoint bit for bit, got ${faults.length} others, such as ${quote(faults[0])}; the disk may be failing: try another`,
  );
}

function isSame(wanted: NamedArray, got: NamedArray | undefined): boolean {
  if (got === undefined || String(got.shape) !== String(wanted.shape)) return false;
  return Buffer.compare(bytesOf(wanted), bytesOf(got)) === 0;
}

function bytesOf({ data }: NamedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
