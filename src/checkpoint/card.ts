import { z } from 'zod';

const finite = z.number();
const count = z.int().nonnegative();
const positive = z.int().positive();

/** Far beyond every ResNet, and small enough to list the parameters that a file lacks. */
const architectureSchema = z.object({
  width: positive.max(1024),
  block: z.enum(['basic', 'bottleneck']).default('bottleneck'),
  blocks: z.array(positive.max(256)).min(1).max(8).readonly(),
  stride: z.enum(['v1', 'v1.5']),
  hiddenUnits: positive.max(2 ** 20),
  classes: z.int().min(2).max(2),
  dropout: finite.min(0).lt(1),
});

/** What values in [0, 1] are normalised by, red first. */
export const normalizationSchema = z.object({
  mean: z.array(finite).length(3).readonly(),
  std: z.array(finite.positive()).length(3).readonly(),
});

/** A patch that could not be used, and why. */
export const skippedPatchSchema = z.object({ id: z.string(), path: z.string(), why: z.string() });

/** What a checkpoint says of itself, so that it can be used without any other file. */
export const cardSchema = z.object({
  /** Version of histo that wrote it. */
  histo: z.string(),
  architecture: architectureSchema.readonly(),
  preprocessing: z
    .object({
      cropPx: positive.max(8192),
      channels: z.enum(['rgb', 'bgr']),
      ...normalizationSchema.shape,
    })
    .readonly(),
  classNames: z.array(z.string()).length(2).readonly(),
  /** The resolved configuration; its keys may be those of another version of histo. */
  recipe: z.record(z.string(), z.union([z.string(), finite, z.boolean(), z.null()])).readonly(),
  /** Figures on the validation patches. */
  metrics: z.record(z.string(), finite).readonly().nullable(),
  dataDigest: z.string(),
  /** What was chosen on the validation patches, to be applied to others as it is. */
  chosen: z
    .object({
      /** Youden's threshold, as log-odds of tumour before the temperature. */
      youdenMargin: finite.nullable(),
      /** What logits are divided by; null: nothing. */
      temperature: finite.positive().nullable(),
    })
    .readonly()
    .default({ youdenMargin: null, temperature: null }),
  /** How training and validation patches were parted, in words. */
  split: z.string(),
  /** The slides of both sides; null: they are not known. */
  slides: z
    .object({ train: z.array(z.string()).readonly(), valid: z.array(z.string()).readonly() })
    .readonly()
    .nullable()
    .default(null),
  /** What both sides have in common; null: nothing, or it was not looked at. */
  leakage: z
    .object({
      train_twins: count,
      shared_slides: count,
      examples: z.array(z.object({ id: z.string(), kind: z.enum(['exact', 'near']) })).readonly(),
      text: z.string(),
    })
    .readonly()
    .nullable()
    .default(null),
  /** Patches that went bad during the run: some steps were without them. */
  lost: z.array(skippedPatchSchema).readonly().default([]),
});

/** How far the training had come. Counted from 0: the epoch under way, steps done in it and in all. */
export const progressSchema = z.object({
  epoch: count,
  stepInEpoch: count,
  step: count,
  /** Sum of the loss over the epoch's patches so far, and how many these were. */
  lossSum: finite,
  examples: count,
  /** The best ROC AUC so far, and the epoch that reached it, counted from 1. */
  bestRocAuc: finite.nullable(),
  bestEpoch: positive.nullable(),
  /** Steps passed over, as their loss was not finite. */
  skippedSteps: count.default(0),
  /** What the loss is multiplied by in float16; null: it has not been told. */
  lossScale: finite.positive().nullable().default(null),
});

export type CheckpointCard = Readonly<z.infer<typeof cardSchema>>;
export type Progress = z.infer<typeof progressSchema>;
