import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveConfig } from '../../../src/config/resolve.js';
import { resumedConfig } from '../../../src/config/resume.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    '{"preset":"quick","labels":"l.csv","images":"i","weights":"none","epochs":5,"maxLr":0.001}',
    '\uFEFF{"$schema":"x","split":"grouped","groupColumn":"slide","stride":null,"shuffle":false,"seed":7}',
  ],
  tokens: [
    '"__proto__":',
    '"constructor":',
    '"epochs":',
    '"crop":',
    '"weights":',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    'null',
    'true',
    '"../"',
    '"\\u0000"',
    '1e999',
    '"toString":',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'my.json');
    await writeFile(path, input);
    const flags = { labels: 'l.csv', images: 'i', weights: 'none' };
    const config = await resolveConfig({ preset: null, configFile: path, flags });
    expectThat(({} as Record<string, unknown>)['epochs'] === undefined, 'clean prototypes');
    const sources = { preset: null, configFile: path, flags: {} };
    await resumedConfig(config, 'config.json', sources);
  },
};
