import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { resumedConfig } from '../../src/config/resume.js';
import { UserError } from '../../src/errors.js';

const nothing = { preset: null, configFile: null, flags: {} };

async function saved() {
  const flags = { labels: '/a.csv', images: '/a', weights: 'none', epochs: 3 };
  return await resolveConfig({ preset: 'quick', configFile: null, flags });
}

describe('resumedConfig', () => {
  it('is the saved one, also where flags say the same again', async () => {
    const config = await saved();
    expect(await resumedConfig(config, 'config.json', nothing)).toEqual(config);
    const flags = { epochs: '3', labels: '/a.csv', seed: undefined };
    const sources = { preset: 'quick', configFile: null, flags };
    expect(await resumedConfig(config, 'config.json', sources)).toEqual(config);
  });

  it('keeps what "auto" decided when the run began', async () => {
    const config = { ...(await saved()), precision: 'bfloat16', batchSize: 96 };
    const flags = { precision: 'auto', batchSize: 'auto' };
    expect(await resumedConfig(config, 'config.json', { ...nothing, flags })).toEqual(config);
  });

  it('takes another folder for TensorBoard', async () => {
    const sources = { ...nothing, flags: { tensorboard: '/events' } };
    const config = await resumedConfig(await saved(), 'config.json', sources);
    expect(config).toEqual({ ...(await saved()), tensorboard: '/events' });
  });

  it('names every setting that differs', async () => {
    const sources = { preset: 'default', configFile: null, flags: { epochs: '4', seed: '1' } };
    const resuming = resumedConfig(await saved(), 'run/config.json', sources);
    await expect(resuming).rejects.toThrow(
      new UserError(
        [
          'Cannot resume with other settings than those of "run/config.json"; leave them out, or start a new run',
          '--epochs: expected 3, got 4',
          '--seed: expected 0, got 1',
          '--preset: expected "quick", got "default"',
        ].join('\n  '),
      ),
    );
  });

  it('refuses settings of another version', async () => {
    const { seed: _, ...config } = await saved();
    const resuming = resumedConfig(config, 'run/config.json', nothing);
    await expect(resuming).rejects.toThrow(UserError);
    await expect(resuming).rejects.toThrow('"seed": a whole number of at least 0');
  });
});
