import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigSources, resolveConfig } from '../../src/config/resolve.js';
import { configKeys } from '../../src/config/schema.js';
import { UserError } from '../../src/errors.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

const needed = { labels: 'a.csv', images: 'a', weights: 'none' };

async function configFile(content: unknown): Promise<string> {
  const path = join(folder, 'my.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function resolveWith(sources: Partial<ConfigSources>) {
  return resolveConfig({ preset: null, configFile: null, flags: needed, ...sources });
}

/** The lines of the error, without the first. */
async function faultsOf(sources: Partial<ConfigSources>): Promise<string[]> {
  const error: unknown = await resolveWith(sources).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  const [first, ...faults] = (error as UserError).message.split('\n  ');
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  expect(first).toBe(`Cannot use the configuration: ${count}`);
  return faults;
}

describe('resolveConfig', () => {
  it('decides every key, from the default preset where nothing is said', async () => {
    const config = await resolveWith({});
    expect(Object.keys(config).sort()).toEqual([...configKeys].sort());
    expect(config).toMatchObject({ preset: 'default', epochs: 20, split: 'stratified', seed: 0 });
  });

  it('puts flags over config file over preset', async () => {
    const path = await configFile({ $schema: 'x', epochs: 7, batchSize: 8, labels: 'b.csv' });
    const config = await resolveWith({
      preset: 'quick',
      configFile: path,
      flags: { ...needed, epochs: '5', maxLr: undefined },
    });
    expect(config).toMatchObject({ preset: 'quick', epochs: 5, batchSize: 8, maxLr: 0.01 });
    expect(config.labels).toBe(resolve('a.csv'));
  });

  it('takes the preset that the config file names, unless a flag names another', async () => {
    const path = await configFile({ preset: 'reference' });
    expect(await resolveWith({ configFile: path })).toMatchObject({
      preset: 'reference',
      channels: 'bgr',
    });
    expect(await resolveWith({ preset: 'default', configFile: path })).toMatchObject({
      preset: 'default',
      channels: 'rgb',
    });
  });

  it('starts relative paths of a config file from its folder, those of flags from here', async () => {
    const path = await configFile({ labels: 'data/b.csv', images: '/b', weights: 'none' });
    const config = await resolveWith({ configFile: path, flags: { validLabels: 'v.csv' } });
    expect(config).toMatchObject({
      labels: join(folder, 'data', 'b.csv'),
      images: resolve('/b'),
      weights: 'none',
      validLabels: resolve('v.csv'),
    });
  });

  it('reads numbers of flags, and leaves what is none to be refused', async () => {
    expect(await resolveWith({ flags: { ...needed, maxLr: '1e-3', limit: '10' } })).toMatchObject({
      maxLr: 0.001,
      limit: 10,
    });
    expect(await faultsOf({ flags: { ...needed, maxLr: '0x10', limit: '' } })).toEqual([
      '--limit: expected a whole number of at least 1, got ""',
      '--max-lr: expected a number above 0, got "0x10"',
    ]);
  });

  it('shows a number that is too large as it was given', async () => {
    const path = await configFile('{"epochs": 1e400}');
    expect(await faultsOf({ configFile: path, flags: { ...needed, seed: '1e400' } })).toEqual([
      `"epochs" in "${path}": expected a whole number of at least 1, got Infinity`,
      '--seed: expected a whole number of at least 0, got "1e400"',
    ]);
  });

  it('reads one fold of several, each a number of its own', async () => {
    const flags = { ...needed, folds: '5', fold: '2', tensorboard: 'events' };
    expect(await resolveWith({ flags })).toMatchObject({
      folds: 5,
      fold: 2,
      tensorboard: resolve('events'),
    });
    expect(await faultsOf({ flags: { ...needed, folds: '1', fold: '0' } })).toEqual([
      '--folds: expected a whole number of at least 2, got 1',
      '--fold: expected a whole number of at least 1, got 0',
    ]);
  });

  it('makes the path of a weights file whole, and leaves a name of the registry', async () => {
    const weightsOf = async (weights: string) =>
      (await resolveWith({ configFile: await configFile({ ...needed, weights }), flags: {} }))
        .weights;
    expect(await weightsOf('timm/resnet50.a1_in1k')).toBe('timm/resnet50.a1_in1k');
    expect(await weightsOf('gone.pth')).toBe(join(folder, 'gone.pth'));
    expect(await weightsOf('../gone')).toBe(join(folder, '..', 'gone'));
    expect(await weightsOf('none')).toBe('none');
    await mkdir(join(folder, 'timm'));
    await writeFile(join(folder, 'timm', 'resnet50.a1_in1k'), ''); // such a file wins
    expect(await weightsOf('timm/resnet50.a1_in1k')).toBe(join(folder, 'timm', 'resnet50.a1_in1k'));
  });

  it('leaves the choice of weights to the network where nothing is said of them', async () => {
    const { labels, images } = needed;
    expect((await resolveWith({ flags: { labels, images } })).weights).toBeNull();
  });

  it('says what must be given, and how', async () => {
    expect(await faultsOf({ flags: {} })).toEqual([
      '--labels: expected the path of a CSV file, got nothing: give --labels FILE',
      '--images: expected the path of a folder, got nothing: give --images FOLDER',
    ]);
  });

  it('tells several faults of several sources together', async () => {
    const path = await configFile({ epoch: 3, crop: 0, shuffle: 'yes', whatever: 1 });
    const flags = { ...needed, batchSize: '1', seed: '-1', stride: 'v2' };
    expect(await faultsOf({ configFile: path, flags })).toEqual([
      `"epoch" in "${path}": expected a known key; did you mean "epochs"?`,
      `"whatever" in "${path}": expected a known key; known are ${configKeys.join(', ')}`,
      `"shuffle" in "${path}": expected true or false, got "yes"`,
      `"crop" in "${path}": expected a whole number of at least 1, got 0`,
      '--stride: expected one of "v1", "v1.5", got "v2"',
      '--batch-size: expected a whole number of at least 2, or "auto", got 1',
      '--seed: expected a whole number of at least 0, got -1',
    ]);
  });

  it.each([
    ['max_lr', 'maxLr'],
    ['learningrate', null],
    ['Batch-Size', 'batchSize'],
    ['hidenUnits', 'hiddenUnits'],
    ['rotation', null],
  ])('suggests for the unknown key "%s": %s', async (key, near) => {
    const path = await configFile({ [key]: 1 });
    const remedy = near === null ? `known are ${configKeys.join(', ')}` : `did you mean "${near}"?`;
    expect(await faultsOf({ configFile: path })).toEqual([
      `"${key}" in "${path}": expected a known key; ${remedy}`,
    ]);
  });

  it.each([
    [
      { split: 'grouped' },
      '--group-column: expected the name of a column, as split is "grouped", got nothing: give --group-column, or another --split',
    ],
    [
      { validImages: 'v' },
      '--valid-labels: expected the path of a CSV file, as validImages is given, got nothing: give --valid-labels too',
    ],
    [
      { maxMomentum: 0.5 },
      '"baseMomentum" in preset "default": expected a number to 0.5, as maxMomentum is that, got 0.85: lower the one or raise the other',
    ],
    [
      { fold: 2 },
      '--folds: expected the number of folds, as fold is given, got nothing: give --folds too',
    ],
    [
      { folds: 5, fold: 6 },
      '--fold: expected a whole number from 1 to 5, as folds is that, got 6: lower the one or raise the other',
    ],
    [
      { folds: 5, validLabels: '/v.csv' },
      '--valid-labels: expected nothing, as folds are given, each of which validates on its share of the labels, got "/v.csv": leave one of them out',
    ],
    [
      { folds: 5, split: 'rows' },
      '--split: expected "stratified" or "grouped", as folds are drawn, got "rows": give --split stratified, or leave --folds out',
    ],
    [
      { folds: 5, split: 'grouped' },
      '--group-column: expected the name of a column, as split is "grouped", got nothing: give --group-column, or another --split',
    ],
  ])('refuses what does not go together: %j', async (flags, fault) => {
    expect(await faultsOf({ flags: { ...needed, ...flags } })).toEqual([fault]);
  });

  it.each([
    ['{"epochs": 3', 'expected JSON, got: '],
    ['[1]', 'expected an object such as {"epochs": 5}, got an array'],
    ['null', 'expected an object such as {"epochs": 5}, got null'],
  ])('refuses the config file %j', async (content, fault) => {
    const resolving = resolveWith({ configFile: await configFile(content) });
    await expect(resolving).rejects.toThrow(UserError);
    await expect(resolving).rejects.toThrow(fault);
  });

  it('takes no prototype from a config file', async () => {
    const path = await configFile('{"__proto__":{"epochs":9},"constructor":{"prototype":{"x":1}}}');
    const faults = await faultsOf({ configFile: path });
    expect(faults).toEqual([
      expect.stringContaining(`"__proto__" in "${path}": expected a known key`),
      expect.stringContaining(`"constructor" in "${path}": expected a known key`),
    ]);
    expect('epochs' in {} || 'x' in {}).toBe(false);
  });

  it.each([
    ['is nested without end', `{"epochs":${'['.repeat(1e5)}`, 'in more than 64 levels'],
    [
      'has keys without end',
      JSON.stringify(Object.fromEntries(Array(6e4).fill(1).entries())),
      'and 59980 more',
    ],
    ['has a value without end', JSON.stringify({ epochs: 'x'.repeat(1e6) }), 'got "xxx'],
    [
      'is larger than any config',
      ' '.repeat(2 ** 20 + 1),
      'got more than 1 MB: name a smaller file',
    ],
  ])('refuses a config file that %s, in few words', async (_, content, fault) => {
    const resolving = resolveWith({ configFile: await configFile(content) });
    await expect(resolving).rejects.toThrow(UserError);
    await expect(resolving).rejects.toThrow(fault);
    const message = await resolving.catch((error: Error) => error.message);
    expect(String(message).length).toBeLessThan(20_000);
  });

  it('reads a config file with a byte order mark', async () => {
    const path = await configFile('\uFEFF{"epochs": 3}');
    expect((await resolveWith({ configFile: path })).epochs).toBe(3);
  });

  it('refuses a config file that is missing or a folder, and a preset that is none', async () => {
    await expect(resolveWith({ configFile: join(folder, 'none.json') })).rejects.toThrow(
      `Cannot read config "${join(folder, 'none.json')}": expected a JSON file, got nothing at this path: check its spelling`,
    );
    await expect(resolveWith({ configFile: folder })).rejects.toThrow(
      'got a folder: name a file in it',
    );
    await expect(resolveWith({ preset: 'slow' })).rejects.toThrow('Cannot use preset "slow"');
    await expect(resolveWith({ configFile: await configFile({ preset: 3 }) })).rejects.toThrow(
      'expected the name of a preset, got 3',
    );
  });
});
