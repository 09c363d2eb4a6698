import type { Config, DecidedConfig } from '../../config/schema.js';
import { BadPatches } from '../../data/bad-patches.js';
import type { LabelledPatch } from '../../data/labels.js';
import { typicalPatch } from '../../data/typical-patch.js';
import type { Engine } from '../../engine/choose.js';
import { imageNet } from '../../model/preprocess.js';
import type { Terminal } from '../../terminal.js';
import { largestBatchSize } from './largest-batch-size.js';

/**
 * The batch size of a run: as the config says, or the largest that fits.
 *
 * @param patches Those that train.
 * @throws {UserError} If one of the first patches cannot be used and is not to be left out, or no batch fits into memory.
 * @throws {InterruptedError} If the signal is aborted while it measures.
 */
export async function chooseBatchSize(
  config: Config & Pick<DecidedConfig, 'precision'>,
  patches: readonly LabelledPatch[],
  engine: Engine,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { batchSize, crop: cropPx, channels, precision, arch, hiddenUnits, dropout } = config;
  if (batchSize !== 'auto') return batchSize;
  terminal.note('Measuring which batch size fits into memory');
  const bad = new BadPatches({ onBadPatch: config.onBadPatch, total: patches.length });
  const like = await typicalPatch(patches, bad.leaveOut, signal);
  if (like === null) throw new Error('Cannot choose a batch size: expected patches, got none');
  const { widthPx, heightPx } = like;
  const setting = {
    engine: engine.name,
    precision,
    arch,
    stride: config.stride, // null: v1.5, which takes more of the two
    hiddenUnits,
    dropout,
    preprocessing: { cropPx, channels, ...imageNet },
    widthPx,
    heightPx,
  };
  const { note: onNotice } = terminal;
  return largestBatchSize({ setting, examples: patches.length, signal, onNotice });
}
