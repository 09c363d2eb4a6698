import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { decodeOnnx, onnxProducer } from '../../../src/export/onnx/decode-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { pythonWith } from '../../python-with.js';
import { tinyCard, tinyState } from '../../tiny-classifier.js';

const folder = temporaryFolder();
const form = { isFolded: false, isBare: false };
const written = classifierOnnx(tinyCard, tinyState(), form, { histo: '{"é": 1}', b: '' });
const bytes = new Uint8Array(Buffer.concat(encodeOnnx(written)));

/** The start of every file, and its set of ops; a graph is to follow. */
const head = Buffer.from('\x08\x08\x12\x05histo\x1a\x050.1.0\x42\x04\x0a\x00\x10\x11', 'latin1');
const withGraph = (graph: string) =>
  Buffer.concat([head, Buffer.from([0x3a, graph.length]), Buffer.from(graph, 'latin1')]);

describe('decodeOnnx', () => {
  it('gives back what was encoded', () => {
    const { nodes, ...rest } = decodeOnnx(bytes);
    expect(rest).toEqual({
      opset: 17,
      producerVersion: written.producerVersion,
      inputs: written.inputs,
      outputs: written.outputs,
      metadata: written.metadata,
      initializers: written.initializers,
    });
    expect(nodes.filter(({ op }) => op !== 'BatchNormalization')).toEqual(
      written.nodes.filter(({ op }) => op !== 'BatchNormalization'),
    );
    const norm = nodes.find(({ op }) => op === 'BatchNormalization');
    expect(norm?.attributes).toEqual({ epsilon: { float: Math.fround(1e-5) } });
  });

  const python = pythonWith('onnx');
  it.skipIf(python === null)('reads what the reference implementation writes', () => {
    const [own, other] = [join(folder, 'own.onnx'), join(folder, 'other.onnx')];
    writeFileSync(own, bytes);
    const script = 'import onnx, sys; onnx.save(onnx.load(sys.argv[1]), sys.argv[2])';
    const { status, stderr } = spawnSync(python as string, ['-c', script, own, other]);
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
    expect(decodeOnnx(new Uint8Array(readFileSync(other)))).toEqual(decodeOnnx(bytes));
  });

  it.each([
    ['a node of a field that histo never writes', '\x0a\x03\x3a\x01x', /field 7 in a node/],
    ['a tensor with external data', '\x2a\x02\x70\x01', /weights .* in another \(external data\)/],
    [
      'a tensor without bytes',
      '\x2a\x05\x10\x01\x42\x01w',
      /one list of bytes of a tensor, got none/,
    ],
    ['a tensor of doubles', '\x2a\x02\x10\x0b', /float, uint8 or int64, got type 11/],
    ['two names of a node', '\x0a\x06\x1a\x01a\x1a\x01b', /one name of a node, got 2/],
    ['a number where text belongs', '\x0a\x02\x18\x01', /expected text in a node/],
    ['a length beyond the end', '\x0a\x7fa', /the graph that ends early or is garbled/],
    ['text that is none', '\x0a\x03\x1a\x01\xff', /a node that ends early or is garbled/],
    ['a number above 2^53', `\x2a\x0a\x08${'\xff'.repeat(8)}\x7f`, /below 2\^53 in a tensor/],
  ])('refuses %s', (_, graph, message) => {
    expect(() => decodeOnnx(withGraph(graph))).toThrow(RangeError);
    expect(() => decodeOnnx(withGraph(graph))).toThrow(message);
  });

  it("refuses other ops than ONNX's, functions, and a tensor twice", () => {
    expect(() => decodeOnnx(Buffer.concat([bytes, Buffer.from([0xca, 0x01, 0x00])]))).toThrow(
      'expected a graph and what it says of itself, got more beside it',
    );
    const foreign = Buffer.from(head)
      .toString('latin1')
      .replace('\x42\x04\x0a\x00', '\x42\x05\x0a\x01x');
    const other = Buffer.concat([Buffer.from(foreign, 'latin1'), Buffer.from([0x3a, 0])]);
    expect(() => decodeOnnx(other)).toThrow("expected ONNX's own ops, got others");
    const tensor = '\x2a\x07\x10\x01\x42\x01w\x4a\x00';
    expect(() => decodeOnnx(withGraph(tensor + tensor))).toThrow('each tensor once, got one twice');
  });

  it('bounds what it takes up, long before a million fields', () => {
    const nodes = Buffer.alloc(4 * 2 ** 20);
    for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a; // an empty node
    const length = Buffer.from([0x3a, 0x80, 0x80, 0x80, 0x02]);
    expect(() => decodeOnnx(Buffer.concat([head, length, nodes]))).toThrow(
      'expected fewer and shorter fields, got more in the graph',
    );
  });
});

describe('onnxProducer', () => {
  it('tells who wrote a file, whatever its graph is', () => {
    expect(onnxProducer(withGraph('?'))).toEqual({ name: 'histo', version: '0.1.0' });
  });

  it('refuses what is no ONNX file', () => {
    expect(() => onnxProducer(Buffer.from('PK\x03\x04'))).toThrow(RangeError);
    expect(() => onnxProducer(Buffer.alloc(0))).toThrow('expected one version of the format');
  });
});
