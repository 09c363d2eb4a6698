// Writes configs/config.schema.json from the schema in src/config and configs/metrics.schema.json
// from the one in src/report. Run it after `npm run build`, then `npm run format`.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/src/config/json-schema.js';
import { metricsJsonSchema } from '../dist/src/report/metrics-schema.js';

write('config.schema.json', configJsonSchema());
write('metrics.schema.json', metricsJsonSchema());

function write(name, schema) {
  const file = new URL(`../configs/${name}`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
