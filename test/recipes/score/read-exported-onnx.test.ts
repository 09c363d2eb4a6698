import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { classifierOnnx, type OnnxOptions } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { floatConstant, type OnnxModel, onnxNode } from '../../../src/export/onnx/onnx-model.js';
import { readExportedOnnx } from '../../../src/recipes/score/read-exported-onnx.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { tinyCard, tinyState } from '../../tiny-classifier.js';

const path = join(temporaryFolder(), 'model.onnx');
const metadata = { histo: JSON.stringify(tinyCard), class_names: 'normal,tumour' };
const again = 'it was changed or damaged: export it again with histo export --format onnx';

describe('readExportedOnnx', () => {
  it.each([true, false])('takes what histo exports, BatchNorm folded: %s', async (isFolded) => {
    const model = exported({ isFolded, isBare: false });
    await write(model);
    const read = await readExportedOnnx(path);
    expect(read.card).toEqual(tinyCard);
    for (const [name, { bytes }] of model.initializers) {
      expect(Buffer.compare(read.model.initializers.get(name)?.bytes as Uint8Array, bytes)).toBe(0);
    }
  });

  it('refuses a bare one, whose remedy is to export it in full', async () => {
    await expectRefusal(
      exported({ isFolded: true, isBare: true }),
      'expected preprocessing in the graph, got a bare one, which takes images that were cut and normalised before; export it without --bare',
    );
  });

  it.each<[what: string, change: (model: OnnxModel) => Partial<OnnxModel>, fault: string]>([
    [
      'another op',
      ({ nodes }) => ({ nodes: nodes.with(4, onnxNode('Loop', 'x\n', ['half_gap'])) }),
      'expected node 5 to be Round "start_float" as histo writes it, got "Loop x\\n"',
    ],
    [
      'another attribute',
      ({ nodes }) => ({
        nodes: nodes.map((node) =>
          node.name === 'conv1' ? { ...node, attributes: { ...node.attributes, group: 2 } } : node,
        ),
      }),
      'to be Conv "conv1" as histo writes it, got other inputs or attributes',
    ],
    [
      'a node less',
      ({ nodes }) => ({ nodes: nodes.slice(0, -1) }),
      'to be Softmax "probability" as histo writes it, got none',
    ],
    ['another opset', () => ({ opset: 18 }), 'expected opset 17, got 18'],
    [
      'another output',
      ({ outputs }) => ({ outputs: outputs.slice(1) }),
      'expected the outputs probability (float [n, 2]), logits (float [n, 2]), got others',
    ],
    [
      "a mean that is not the card's",
      ({ initializers }) => ({
        initializers: new Map([...initializers, ['mean', floatConstant([1, 3, 1, 1], [0, 0, 0])]]),
      }),
      'expected the constant "mean" as the card says, got another',
    ],
    [
      'a weight of another shape',
      ({ initializers }) => ({
        initializers: new Map([...initializers, ['head.fc2.bias', floatConstant([1], [0])]]),
      }),
      'expected "head.fc2.bias" to be float [2], got float [1] of 4 bytes',
    ],
    [
      'a weight that is not as long as its shape says',
      ({ initializers }) => ({
        initializers: new Map([...initializers, ['head.fc2.bias', floatConstant([2], [0])]]),
      }),
      'expected "head.fc2.bias" to be float [2], got float [2] of 4 bytes',
    ],
    [
      'no card',
      () => ({ metadata: new Map() }),
      'expected a card of histo in its metadata, got none',
    ],
  ])('refuses %s', async (_, change, fault) => {
    const model = exported({ isFolded: false, isBare: false });
    await expectRefusal({ ...model, ...change(model) }, `${fault}; ${again}`);
  });

  it('refuses nodes and tensors beside those of the classifier', async () => {
    const model = exported({ isFolded: true, isBare: false });
    const { nodes, initializers } = model;
    await expectRefusal(
      { ...model, nodes: [...nodes, onnxNode('Relu', 'x', ['logits'])] },
      `expected ${nodes.length} nodes, got ${nodes.length + 1}; ${again}`,
    );
    await expectRefusal(
      { ...model, initializers: new Map([...initializers, ['x', floatConstant([], [0])]]) },
      `expected ${initializers.size} tensors, got ${initializers.size + 1}; ${again}`,
    );
  });

  it('refuses numbers that are not finite, and variances below zero', async () => {
    const { initializers, ...rest } = exported({ isFolded: false, isBare: false });
    for (const [name, value] of [
      ['head.fc1.bias', Number.NaN],
      ['bn1.running_var', -1],
    ] as const) {
      const shape = initializers.get(name)?.shape as number[];
      const bad = floatConstant(shape, Array(shape[0]).fill(value));
      await write({ ...rest, initializers: new Map([...initializers, [name, bad]]) });
      await expect(readExportedOnnx(path)).rejects.toThrow(
        `Cannot use "${path}": expected finite numbers, and variances from 0, got ${value} in "${name}"`,
      );
    }
  });

  it('refuses a card that cannot be', async () => {
    const card = { ...tinyCard, architecture: { ...tinyCard.architecture, width: 1e9 } };
    const model = exported({ isFolded: true, isBare: false });
    await write({ ...model, metadata: new Map([['histo', JSON.stringify(card)]]) });
    await expect(readExportedOnnx(path)).rejects.toThrow(/histo\.architecture\.width/);
  });

  it('names the writer of a foreign file', async () => {
    const bytes = Buffer.concat(encodeOnnx(exported({ isFolded: true, isBare: false })));
    bytes.write('torch', bytes.indexOf('histo'), 'latin1');
    await writeFile(path, bytes);
    await expect(readExportedOnnx(path)).rejects.toThrow(
      new UserError(
        `Cannot load model "${path}": expected one that histo wrote, got one by "torch"; make one with histo export --format onnx`,
      ),
    );
  });

  it('says of a foreign file that it does not name its writer', async () => {
    await writeFile(path, Buffer.from('\x08\x08\x3a\x00', 'latin1')); // version, empty graph
    await expect(readExportedOnnx(path)).rejects.toThrow('got one that does not say who did');
  });

  it('says to update histo where a newer one wrote other things', async () => {
    const model = exported({ isFolded: true, isBare: false });
    await expectRefusal(
      { ...model, producerVersion: '99.0.0', opset: 21 },
      'expected opset 17, got 21; it is of histo "99.0.0", newer than this one: update histo',
    );
  });

  it('refuses what is no ONNX file, and what is not there', async () => {
    await writeFile(path, 'id,label\n');
    await expect(readExportedOnnx(path)).rejects.toThrow(
      /Cannot load model ".*": expected .*: it is damaged or no ONNX file; make one with histo export/,
    );
    await expect(readExportedOnnx(`${path}.none`)).rejects.toThrow(
      /expected an ONNX file, got nothing at this path/,
    );
  });
});

function exported(form: OnnxOptions): OnnxModel {
  return classifierOnnx(tinyCard, tinyState(), form, metadata);
}

function write(model: OnnxModel): Promise<void> {
  return writeFile(path, Buffer.concat(encodeOnnx(model)));
}

async function expectRefusal(model: OnnxModel, fault: string): Promise<void> {
  await write(model);
  const refused = readExportedOnnx(path);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(/^Cannot load model ".*": expected /);
  await expect(refused).rejects.toThrow(fault);
}
