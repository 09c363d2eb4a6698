import type { Config, DecidedConfig } from '../config/schema.js';
import type { LabelledPatch } from '../data/labels.js';
import { readPatch } from '../data/read-patch.js';
import type { Engine } from '../engine/choose.js';
import type { Terminal } from '../terminal.js';
import { largestBatchSize } from './largest-batch-size.js';

/**
 * The batch size of a run: as the config says, or the largest that fits.
 *
 * @param patches Those that train.
 * @throws {UserError} If the first patch cannot be read, or no batch fits into memory.
 * @throws {InterruptedError} If the signal is aborted while it measures.
 */
export async function chooseBatchSize(
  config: Config & Pick<DecidedConfig, 'precision'>,
  patches: readonly LabelledPatch[],
  engine: Engine,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { batchSize, crop: cropPx, channels, precision, backbone, hiddenUnits, dropout } = config;
  const [first] = patches;
  if (batchSize !== 'auto' || first === undefined) return Number(batchSize);
  terminal.note('Measuring which batch size fits into memory');
  const { widthPx, heightPx } = await readPatch(first.path, signal);
  const setting = {
    engine: engine.name,
    precision,
    backbone,
    stride: config.stride ?? 'v1.5', // of the two it takes more
    hiddenUnits,
    dropout,
    preprocessing: { cropPx, channels },
    widthPx,
    heightPx,
  };
  const { note: onNotice } = terminal;
  return largestBatchSize({ setting, examples: patches.length, signal, onNotice });
}
