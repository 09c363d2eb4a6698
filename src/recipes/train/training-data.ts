import type { Config } from '../../config/schema.js';
import { readExclusions, withoutExcluded } from '../../data/exclusions.js';
import { dataDigest, type LabelledPatch, readLabels } from '../../data/labels.js';
import { type Split, splitOfFiles, splitPatches } from '../../data/split.js';
import { splitFolds } from '../../data/split-folds.js';

/** The patches of a run and what identifies them. */
export interface TrainingData {
  readonly split: Split;
  /** The splits of all folds; without folds that one alone. */
  readonly splits: readonly Split[];
  /** sha256 over ids and labels in the order of the files. */
  readonly digest: string;
  /** How many patches of the labels are left out, as `exclude` says. */
  readonly excluded: number;
}

/**
 * Reads the labels and splits them as the config says; `validLabels` takes the place of a split, and
 * so does a fold.
 *
 * @throws {UserError} If a labels file has faults, a patch is missing, a side would be empty, or an
 *   excluded id is not in the labels.
 */
export async function loadTrainingData(config: Config): Promise<TrainingData> {
  const { labels, images, validLabels, validImages, groupColumn, limit } = config;
  const labelled = await readLabels({ labels, images, groupColumn, limit });
  const patches = await keptPatches(labelled, config);
  const excluded = labelled.length - patches.length;
  if (validLabels === null) {
    return { ...splitOne(patches, config), digest: dataDigest(patches), excluded };
  }
  const valid = await readLabels({
    labels: validLabels,
    images: validImages ?? images,
    groupColumn,
    limit: null,
  });
  const split = splitOfFiles(patches, valid, validLabels);
  return { split, splits: [split], digest: dataDigest([...patches, ...valid]), excluded };
}

async function keptPatches(
  patches: readonly LabelledPatch[],
  { exclude, limit }: Config,
): Promise<readonly LabelledPatch[]> {
  if (exclude === null) return patches;
  return withoutExcluded(patches, await readExclusions(exclude), exclude, limit === null);
}

function splitOne(
  patches: readonly LabelledPatch[],
  config: Config,
): Pick<TrainingData, 'split' | 'splits'> {
  const { folds, fold, groupColumn, seed } = config;
  if (folds === null) {
    const split = splitPatches(patches, config);
    return { split, splits: [split] };
  }
  const splits = splitFolds(patches, { folds, isGrouped: groupColumn !== null, seed });
  const split = splits[(fold ?? 0) - 1];
  if (split === undefined) throw new Error(`Cannot train: expected a fold, got ${fold}`);
  return { split, splits };
}
