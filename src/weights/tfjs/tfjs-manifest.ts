import { z } from 'zod';

const quantization = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
  original_dtype: z.string().optional(),
});

/** One array as the manifest of a tfjs model describes it. */
export const arraySchema = z.object({
  name: z.string(),
  shape: z
    .array(
      z
        .int()
        .nonnegative()
        .max(2 ** 24),
    )
    .max(4),
  dtype: z.string(),
  quantization: quantization.optional(),
});

/** What of a `model.json` is read. */
export const manifestSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.looseObject({}).nullable().optional(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(arraySchema) })),
});

export type TfjsArray = z.infer<typeof arraySchema>;
export type TfjsManifest = z.infer<typeof manifestSchema>;
