import { z } from 'zod';

/** The networks that can be trained; `resnet14-narrow` is small enough for demos and tests. */
export const architectureNames = [
  'resnet18',
  'resnet34',
  'resnet50',
  'resnet101',
  'resnet152',
  'resnet14-narrow',
] as const;

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });
const flag = z.boolean({ error: 'true or false' });

function oneOf<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `one of ${values.map((value) => `"${value}"`).join(', ')}` });
}

function wholeNumber(least: number) {
  const error = `a whole number of at least ${least}`;
  return z.int({ error }).min(least, { error });
}

const intervalError = 'a number of steps or a time, such as 500steps, 30s, 10min or 2h';
const interval = z
  .string({ error: intervalError })
  .regex(/^[1-9]\d{0,5}(steps?|s|min|h)$/, { error: intervalError });

const nonfiniteError = 'stop, or skip and a number of steps, such as skip 10';
const onNonfinite = z
  .string({ error: nonfiniteError })
  .regex(/^(stop|skip [1-9]\d{0,8})$/, { error: nonfiniteError });

function sizeOrAuto() {
  const error = 'a whole number of at least 2, or "auto"';
  return z.union([z.int({ error }).min(2, { error }), z.literal('auto')], { error });
}

/** A number in an interval; `above` and `below` are open ends, `from` and `to` closed ones. */
function number(range: { above?: number; from?: number; below?: number; to?: number }) {
  const ends = Object.entries(range).map(([end, value]) => `${end} ${value}`);
  const error = `a number ${ends.join(' and ')}`;
  let schema = z.number({ error });
  if (range.above !== undefined) schema = schema.gt(range.above, { error });
  if (range.from !== undefined) schema = schema.gte(range.from, { error });
  if (range.below !== undefined) schema = schema.lt(range.below, { error });
  if (range.to !== undefined) schema = schema.lte(range.to, { error });
  return schema;
}

/**
 * Every key of a training configuration, with its range. The texts of `error` say what was
 * expected; `resolveConfig` adds the place and what it got.
 */
export const configSchema = z.strictObject({
  preset: text('the name of a preset').describe('The preset that the other keys start from'),

  labels: text('the path of a CSV file').describe('CSV with the columns id and label'),
  images: text('the path of a folder').describe('Folder with one patch an id'),
  validLabels: text('the path of a CSV file or null')
    .nullable()
    .describe('Labels for validation alone; takes the place of a split'),
  validImages: text('the path of a folder or null')
    .nullable()
    .describe('Folder of the validation patches, if it is not that of the training patches'),
  split: oneOf('stratified', 'rows', 'grouped').describe(
    'stratified: both parts have the same share of tumour; rows: the last rows of the file validate; grouped: no group is in both parts',
  ),
  validFraction: number({ above: 0, below: 1 }).describe('Share of the patches that validate'),
  groupColumn: text('the name of a column or null')
    .nullable()
    .describe('Column of the labels that names the slide or patient; a grouped split needs it'),
  limit: wholeNumber(1).nullable().describe('Use the first patches of the labels only'),
  folds: wholeNumber(2)
    .nullable()
    .describe(
      'Train that many runs, so that every patch validates in one of them; with a group column no group is in both parts',
    ),
  fold: wholeNumber(1).nullable().describe('Train this one of the folds only, counted from 1'),
  exclude: text('the path of a CSV file or null')
    .nullable()
    .describe('CSV with a column id: patches of the labels to leave out before any split'),

  allowLeakage: flag.describe(
    'Go on though patches that show the same, or slides, are on both sides of the split; the checkpoint says so',
  ),

  onBadPatch: oneOf('fail', 'skip').describe(
    'What is done about a patch that cannot be used: fail: the run ends; skip: it is left out and listed, unless they are more than 1 %',
  ),

  shuffle: flag.describe('Draw a new order of the training patches each epoch'),
  channels: oneOf('rgb', 'bgr').describe(
    'Order of the colour channels; the normalisation stays in position',
  ),
  crop: wholeNumber(1).describe('Side of the centre crop, in pixels'),
  horizontalFlip: flag.describe('Mirror left and right with probability one half'),
  verticalFlip: flag.describe('Mirror top and bottom with probability one half'),
  rotationDegrees: number({ from: 0, to: 180 }).describe(
    'Turn by an angle drawn evenly from minus to plus this many degrees',
  ),

  cache: oneOf('auto', 'ram', 'disk', 'off').describe(
    'Where decoded patches are kept: ram: in memory; disk: in a file of the cache folder, for later runs too; auto: where there is room',
  ),

  arch: oneOf(...architectureNames).describe('The network below the head'),
  weights: text('a name of "histo weights list", the path of a file, "none" or null')
    .nullable()
    .describe(
      "What the backbone starts from: a name of histo weights list, which is fetched where needed, a weights file, or none: random weights; otherwise torchvision's V1 where it has the network",
    ),
  stride: oneOf('v1', 'v1.5')
    .nullable()
    .describe('Where a stage has its stride, if the weights file does not say it itself'),
  dropout: number({ from: 0, below: 1 }).describe(
    "Share of the head's activations that is dropped",
  ),
  hiddenUnits: wholeNumber(1).describe("Units of the head's hidden layer"),

  epochs: wholeNumber(1).describe('Times that every training patch is seen'),
  batchSize: sizeOrAuto().describe(
    'Patches a step; BatchNorm needs two at least; auto: as many as memory holds, up to 1,024 and a tenth of an epoch',
  ),
  maxLr: number({ above: 0 }).describe('Highest learning rate of the one-cycle policy'),
  divFactor: number({ from: 1 }).describe('Highest learning rate divided by the first'),
  finalDivFactor: number({ from: 1 }).describe('First learning rate divided by the last'),
  warmup: number({ above: 0, below: 1 }).describe('Share of the steps in which the rate rises'),
  baseMomentum: number({ from: 0, below: 1 }).describe('Momentum at the highest learning rate'),
  maxMomentum: number({ from: 0, below: 1 }).describe('Momentum at the lowest learning rate'),
  seed: wholeNumber(0).describe('Decides split, order, augmentation, dropout and first weights'),
  precision: oneOf('auto', 'float32', 'bfloat16', 'float16').describe(
    'What large products are computed in; auto: bfloat16 where the processor has it and is faster with it. Weights, statistics, loss and updates are float32',
  ),
  onNonfinite: onNonfinite.describe(
    'A step whose loss or gradients are not finite: stop before it, or skip N: pass over as many in all',
  ),
  checkpointEvery: interval.describe(
    'Save within an epoch too, each time that so many steps or so much time have passed',
  ),
  engine: oneOf('auto', 'native', 'wasm').describe('auto: native where it is installed, else wasm'),
  calibrate: flag.describe(
    'Fit a temperature to the validation patches of the best epoch, which scoring then divides logits by',
  ),
  tensorboard: text('the path of a folder or null')
    .nullable()
    .describe('Folder for event files that TensorBoard shows; needs the native engine'),
});

