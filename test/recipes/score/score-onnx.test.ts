import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { UserError } from '../../../src/errors.js';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { architectureOf } from '../../../src/model/architecture.js';
import { createModel, stateOf } from '../../../src/model/model.js';
import { imageNet } from '../../../src/model/preprocess.js';
import { type EvaluateOptions, evaluate } from '../../../src/recipes/score/evaluate.js';
import { type PredictOptions, predict } from '../../../src/recipes/score/predict.js';
import { train } from '../../../src/recipes/train/train.js';
import { readPredictions } from '../../../src/report/predictions-csv.js';
import { readWeightsFile } from '../../../src/weights/read-weights-file.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { fixturePatches } from '../../fixture-patches.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { hasShared, sharedPath } from '../../shared-data.js';
import { createTestTerminal } from '../../test-terminal.js';
import { tinyCard } from '../../tiny-classifier.js';
import { smallRun } from '../fixture.js';

const never = new AbortController().signal;
const folder = temporaryFolder();
const run = join(folder, 'run');
const exported = join(folder, 'model.onnx');
const common = {
  ...fixturePatches,
  groupColumn: null,
  thresholds: [],
  limit: 40,
  png: false,
  allowLeakage: true,
  onBadPatch: 'fail',
  precision: 'float32',
  ensemble: [],
  tta: null,
  engine: 'auto',
  batchSize: 16,
  baseline: null,
} as const;

