import { z } from 'zod';
import type { BaselineComparison } from '../evaluate/compare-with-baseline.js';
import type { Evaluation, FigureName } from '../evaluate/evaluate-predictions.js';
import type { IntervalMethod } from '../evaluate/interval.js';
import { shownFigures } from './figure-glossary.js';

const count = z.int().nonnegative().meta({ id: 'count' });
const share = z.number().min(0).max(1).meta({ id: 'share' });
const loss = z.number().nonnegative().meta({ id: 'loss' });

const methods = [
  'DeLong',
  'Wilson',
  'bootstrap',
  'cluster bootstrap',
] as const satisfies readonly IntervalMethod[];

const interval = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    level: z.literal(0.95),
    method: z.enum(methods),
  })
  .nullable()
  .meta({ id: 'interval' });

const confusion = z
  .strictObject({ tn: count, fp: count, fn: count, tp: count })
  .meta({ id: 'confusion' });

/** Figures that follow from a confusion. */
const confusionFigures = {
  accuracy: share,
  balanced_accuracy: share.nullable(),
  sensitivity: share.nullable(),
  specificity: share.nullable(),
  precision: share.nullable(),
  f1: share.nullable(),
  mcc: z.number().min(-1).max(1).nullable(),
};

const calibrationFigures = {
  log_loss: loss,
  brier: share,
  ece: share,
  calibration_slope: z.number().nullable(),
  calibration_intercept: z.number().nullable(),
};

const calibration = z.strictObject(calibrationFigures).meta({ id: 'calibration' });

const operatingPoint = z.strictObject({
  name: z.string().describe('0.5, youden, sensitivity 0.95 or specificity 0.9'),
  threshold: share.describe('Probability; a patch that reaches it is called tumour'),
  chosen_on: z
    .enum(['fixed', 'validation', 'these patches'])
    .describe('Where the threshold comes from; chosen on these patches, figures flatter'),
  ...confusionFigures,
  confusion,
  intervals: z.strictObject(sameFor(Object.keys(confusionFigures) as ConfusionKey[], interval)),
});

type ConfusionKey = keyof typeof confusionFigures;

const baseline = z
  .strictObject({
    path: z.string().describe('Where its predictions are from'),
    roc_auc: share.nullable().describe('Of the baseline'),
    difference: z.number().min(-1).max(1).nullable().describe('ROC AUC minus that of the baseline'),
    interval: interval.describe('Paired, of the difference; null: none for these patches'),
    p_value: share.nullable().describe("Of DeLong's paired test; null where slides are known"),
  } satisfies Readonly<Record<keyof BaselineComparison, z.ZodType>>)
  .nullable();

const spread = z
  .strictObject({
    mean: z.number(),
    standard_deviation: z.number().nonnegative().nullable(),
    count,
  })
  .nullable()
  .meta({ id: 'spread' });

const figures = {
  examples: count.describe('Patches that were scored'),
  positives: count.describe('Patches of tumour'),
  negatives: count.describe('Patches of normal tissue'),
  groups: count.nullable().describe('Slides of the patches; null: not known'),
  loss: loss.describe('Mean cross-entropy of the logits, in nats'),
  roc_auc: share.nullable().describe('Null where a class is absent'),
  roc_auc_logit_1: share.nullable().describe('Ranked by the logit of tumour alone'),
  average_precision: share.nullable(),
  ...confusionFigures,
  ...calibrationFigures,
  confusion: confusion.describe('At probability 0.5'),
  intervals: z
    .strictObject(sameFor(shownFigures, interval))
    .describe('95 % intervals by figure; null: none'),
  operating_points: z.array(operatingPoint),
  calibration: z
    .strictObject({
      temperature: z.number().positive(),
      before: calibration,
      after: calibration,
    })
    .nullable()
    .describe('What the temperature changed; null: the checkpoint has none'),
} satisfies Readonly<Record<keyof Evaluation, z.ZodType>>;

const fold = z.looseObject({
  fold: z.int().positive().nullable().describe('Counted from 1; null: not trained as a fold'),
  run: z.string(),
  best_epoch: z.int().positive().nullable(),
  examples: count,
  positives: count,
  roc_auc: share.nullable(),
  accuracy: share,
});

/** `metrics.json` and `histo eval --json`: the figures exactly, beside them what they are of. */
export const metricsSchema = z.looseObject({
  ...figures,
  checkpoint: z.string().describe('The checkpoint or run folder that was evaluated'),
  labels: z.string().describe('The labels file'),
  engine: z.string(),
  computed_in: z.enum(['float32', 'bfloat16', 'float16']).describe('What large products were in'),
  data_digest: z.string().describe('sha256 over ids and labels in their order'),
  leakage: z
    .strictObject({
      train_twins: count.describe('Patches that show the same as training patches'),
      shared_slides: count.describe('Slides that have training patches; 0 where none is known'),
      examples: z.array(z.strictObject({ id: z.string(), kind: z.enum(['exact', 'near']) })),
      text: z.string(),
    })
    .nullable()
    .describe('What was trained on; null: nothing that is known of'),
  leakage_checked: z
    .boolean()
    .describe('False: a checkpoint keeps nothing to know its training patches by'),
  validation_share: share
    .nullable()
    .describe('Share that validated the checkpoint; null: it keeps nothing to know them by'),
  notes: z.array(z.string()).describe('What a reader must know of these figures'),
  skipped_patches: z
    .array(z.strictObject({ id: z.string(), path: z.string(), why: z.string() }))
    .describe(
      'Patches that could not be used: no figure is of them, but for steps before they went bad',
    ),
  baseline: baseline.describe('An earlier model on the same patches; null: none was given'),
  ensemble: z
    .array(z.string())
    .describe('Further checkpoints whose logits were averaged with the first one'),
  tta: z.literal('d4').nullable().describe('Test-time augmentation; null: none'),
  folds: z.array(fold).optional().describe('Of a cross-validation alone: each fold by itself'),
  spread: z
    .strictObject(sameFor(shownFigures, spread))
    .optional()
    .describe('Of a cross-validation alone: mean and deviation over the folds'),
  missing_folds: z
    .array(count)
    .optional()
    .describe('Of a cross-validation alone: folds that are missing, counted from 1'),
});

/** The same as the JSON schema that is published: `configs/metrics.schema.json`. */
export function metricsJsonSchema(): Record<string, unknown> {
  return {
    $id: 'metrics.schema.json',
    title: 'histo evaluation',
    ...z.toJSONSchema(metricsSchema, { target: 'draft-7' }),
  };
}

function sameFor<Name extends FigureName, Schema>(
  names: readonly Name[],
  schema: Schema,
): Record<Name, Schema> {
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>;
}
