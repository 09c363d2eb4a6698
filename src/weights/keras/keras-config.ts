import { z } from 'zod';
import { parseJson } from '../../parse-json.js';
import { FormatError } from '../format-error.js';

/** What of a layer's configuration is read; Keras writes much more. */
export interface KerasLayer {
  readonly name: string;
  /** As in `Conv2D`. */
  readonly className: string;
  /** Of a convolution, [height, width]; null: it has none. */
  readonly strides: readonly number[] | null;
  /** Of a BatchNormalization; null: it has none. */
  readonly epsilon: number | null;
  /** Of a model within the model, else none. */
  readonly layers: readonly KerasLayer[];
}

const deepest = 4; // models within models
const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.looseObject({
    name: z.string().optional(),
    strides: z.array(z.number()).nullish().catch(null),
    epsilon: z.number().positive().nullish().catch(null),
    layers: z.array(z.unknown()).optional(),
  }),
});

/**
 * The layers of a Keras model, in their order.
 *
 * @param json `config.json` of a `.keras` file, `model_config` of an HDF5 file or of a tfjs model.
 * @throws {FormatError} If it is no model's configuration.
 */
export function parseKerasConfig(json: string): readonly KerasLayer[] {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (error) {
    throw malformed(error);
  }
  return layerOf(value, 0).layers;
}

/** As {@link parseKerasConfig}, of what has been parsed. */
export function layerOf(value: unknown, depth: number): KerasLayer {
  const parsed = layerSchema.safeParse(value);
  if (!parsed.success || depth > deepest) throw malformed(parsed.error);
  const { class_name: className, name, config } = parsed.data;
  return {
    name: config.name ?? name ?? '',
    className,
    strides: config.strides ?? null,
    epsilon: config.epsilon ?? null,
    layers: (config.layers ?? []).map((layer) => layerOf(layer, depth + 1)),
  };
}

function malformed(cause: unknown): FormatError {
  return new FormatError(
    'expected the configuration of a Keras model with its layers, got something else: save the model again with model.save()',
    { cause },
  );
}