beforeAll(async () => {
  await train(smallRun(run, { calibrate: true }), createTestTerminal(), never);
  const { state, card } = await loadCheckpoint(run);
  const metadata = { histo: JSON.stringify(card) };
  const model = classifierOnnx(card, state, { isFolded: true, isBare: false }, metadata);
  await writeFile(exported, Buffer.concat(encodeOnnx(model)));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('an exported file', () => {
  it.each([null, 'd4'] as const)('predicts as its checkpoint does (tta %s)', async (tta) => {
    const [own, checkpoint] = [await predicted(exported, { tta }), await predicted(run, { tta })];
    expect(own.size).toBe(160);
    expectAlike(own, checkpoint);
  });

  it('is evaluated as its checkpoint is, but for what it does not keep', async () => {
    const [own, checkpoint] = [await evaluated(exported), await evaluated(run)];
    expect(own.report.engine).toMatch(/^onnx \(ONNX Runtime [\d.]+, CPU\)$/);
    expectAlike(own.probabilities, checkpoint.probabilities);
    expect(own.report.roc_auc).toBeCloseTo(checkpoint.report.roc_auc as number, 6);
    expect(own.report.operating_points.map(({ name }) => name)).toEqual(
      checkpoint.report.operating_points.map(({ name }) => name),
    );
    expect(own.report.calibration).toMatchObject({
      temperature: checkpoint.report.calibration?.temperature,
    });
    expect(own.report).toMatchObject({ leakage_checked: false, validation_share: null });
    expect(own.notes.join('\n')).toContain(
      `Note: whether model "${exported}" was trained on some of these patches could not be looked at: an exported file keeps nothing to know them by`,
    );
    expect(own.page).toContain('There is no Grad-CAM: an exported model');
    expect(checkpoint.page).not.toContain('There is no Grad-CAM');
  });

  it('averages with checkpoints, each scored by what can', async () => {
    const { report, probabilities } = await evaluated(exported, { ensemble: [run] });
    expect(report.engine).toMatch(/^\w+ \(.+\) and onnx \(.+\)$/);
    const checkpoint = await evaluated(run, { ensemble: [await copyOf(run)] });
    expectAlike(probabilities, checkpoint.probabilities);
  });

  it('is refused in other engines and types, and at thresholds that need validation scores', async () => {
    await expect(evaluated(exported, { engine: 'wasm' })).rejects.toThrow(
      new UserError(
        `Cannot score with "${exported}" in engine "wasm": expected onnx, which exported files run in, got wasm; leave --engine out, or name the checkpoint that it was exported from`,
      ),
    );
    await expect(evaluated(exported, { precision: 'bfloat16' })).rejects.toThrow(
      'Cannot compute in bfloat16: expected the native engine, got onnx',
    );
    const thresholds = [{ kind: 'sensitivity', atLeast: 0.9 }] as const;
    await expect(evaluated(exported, { thresholds })).rejects.toThrow(
      /Cannot choose a threshold of sensitivity 0.9: .* got none/,
    );
  });
});

describe('a checkpoint where no native engine is installed', () => {
  beforeAll(() => startTestEngine());

  it('is scored by ONNX Runtime as by the other engines, with Grad-CAM in its report', async () => {
    const wasm = await evaluated(run, { engine: 'wasm' });
    vi.stubEnv('HISTO_CACHE', join(folder, 'empty'));
    vi.stubEnv('HISTO_TENSORFLOW', '');
    const onnx = await evaluated(run);
    expect(onnx.report.engine).toMatch(/^onnx /);
    expect(onnx.notes.filter((note) => note.startsWith('Engine: onnx'))).toHaveLength(1);
    expectAlike(onnx.probabilities, wasm.probabilities);
    expect(onnx.page).toContain('Beside it, Grad-CAM');
  });

  it('is refused where arrays are missing', async () => {
    const checkpoint = await loadCheckpoint(run);
    const state = new Map(checkpoint.state);
    state.delete('conv1.weight');
    const path = join(folder, 'partial.safetensors');
    await saveCheckpoint(path, { ...checkpoint, state });
    await expect(evaluated(path, { engine: 'onnx' })).rejects.toThrow(
      /Cannot load the model's weights: .* 1 missing: conv1.weight/,
    );
  });

  it.skipIf(!hasShared)('is scored alike: a real ResNet-50', async () => {
    const checkpoint = await realResNet50();
    const images = join(folder, 'few');
    await mkdir(images);
    for (const name of (await readdir(fixturePatches.images)).slice(0, 12)) {
      await symlink(join(fixturePatches.images, name), join(images, name));
    }
    const native = await predicted(checkpoint, { images });
    const onnx = await predicted(checkpoint, { images, engine: 'onnx' });
    expect(onnx.size).toBe(12);
    expectAlike(onnx, native);
  });
});

async function predicted(checkpoint: string, own: Partial<PredictOptions>) {
  const out = join(folder, 'predicted.csv');
  const options = { ...common, checkpoint, format: 'probability', out, ...own } as const;
  await predict(options, createTestTerminal(), never);
  const rows = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  return new Map(rows.map((row) => [row.split(',')[0], Number(row.split(',')[1])]));
}

async function evaluated(checkpoint: string, own: Partial<EvaluateOptions> = {}) {
  const out = join(folder, 'evaluation');
  const terminal = createTestTerminal();
  const { report } = await evaluate({ ...common, checkpoint, out, ...own }, terminal, never);
  const rows = await readPredictions(join(out, 'predictions.csv'));
  const probabilities = new Map(rows.map(({ id, probability }) => [id, probability]));
  const page = await readFile(join(out, 'report.html'), 'utf8');
  return { report, probabilities, page, notes: terminal.notes };
}

type Probabilities = ReadonlyMap<string | undefined, number>;

function expectAlike(probabilities: Probabilities, expected: Probabilities): void {
  expect([...probabilities.keys()]).toEqual([...expected.keys()]);
  for (const [id, probability] of probabilities) {
    expect(Math.abs(probability - (expected.get(id) as number))).toBeLessThan(1e-4);
  }
}

/** The same checkpoint as another file, which an ensemble takes. */
async function copyOf(checkpoint: string): Promise<string> {
  const path = join(folder, 'copy.safetensors');
  await saveCheckpoint(path, await loadCheckpoint(checkpoint));
  return path;
}

/** Real weights below a head of first values. */
async function realResNet50(): Promise<string> {
  const weights = sharedPath('weights', 'resnet50-v1-imagenet-int8.safetensors.gz');
  const { state: backbone } = await readWeightsFile(weights, 'v1', new AbortController().signal);
  const options = { stride: 'v1', hiddenUnits: 512, dropout: 0.5 } as const;
  const architecture = architectureOf('resnet50', options);
  const model = createModel(architecture, { seed: 0, backbone });
  const state = await stateOf(model);
  model.dispose();
  const path = join(folder, 'resnet50.safetensors');
  const bare = { optimizer: null, progress: null, validation: null, fingerprints: null };
  const preprocessing = { cropPx: 49, channels: 'rgb', ...imageNet } as const;
  await saveCheckpoint(path, {
    state,
    card: { ...tinyCard, architecture, preprocessing },
    ...bare,
  });
  return path;
}
