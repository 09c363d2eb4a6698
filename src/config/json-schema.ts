import { z } from 'zod';
import { configFileSchema } from './schema.js';

/** What a config file may hold, as the JSON schema that editors read: `configs/config.schema.json`. */
export function configJsonSchema(): Record<string, unknown> {
  return {
    title: 'histo training configuration',
    ...z.toJSONSchema(configFileSchema, { target: 'draft-7' }),
  };
}
