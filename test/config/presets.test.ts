import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.js';
import { defaultPreset, presetNames, readPreset } from '../../src/config/presets.js';
import { configFileSchema, configKeys } from '../../src/config/schema.js';
import { UserError } from '../../src/errors.js';
import { packageFolder } from '../../src/package-folder.js';

const configs = join(packageFolder, 'configs');

describe('presets', () => {
  it('are the files of configs', async () => {
    const files = await readdir(configs);
    expect(files.sort()).toEqual(
      [
        ...presetNames.map((name) => `${name}.json`),
        'config.schema.json',
        'metrics.schema.json',
      ].sort(),
    );
  });

  it.each(presetNames)('"%s" keeps to the schema and decides all but data', (name) => {
    const preset = readPreset(name);
    const values = configFileSchema.parse(preset);
    expect(values.$schema).toBe('./config.schema.json');
    const open = configKeys.filter((key) => !(key in values));
    expect(open).toEqual(['preset', 'labels', 'images']);
  });

  it('"reference" differs from the default in order, split, colours and precision alone', () => {
    const [reference, usual] = ['reference', defaultPreset].map(readPreset);
    expect(reference).toEqual({
      ...(usual as object),
      split: 'rows',
      shuffle: false,
      channels: 'bgr',
      precision: 'float32',
    });
  });

  it('refuses a name that is none, also one that is a path', () => {
    for (const name of ['quik', '../package', 'config.schema']) {
      expect(() => readPreset(name)).toThrow(
        new UserError(
          `Cannot use preset "${name}": expected one of default, reference, quick, demo; name a file of your own with --config`,
        ),
      );
    }
  });
});

describe('config.schema.json', () => {
  it('is what src/config says', async () => {
    const file: unknown = JSON.parse(await readFile(join(configs, 'config.schema.json'), 'utf8'));
    expect(
      file,
      'to update: npm run build && node scripts/write-config-schema.mjs && npm run format',
    ).toEqual(configJsonSchema());
  });

  it('knows every key with a description, requires none and refuses others', () => {
    const { properties, required, additionalProperties } = configJsonSchema() as {
      properties: Record<string, { description?: string }>;
      required?: unknown;
      additionalProperties: boolean;
    };
    expect(Object.keys(properties)).toEqual([...configKeys, '$schema']);
    for (const property of Object.values(properties)) expect(property.description).toBeTruthy();
    expect(required).toBeUndefined();
    expect(additionalProperties).toBe(false);
  });
});
