import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { writeSafetensors } from '../../../src/checkpoint/safetensors.js';
import { UserError } from '../../../src/errors.js';
import { architectureOf } from '../../../src/model/architecture.js';
import { initialValues } from '../../../src/model/initial-values.js';
import { isOfHead, parametersOf } from '../../../src/model/parameters.js';
import type { NamedArray } from '../../../src/model/state-dict.js';
import { readRunRecord, runFolder } from '../../../src/recipes/train/run-folder.js';
import {
  findStartingFile,
  readStartingWeights,
} from '../../../src/recipes/train/starting-weights.js';
import { train } from '../../../src/recipes/train/train.js';
import { silentTerminal } from '../../../src/terminal.js';
import { type RegisteredWeights, registry } from '../../../src/weights/registry.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { type FakeIndex, startFakeIndex } from '../../engine/install/fake-index.js';
import { sha256 } from '../../engine/install/fake-wheel.js';
import { filesBelow, useTemporaryCache } from '../../engine/install/temporary-cache.js';
import { smallRun } from '../fixture.js';

const cache = useTemporaryCache();
const folder = temporaryFolder();
const never = new AbortController().signal;
const file = 'planted.safetensors';
const own = () => join(folder, 'own.safetensors');
let bytes = Buffer.alloc(0);
let planted: RegisteredWeights;
let server: FakeIndex;

beforeAll(async () => {
  const head = { stride: 'v1', hiddenUnits: 8, dropout: 0 } as const;
  const parameters = parametersOf(architectureOf('resnet14-narrow', head));
  const backbone = parameters
    .filter((parameter) => !isOfHead(parameter))
    .map((parameter, index): [string, NamedArray] => [
      parameter.name,
      { shape: parameter.shape, data: initialValues(parameter, 5, index) },
    ]);
  await writeSafetensors(own(), new Map(backbone), {});
  bytes = await readFile(own());
  planted = {
    name: 'planted/resnet14.narrow',
    arch: 'resnet14-narrow',
    stride: 'v1',
    normalization: { mean: [0, 0.25, 0.5], std: [1, 0.5, 0.25] },
    licence: 'CC0-1.0',
    file,
    url: `http://127.0.0.1:9/${file}`, // where nobody answers
    sizeBytes: bytes.length,
    algorithm: 'sha256',
    digest: sha256(bytes),
    source: 'http://127.0.0.1:9/',
  };
  (registry as RegisteredWeights[]).push(planted);
});
afterAll(() => void (registry as RegisteredWeights[]).pop());

beforeEach(async () => {
  server = await startFakeIndex({ wheels: { [file]: bytes } });
  process.env['HISTO_WEIGHTS_MIRROR'] = server.url.replace('/simple', '/files');
});
afterEach(() => server.close());

function find(weights: string | null, arch: RegisteredWeights['arch'] = 'resnet14-narrow') {
  return findStartingFile({ weights, arch }, silentTerminal, never);
}

describe('findStartingFile', () => {
  it('fetches weights of the registry once', async () => {
    const path = join(cache.folder, 'weights', file);
    const found = { registered: planted, file: path };
    expect(await find(planted.name)).toEqual(found);
    expect(await find(planted.name)).toEqual(found);
    expect(server.requests).toHaveLength(1);
  });

  it("takes a file of the user's", async () => {
    expect(await find(own())).toEqual({ registered: null, file: own() });
    expect(server.requests).toEqual([]);
  });

  it('gives nothing for "none", and where nothing is said of a network without weights', async () => {
    expect(await find('none', 'resnet50')).toBeNull();
    expect(await find(null)).toBeNull();
  });

  it.each([
    ['resnet18', 'resnet18-f37072fd.pth'],
    ['resnet152', 'resnet152-394f9c45.pth'],
  ] as const)("takes torchvision's V1 of %s where nothing is said", async (arch, wanted) => {
    await expect(find(null, arch)).rejects.toThrow(
      `put https://download.pytorch.org/models/${wanted} at "${join(cache.folder, 'weights', wanted)}" by hand, or start from random weights with "--weights none"`,
    );
    expect(server.requests).toEqual([`GET /files/${wanted}`]);
  });

  it('refuses those of another network before it fetches them', async () => {
    await expect(find(planted.name, 'resnet50')).rejects.toThrow(
      new UserError(
        `Cannot use weights "${planted.name}": expected those of resnet50, got those of resnet14-narrow; give --arch resnet14-narrow, or other --weights`,
      ),
    );
    expect(server.requests).toEqual([]);
  });

  it('refuses what is neither a file nor a name', async () => {
    await expect(find('timm/resnet50.a1_in2k')).rejects.toThrow(
      new UserError(
        'Cannot use weights "timm/resnet50.a1_in2k": expected a file or a name of "histo weights list", got nothing at this path: check its spelling; did you mean "timm/resnet50.a1_in1k"?',
      ),
    );
    await expect(find('/nope.pth')).rejects.toThrow(
      /list", got nothing at this path: check its spelling$/,
    );
  });
});

describe('readStartingWeights', () => {
  it('knows a file of the registry by its bytes, whatever its name', async () => {
    const start = { registered: null, file: own() };
    const { stride, normalization, from } = await readStartingWeights(start, null, never);
    expect({ stride, normalization }).toEqual({
      stride: 'v1',
      normalization: planted.normalization,
    });
    expect(from).toEqual({ name: planted.name, file: own(), sha256: sha256(bytes) });
  });
});

describe('histo train --weights NAME', () => {
  /** The preset of the other runs says a stride of its own. */
  function start(path: string, flags: Readonly<Record<string, unknown>> = {}) {
    const { config, ...options } = smallRun(path, { weights: planted.name, epochs: 1, ...flags });
    const { stride, ...others } = config.flags;
    const quick = { preset: 'quick', flags: { ...others, arch: planted.arch } };
    return train({ ...options, config: { ...config, ...quick } }, silentTerminal, never);
  }

  it('records what it started from, prepares patches as it wants, and resumes without it', async () => {
    const run = runFolder(join(folder, 'run'));
    await start(run.path);
    const cached = join(cache.folder, 'weights', file);
    const started = { name: planted.name, file: cached, sha256: sha256(bytes) };
    const record = await readRunRecord(run);
    expect(record.weights).toEqual(started);
    expect(record.config.weights).toBe(planted.name);
    const { card } = await loadCheckpoint(run.path);
    expect(card.preprocessing).toMatchObject(planted.normalization);
    expect(card.architecture.stride).toBe('v1');

    await server.close();
    await rm(cached);
    const config = { preset: null, configFile: null, flags: {} };
    await train({ folder: run.path, resume: true, config }, silentTerminal, never);
    expect((await readRunRecord(run)).weights).toEqual(started);
  });

  it('says that they cannot be had before it begins a run, and leaves nothing behind', async () => {
    await server.close();
    server = await startFakeIndex({ wheels: {} });
    process.env['HISTO_WEIGHTS_MIRROR'] = server.url;
    const path = join(folder, 'unreached');
    await expect(start(path)).rejects.toThrow(
      /^Cannot download "http:\/\/127.*\/planted\.safetensors": .* status 404: .*--weights none"$/,
    );
    expect(await filesBelow(path)).toEqual([]);
    expect(await filesBelow(cache.folder)).toEqual([]);
  });
});
