// Writes configs/config.schema.json from the schema in src/config. Run it after `npm run build`,
// then `npm run format`.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/src/config/json-schema.js';

const file = new URL('../configs/config.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
