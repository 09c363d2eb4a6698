import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointCard } from '../../../src/checkpoint/card.js';
import { saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { cropSteps } from '../../../src/data/augment.js';
import { builtInPatches } from '../../../src/data/built-in-patches.js';
import { listPatches } from '../../../src/data/labels.js';
import { readPatch } from '../../../src/data/read-patch.js';
import { parametersOf } from '../../../src/model/parameters.js';
import type { StateDict } from '../../../src/model/state-dict.js';
import { packageFolder } from '../../../src/package-folder.js';
import { exportCheckpoint } from '../../../src/recipes/export/export.js';
import type { ExportFormatName } from '../../../src/recipes/export/export-format.js';
import { exportFormats } from '../../../src/recipes/export/export-formats.js';
import { silentTerminal } from '../../../src/terminal.js';
import {
  disturbedState,
  relativeGap,
  type SmallNet,
  scored,
  smallCard,
  smallNets,
} from '../../export/small-nets.js';
import { tinyCheckpoint } from '../../fuzz/tiny-checkpoint.js';
import { goldenState } from '../../model/golden-nets.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { hasNativeEngine } from '../../native-engine.js';
import { pythonWith } from '../../python-with.js';
import { hasShared } from '../../shared-data.js';

const torch = pythonWith('torch', 'safetensors');
const onnx = pythonWith('onnx', 'onnxruntime');
const tensorflow = pythonWith('tensorflow');
const sizePx = 96;
let folder = '';
let pixels = new Uint8Array();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-export-elsewhere-'));
  await startTestEngine();
  const patches = (await listPatches(builtInPatches)).map(({ path }) => readPatch(path));
  pixels = Buffer.concat((await Promise.all(patches)).map((patch) => patch.pixels));
  await writeFile(join(folder, 'patches.bin'), pixels);
});
afterAll(() => rm(folder, { recursive: true }));

const resnet50: CheckpointCard = {
  ...smallCard('bottlenecks, v1', { cropPx: sizePx }),
  architecture: {
    width: 64,
    block: 'bottleneck',
    blocks: [3, 4, 6, 3],
    stride: 'v1',
    hiddenUnits: 512,
    classes: 2,
    dropout: 0.5,
  },
};

/** Every small net, one of them with swapped channels, and the real ResNet-50 where it is. */
const classifiers: readonly (readonly [string, CheckpointCard, () => Promise<StateDict>])[] = [
  ...(Object.keys(smallNets) as SmallNet[]).map((net) => {
    const card = smallCard(net, { channels: net === 'basic blocks' ? 'bgr' : 'rgb' });
    return [net, card, () => disturbedState(card.architecture)] as const;
  }),
  ...(hasShared ? [['ResNet-50', resnet50, realState] as const] : []),
];

async function realState(): Promise<StateDict> {
  const names = new Set(parametersOf(resnet50.architecture).map(({ name }) => name));
  return new Map([...(await goldenState('resnet50_v1'))].filter(([name]) => names.has(name)));
}

/** Exports a classifier, has a Python program score the patches, and gives that beside histo's logits. */
async function scoredBy(
  python: string,
  program: string,
  format: ExportFormatName,
  card: CheckpointCard,
  state: StateDict,
) {
  const [checkpoint, out] = [join(folder, 'a.safetensors'), join(folder, `out-${format}`)];
  await saveCheckpoint(checkpoint, { ...tinyCheckpoint, card, state });
  const plain = { isForced: false, isBare: false, isFolded: true, images: null } as const;
  await exportCheckpoint(
    { ...plain, checkpoint, format: exportFormats[format], out, engine: 'auto' },
    silentTerminal,
    new AbortController().signal,
  );
  const script = join(packageFolder, 'test', 'export', program);
  const given = [script, out, join(folder, 'patches.bin'), '8', `${sizePx}`, `${sizePx}`];
  const said = JSON.parse(execFileSync(python, given, { encoding: 'utf8', stdio: 'pipe' }));
  const size = { widthPx: sizePx, heightPx: sizePx };
  const steps = Int32Array.from(cropSteps(null, size, card.preprocessing.cropPx));
  const own = await scored(card, state, { pixels, size: 8, ...size, steps });
  return { said, own };
}

describe.skipIf(torch === null)('exported safetensors', () => {
  it.each(classifiers)(
    'load strictly into PyTorch, which scores alike: %s',
    async (_, card, load) => {
      const by = [torch ?? '', 'read-by-torch.py', 'safetensors'] as const;
      const { said, own } = await scoredBy(...by, card, await load());
      expect(relativeGap(said.flat(), own)).toBeLessThan(1e-4);
    },
  );
});

describe.skipIf(onnx === null)('exported ONNX', () => {
  it.each(classifiers)('passes its checker and scores alike: %s', async (_, card, load) => {
    const by = [onnx ?? '', 'read-by-onnxruntime.py', 'onnx'] as const;
    const { said, own } = await scoredBy(...by, card, await load());
    expect(relativeGap(own, said.logits.flat())).toBeLessThan(1e-4);
    expect(said.probability[0][0] + said.probability[0][1]).toBeCloseTo(1, 6);
    expect(said.metadata).toMatchObject({ class_names: 'normal,tumour', threshold: '0.5' });
  });
});

describe.skipIf(tensorflow === null || !hasNativeEngine)('exported SavedModels', () => {
  it.each(classifiers)('score alike in TensorFlow: %s', async (_, card, load) => {
    const by = [tensorflow ?? '', 'read-by-tensorflow.py', 'saved-model'] as const;
    const { said, own } = await scoredBy(...by, card, await load());
    expect(relativeGap(own, said.logits.flat())).toBeLessThan(1e-4);
    expect(said.probability[0][0] + said.probability[0][1]).toBeCloseTo(1, 6);
  });
});
