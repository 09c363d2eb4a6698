import { type CheckpointCard, cardSchema } from '../checkpoint/card.js';
import { histoVersion } from '../version.js';

/** What an exported network takes: whole patches as they are on disk, or what its first layer sees. */
export type ExportInput = 'patches' | 'images';

/** What every exported file says of itself, all of it text. */
export interface ExportMetadata extends Readonly<Record<string, string>> {
  /** The checkpoint's card as JSON, by which histo reads the file back. */
  readonly histo: string;
  /** The classes in the order of the logits, as in `normal,tumour`. */
  readonly class_names: string;
  /** JSON: the side of the crop, channel order and normalisation, and in words what goes in. */
  readonly preprocessing: string;
  /** JSON: versions, SHA-256 of the checkpoint, digest of its data, the split in words, metrics. */
  readonly provenance: string;
  /** The probability of tumour from which a patch is called so, as in `0.8773`. */
  readonly threshold: string;
}

/** @param checkpointSha256 Of the checkpoint's file, in hexadecimal. */
export function exportMetadata(
  card: CheckpointCard,
  checkpointSha256: string,
  takes: ExportInput,
): ExportMetadata {
  const { classNames, preprocessing, chosen } = card;
  const { cropPx, channels, mean, std } = preprocessing;
  const { youdenMargin, temperature } = chosen;
  const threshold =
    youdenMargin === null ? 0.5 : 1 / (1 + Math.exp(-youdenMargin / (temperature ?? 1)));
  const chosenOn = youdenMargin === null ? 'nothing: 0.5' : "validation patches, Youden's";
  return {
    histo: JSON.stringify(cardSchema.parse(card)),
    class_names: classNames.join(','),
    preprocessing: JSON.stringify({
      crop_px: cropPx,
      channels,
      mean,
      std,
      input: inputText(card, takes),
    }),
    provenance: JSON.stringify({
      exported_by: `histo ${histoVersion}`,
      trained_by: `histo ${card.histo}`,
      checkpoint_sha256: checkpointSha256,
      data_digest: card.dataDigest,
      split: card.split,
      metrics: card.metrics,
      threshold_chosen_on: chosenOn,
    }),
    threshold: String(threshold),
  };
}

function inputText({ preprocessing }: CheckpointCard, takes: ExportInput): string {
  const { cropPx, channels } = preprocessing;
  if (takes === 'patches') {
    return `8-bit RGB patches as they are on disk, of ${cropPx} x ${cropPx} px or more; the network itself cuts the centre out and normalises it`;
  }
  const order = channels === 'rgb' ? 'red first' : 'blue first, mean and std in the order given';
  return `the central ${cropPx} x ${cropPx} px of an 8-bit RGB patch, ${order}, as (value / 255 - mean) / std in float32`;
}