/** A training configuration with every key decided. */
export type Config = Readonly<z.infer<typeof configSchema>>;

/** A configuration in which `auto` has been decided where a run must not change it. */
export type DecidedConfig = Config & {
  readonly precision: Exclude<Config['precision'], 'auto'>;
  readonly batchSize: number;
};

export type ConfigKey = keyof Config;

export const configKeys = Object.keys(configSchema.shape) as readonly ConfigKey[];

/** What a config file may hold: any of the keys, and the schema for the editor. */
export const configFileSchema = configSchema
  .partial()
  .extend({ $schema: z.string().optional().describe('For editors; histo does not read it') });

/** A key that does not go with another one. */
export interface Conflict {
  readonly key: ConfigKey;
  readonly expected: string;
  readonly remedy: string;
}

/** What is sound key by key but does not go together. */
export function conflictsIn(config: Config): Conflict[] {
  const conflicts: Conflict[] = [];
  if (config.split === 'grouped' && config.groupColumn === null && config.validLabels === null) {
    conflicts.push({
      key: 'groupColumn',
      expected: 'the name of a column, as split is "grouped"',
      remedy: 'give --group-column, or another --split',
    });
  }
  if (config.validImages !== null && config.validLabels === null) {
    conflicts.push({
      key: 'validLabels',
      expected: 'the path of a CSV file, as validImages is given',
      remedy: 'give --valid-labels too',
    });
  }
  if (config.baseMomentum > config.maxMomentum) {
    conflicts.push({
      key: 'baseMomentum',
      expected: `a number to ${config.maxMomentum}, as maxMomentum is that`,
      remedy: 'lower the one or raise the other',
    });
  }
  return [...conflicts, ...foldConflictsIn(config)];
}

function foldConflictsIn({ folds, fold, split, validLabels }: Config): Conflict[] {
  const conflicts: Conflict[] = [];
  if (folds === null && fold !== null) {
    conflicts.push({
      key: 'folds',
      expected: 'the number of folds, as fold is given',
      remedy: 'give --folds too',
    });
  }
  if (folds !== null && fold !== null && fold > folds) {
    conflicts.push({
      key: 'fold',
      expected: `a whole number from 1 to ${folds}, as folds is that`,
      remedy: 'lower the one or raise the other',
    });
  }
  if (folds !== null && validLabels !== null) {
    conflicts.push({
      key: 'validLabels',
      expected: 'nothing, as folds are given, each of which validates on its share of the labels',
      remedy: 'leave one of them out',
    });
  }
  if (folds !== null && split === 'rows') {
    conflicts.push({
      key: 'split',
      expected: '"stratified" or "grouped", as folds are drawn',
      remedy: 'give --split stratified, or leave --folds out',
    });
  }
  return conflicts;
}
