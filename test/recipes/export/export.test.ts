import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../../../src/atomic-file.js';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { readSafetensors } from '../../../src/checkpoint/safetensors.js';
import { UserError } from '../../../src/errors.js';
import { type ExportOptions, exportCheckpoint } from '../../../src/recipes/export/export.js';
import type {
  ExportFormat,
  ExportFormatName,
  ExportScores,
} from '../../../src/recipes/export/export-format.js';
import { exportFormats } from '../../../src/recipes/export/export-formats.js';
import { silentTerminal } from '../../../src/terminal.js';
import { disturbedState, smallCard } from '../../export/small-nets.js';
import { fixturePatches } from '../../fixture-patches.js';
import { tinyCheckpoint } from '../../fuzz/tiny-checkpoint.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { hasNativeEngine } from '../../native-engine.js';

const names = (Object.keys(exportFormats) as ExportFormatName[]).filter(
  (name) => hasNativeEngine || name !== 'saved-model',
);
const card = smallCard('bottlenecks, v1.5', {}, { youdenMargin: 0.4, temperature: 1.7 });
let folder = '';
let checkpoint = '';
let state: Awaited<ReturnType<typeof disturbedState>>;
beforeAll(async () => {
  await startTestEngine();
  state = await disturbedState(card.architecture);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-export-'));
  checkpoint = join(folder, 'a.safetensors');
  await saveCheckpoint(checkpoint, { ...tinyCheckpoint, card, state });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function* fullDisk(): Generator<string> {
  yield 'the beginning';
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

async function exportAs(
  format: ExportFormatName | ExportFormat,
  more: Partial<ExportOptions> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const plain = { isForced: false, isBare: false, isFolded: true, images: null } as const;
  return exportCheckpoint(
    {
      ...plain,
      checkpoint,
      format: typeof format === 'string' ? exportFormats[format] : format,
      out: join(folder, 'out'),
      engine: 'auto',
      ...more,
    },
    silentTerminal,
    signal,
  );
}

describe('exportCheckpoint', () => {
  it.each(names)(
    'needs the checkpoint alone and leaves nothing but the export: %s',
    async (name) => {
      const { patches, logitGap, probabilityGap } = await exportAs(name);
      expect(patches).toBe(8);
      expect(logitGap).toBeLessThan(1e-5);
      expect(probabilityGap).toBeLessThan(1e-6);
      expect((await readdir(folder)).sort()).toEqual(['a.safetensors', 'out']);
      await exportAs(name); // replaces the older one
      expect((await readdir(folder)).sort()).toEqual(['a.safetensors', 'out']);
    },
  );

  it('takes patches that are smaller than the crop by mirroring its own', async () => {
    const large = { ...card, preprocessing: { ...card.preprocessing, cropPx: 130 } };
    await saveCheckpoint(checkpoint, { ...tinyCheckpoint, card: large, state });
    expect((await exportAs('onnx')).logitGap).toBeLessThan(1e-5);
  });

  it('compares on the first 64 patches of a folder', async () => {
    const { patches } = await exportAs('onnx', { images: fixturePatches.images });
    expect(patches).toBe(64);
  });

  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('knows other ONNX: bare: %s, folded: %s', async (isBare, isFolded) => {
    const { logitGap } = await exportAs('onnx', { isBare, isFolded });
    expect(logitGap).toBeLessThan(1e-5);
  });

  it('leaves out of safetensors what only training needs, and histo reads them', async () => {
    const out = join(folder, 'out');
    await exportAs('safetensors');
    const exported = await loadCheckpoint(out);
    const original = await loadCheckpoint(checkpoint);
    expect(exported.state).toEqual(original.state);
    expect(exported.card).toEqual(original.card);
    expect(exported).toMatchObject({ optimizer: null, validation: null, fingerprints: null });
    const { metadata } = await readSafetensors(out);
    expect([metadata.get('stride'), metadata.get('class_names')]).toEqual([
      'v1.5',
      'normal,tumour',
    ]);
    await exportAs('onnx', { checkpoint: out, out: join(folder, 'b.onnx') });
  });

  it.each(names)('refuses an export that was damaged while it was written: %s', async (name) => {
    const damaging: ExportFormat = {
      ...exportFormats[name],
      write: async (path, source) => {
        await exportFormats[name].write(path, source);
        await replaceLargest(path, damaged);
      },
    };
    await expect(exportAs(damaging)).rejects.toThrow(UserError);
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it.each<[string, (logits: Float32Array) => ExportScores, string]>([
    [
      'other logits',
      (logits) => ({ logits: logits.map((value) => 1.001 * value), probability: null }),
      '1.0e-3',
    ],
    ['no numbers', (logits) => ({ logits: logits.fill(Number.NaN), probability: null }), 'NaN'],
    ['too few', (logits) => ({ logits: logits.slice(1), probability: null }), 'NaN'],
    [
      'probabilities that are none',
      (logits) => ({ logits, probability: logits.map(() => 1001) }),
      '1.0e+3',
    ],
  ])('says by how much an export is beyond the tolerance: %s', async (_, spoil, gap) => {
    const { onnx } = exportFormats;
    const spoiling: ExportFormat = {
      ...onnx,
      open: async (...given) => {
        const exported = await onnx.open(...given);
        const score: typeof exported.score = async (batch) =>
          spoil((await exported.score(batch)).logits);
        return { ...exported, score };
      },
    };
    await expect(exportAs(spoiling)).rejects.toThrow(
      `Cannot export "${checkpoint}" as onnx: expected the checkpoint's scores within 1e-4, as sums in another order leave less, got ${gap}; nothing was written: try another --engine or --format`,
    );
  });

  it.each(names)('says where it cannot read back what was written: %s', async (name) => {
    const cut: ExportFormat = {
      ...exportFormats[name],
      write: async (path, source) => {
        await exportFormats[name].write(path, source);
        await replaceLargest(path, (bytes) => bytes.subarray(0, bytes.length >> 1));
      },
    };
    await expect(exportAs(cut)).rejects.toThrow(UserError);
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it('does not begin where it was interrupted before', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(exportAs('onnx', {}, stop)).rejects.toThrow('stopped');
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it('names the place that was asked for where the disk is full', async () => {
    const write: ExportFormat['write'] = () =>
      writeFileAtomically(join(folder, '.out.tmp'), fullDisk());
    await expect(exportAs({ ...exportFormats.onnx, write })).rejects.toThrow(
      new UserError(`Cannot write "${join(folder, 'out')}": the disk is full: free some space`),
    );
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it('says why an export does not run', async () => {
    const failing: ExportFormat = {
      ...exportFormats.onnx,
      open: async () => ({
        score: () => Promise.reject(new Error('no such op')),
        close: async () => {},
      }),
    };
    await expect(exportAs(failing)).rejects.toThrow(
      new UserError(
        'Cannot run the export: expected scores, got no such op; export it again, or as another --format',
      ),
    );
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it.each(names)('stops where it is interrupted, and leaves nothing: %s', async (name) => {
    const stop = new AbortController();
    const interrupting: ExportFormat = {
      ...exportFormats[name],
      write: async (path, source) => {
        await exportFormats[name].write(path, source);
        stop.abort(new Error('stopped'));
      },
    };
    await expect(exportAs(interrupting, {}, stop.signal)).rejects.toThrow('stopped');
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });
});

describe('what exportCheckpoint replaces', () => {
  const remedyOf = (remedy: string) => (out: string, name: string) =>
    new UserError(
      `Cannot write "${out}": expected nothing there or an older export as ${name}, got something else; choose another --out, or ${remedy}`,
    );
  const [forceable, lasting] = [
    remedyOf('add --force to replace it'),
    remedyOf('remove it yourself'),
  ];

  it('is a foreign file with --force alone', async () => {
    const out = join(folder, 'notes.txt');
    await writeFile(out, 'mine');
    for (const name of ['onnx', 'tfjs'] as const) {
      await expect(exportAs(name, { out })).rejects.toThrow(forceable(out, name));
    }
    expect(await readFile(out, 'utf8')).toBe('mine');
    await exportAs('onnx', { out, isForced: true });
    await exportAs('tfjs', { out, isForced: true });
    expect(await readdir(out)).toContain('model.json');
    await expect(exportAs('onnx', { out })).rejects.toThrow(forceable(out, 'onnx'));
    await exportAs('onnx', { out, isForced: true });
  });

  it('is no checkpoint, its own least of all', async () => {
    await expect(exportAs('safetensors', { out: checkpoint })).rejects.toThrow(
      forceable(checkpoint, 'safetensors'),
    );
    await expect(exportAs('safetensors', { out: checkpoint, isForced: true })).rejects.toThrow(
      'which is read; choose another path',
    );
  });

  it.skipIf(process.platform === 'win32')('is no pipe or device, even with --force', async () => {
    const out = join(folder, 'pipe');
    execFileSync('mkfifo', [out]);
    for (const name of names) {
      const forced = exportAs(name, { out, isForced: true });
      await expect(forced).rejects.toThrow(lasting(out, name));
    }
  });

  it('is no folder that holds anything else, even with --force', async () => {
    const out = join(folder, 'folder');
    await mkdir(out);
    await exportAs('tfjs', { out }); // an empty one is as good as none
    await writeFile(join(out, 'notes.txt'), 'mine');
    for (const isForced of [false, true]) {
      await expect(exportAs('tfjs', { out, isForced })).rejects.toThrow(lasting(out, 'tfjs'));
    }
  });
});

describe('exportCheckpoint refuses', () => {
  it.each([
    [{ isBare: true }, '--bare'],
    [{ isFolded: false }, '--no-fold'],
  ])('what the format has no other way for: %j', async (more, flag) => {
    await expect(exportAs('tfjs', more)).rejects.toThrow(
      new UserError(
        `Cannot export as tfjs: expected no ${flag}, got it; leave it out, or take --format onnx`,
      ),
    );
  });

  it('a SavedModel without what runs it', async () => {
    await expect(exportAs('saved-model', { engine: 'wasm' })).rejects.toThrow(
      new UserError(
        `Cannot export "${checkpoint}" as saved-model: expected the native engine, which runs the export once to compare, got wasm; run "histo engine install" and leave --engine out`,
      ),
    );
    expect(await readdir(folder)).toEqual(['a.safetensors']);
  });

  it('patches smaller than the crop', async () => {
    const large = { ...card, preprocessing: { ...card.preprocessing, cropPx: 130 } };
    await saveCheckpoint(checkpoint, { ...tinyCheckpoint, card: large, state });
    await expect(exportAs('onnx', { images: fixturePatches.images })).rejects.toThrow(
      /expected 130 x 130 px or more, got 96 x 96 px/,
    );
  });
});

/** Changes a file, or the largest file of a folder that is no program. */
async function replaceLargest(path: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const inFolder = await readdir(path, { recursive: true }).catch(() => ['']);
  const files = inFolder
    .filter((name) => !/\.(wasm|js|txt)$/.test(name))
    .map((name) => join(path, name));
  const contents = await Promise.all(files.map((file) => readFile(file).catch(() => null)));
  const sizes = contents.map((content) => content?.length ?? 0);
  const at = sizes.indexOf(Math.max(...sizes));
  await writeFile(files[at] as string, change(contents[at] as Buffer));
}

/** Turns bits over in 64 bytes of the middle: in exponents of some weights. */
function damaged(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1;
  return bytes.map((byte, at) => (at >= middle && at < middle + 64 ? byte ^ 0x5a : byte)) as Buffer;
}
