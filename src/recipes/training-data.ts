import type { Config } from '../config/schema.js';
import { dataDigest, readLabels } from '../data/labels.js';
import { type Split, splitPatches } from '../data/split.js';

/** The patches of a run and what identifies them. */
export interface TrainingData {
  readonly split: Split;
  /** sha256 over ids and labels of training and validation patches, in their order. */
  readonly digest: string;
}

/**
 * Reads the labels and splits them as the config says; `validLabels` takes the place of a split.
 *
 * @throws {UserError} If a labels file has faults, a patch is missing, or a side would be empty.
 */
export async function loadTrainingData(config: Config): Promise<TrainingData> {
  const { groupColumn, limit } = config;
  const patches = await readLabels({
    labels: config.labels,
    images: config.images,
    groupColumn,
    limit,
  });
  const split =
    config.validLabels === null
      ? splitPatches(patches, config)
      : {
          train: patches,
          valid: await readLabels({
            labels: config.validLabels,
            images: config.validImages ?? config.images,
            groupColumn,
            limit: null,
          }),
          description: `validation on "${config.validLabels}", a file of its own: its slides are taken to be others than those of the training patches`,
          isSlideDisjoint: false,
        };
  return { split, digest: dataDigest([...split.train, ...split.valid]) };
}
