import type { CheckpointCard } from '../../checkpoint/card.js';
import { sigmoid } from '../../evaluate/sigmoid.js';
import { histoVersion } from '../../version.js';
import type { PageThreshold } from './page-facts.js';

/**
 * What of a checkpoint's card may be published: figures, preprocessing and where it comes from, but no
 * names of slides, patches and files.
 */
export interface PublicFacts {
  readonly classNames: readonly string[];
  readonly preprocessing: CheckpointCard['preprocessing'];
  readonly metrics: CheckpointCard['metrics'];
  readonly temperature: number | null;
  /** 0.5, and Youden's where the checkpoint has it. */
  readonly thresholds: readonly PageThreshold[];
  /** True: no slide is on both sides of the split; false: some are; null: not known. */
  readonly isSlideDisjoint: boolean | null;
  /** Training patches with a twin among the validation patches. */
  readonly twins: number;
  readonly sharedSlides: number;
  readonly exportedBy: string;
  readonly trainedBy: string;
  /** Of the checkpoint's file, in hexadecimal. */
  readonly checkpointSha256: string;
  readonly dataDigest: string;
}

/** @param checkpointSha256 Of the checkpoint's file, in hexadecimal. */
export function publicFacts(card: CheckpointCard, checkpointSha256: string): PublicFacts {
  const { classNames, preprocessing, metrics, chosen, slides, leakage, dataDigest } = card;
  const { youdenMargin, temperature } = chosen;
  const youden =
    youdenMargin === null
      ? []
      : [
          {
            title: 'Youden’s J',
            margin: youdenMargin,
            probability: sigmoid(youdenMargin / (temperature ?? 1)),
          },
        ];
  const valid = new Set(slides?.valid);
  const sharedSlides = slides?.train.filter((name) => valid.has(name)).length ?? 0;
  return {
    classNames,
    preprocessing,
    metrics,
    temperature,
    thresholds: [{ title: '0.5', margin: 0, probability: 0.5 }, ...youden],
    isSlideDisjoint: slides === null ? null : sharedSlides === 0,
    twins: leakage?.train_twins ?? 0,
    sharedSlides,
    exportedBy: `histo ${histoVersion}`,
    trainedBy: `histo ${card.histo}`,
    checkpointSha256,
    dataDigest,
  };
}
