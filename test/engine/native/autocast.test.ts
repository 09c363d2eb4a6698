import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GraphNode, OpAttribute } from '../../../src/engine/graph/graph-def.js';
import { dataTypes } from '../../../src/engine/graph/tensor-types.js';
import { autocast, reducedTypes } from '../../../src/engine/native/autocast.js';
import type { RecordedGraph } from '../../../src/engine/native/graph-recorder.js';
import { compile, type Precision } from '../../../src/engine/ops/compile.js';
import { conv2d } from '../../../src/engine/ops/conv2d.js';
import { relu } from '../../../src/engine/ops/relu.js';
import { hasNativeEngine } from '../../native-engine.js';
import { randomTensor } from '../ops/evaluate-op.js';
import { startEngines } from '../ops/start-engines.js';
import { typeOf } from './graph-nodes.js';

const { TF_FLOAT, TF_INT32 } = dataTypes;
const { bfloat16 } = reducedTypes;

const kindOf = (dtype: number) => ({ shape: [2, 2], dtype });

/** A recorded op whose type is float32 and whose outputs have the given types. */
function op(
  name: string,
  kind: string,
  inputs: readonly string[],
  more: Partial<GraphNode> = {},
): GraphNode {
  return {
    name,
    op: kind,
    inputs,
    attributes: [typeOf('T')],
    outputs: [kindOf(TF_FLOAT)],
    ...more,
  };
}

const given = (name: string, type: number = TF_FLOAT) =>
  op(name, 'Placeholder', [], { attributes: [typeOf('dtype', type)], outputs: [kindOf(type)] });

const product = (name: string, ...inputs: string[]) =>
  op(name, 'MatMul', inputs, { isReducible: true });

function graphOf(nodes: readonly GraphNode[], results: readonly string[] = []): RecordedGraph {
  return { nodes, results, done: 'done', isUpdating: false };
}

/** What became of a node: its inputs, and its attributes by name. */
function find({ nodes }: RecordedGraph, name: string) {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`No node "${name}"`);
  const values = found.attributes.map(({ name: key, value }: OpAttribute) => [key, value]);
  return { op: found.op, inputs: found.inputs, attributes: Object.fromEntries(values) };
}

const toReduced = { SrcT: TF_FLOAT, DstT: bfloat16 };
const toFloat = { SrcT: bfloat16, DstT: TF_FLOAT };

describe('autocast', () => {
  it('casts what a product takes, and its result back', () => {
    const cast = autocast(
      graphOf([given('x'), given('w'), product('y', 'x:0', 'w:0')], ['y:0']),
      'bfloat16',
    );
    expect(find(cast, 'y')).toEqual({
      op: 'MatMul',
      inputs: ['x_0_cast:0', 'w_0_cast:0'],
      attributes: { T: bfloat16 },
    });
    expect(find(cast, 'x_0_cast')).toEqual({ op: 'Cast', inputs: ['x:0'], attributes: toReduced });
    expect(find(cast, 'y_0_cast')).toEqual({ op: 'Cast', inputs: ['y:0'], attributes: toFloat });
    expect(cast.results).toEqual(['y_0_cast:0']);
    expect(cast.done).toBe('done');
    expect(cast.nodes).toHaveLength(3 + 3);
  });

  it('knows float16 as well', () => {
    const cast = autocast(graphOf([given('x'), product('y', 'x:0', 'x:0')]), 'float16');
    expect(find(cast, 'y').attributes).toEqual({ T: 19 }); // DT_HALF in types.proto
    expect(reducedTypes.bfloat16).toBe(14); // DT_BFLOAT16
  });

  it('leaves a product alone that was not said to bear it', () => {
    const graph = graphOf([given('x'), op('y', 'MatMul', ['x:0', 'x:0'])], ['y:0']);
    expect(autocast(graph, 'bfloat16')).toEqual(graph);
  });

  it('casts a tensor once, whoever takes it', () => {
    const cast = autocast(
      graphOf(
        [
          given('x'),
          product('a', 'x:0', 'x:0'),
          product('b', 'x:0', 'a:0'),
          op('c', 'Square', ['a:0']),
          op('d', 'Neg', ['a:0']),
        ],
        ['a:0', 'x:0'],
      ),
      'bfloat16',
    );
    expect(cast.nodes.filter(({ op: kind }) => kind === 'Cast').map(({ name }) => name)).toEqual([
      'x_0_cast',
      'a_0_cast',
    ]);
    expect(find(cast, 'b').inputs).toEqual(['x_0_cast:0', 'a:0']); // no cast of what fits
    expect(find(cast, 'c')).toMatchObject({ inputs: ['a_0_cast:0'], attributes: { T: TF_FLOAT } });
    expect(find(cast, 'd').inputs).toEqual(['a_0_cast:0']);
    expect(cast.results).toEqual(['a_0_cast:0', 'x:0']);
  });

  it('makes casts before they are taken', () => {
    const cast = autocast(
      graphOf([given('x'), product('y', 'x:0', 'x:0'), op('z', 'Exp', ['y:0'])], ['z:0']),
      'bfloat16',
    );
    const seen = new Set<string>();
    for (const { name, inputs } of cast.nodes) {
      for (const source of inputs) expect(seen).toContain(source.split(':')[0]);
      seen.add(name);
    }
  });

  it('lets a BatchNorm take and give images in the small type, all else in float32', () => {
    const statistics = { T: bfloat16, U: TF_FLOAT };
    const attributes = [typeOf('T'), typeOf('U')];
    const cast = autocast(
      graphOf([
        given('x'),
        ...['scale', 'offset', 'none'].map((name) => given(name)),
        product('y', 'x:0', 'x:0'),
        op('bn', 'FusedBatchNormV3', ['y:0', 'scale:0', 'offset:0', 'none:0', 'none:0'], {
          attributes,
          outputs: Array(6).fill(kindOf(TF_FLOAT)),
        }),
        op('mean', 'Neg', ['bn:1']),
        op('variance', 'Neg', ['bn:2']),
        product('next', 'bn:0', 'x:0'),
        op(
          'gradient',
          'FusedBatchNormGradV3',
          ['next:0', 'y:0', 'scale:0', 'bn:3', 'bn:4', 'bn:5'],
          { attributes, outputs: Array(5).fill(kindOf(TF_FLOAT)) },
        ),
        op('scaleGradient', 'Neg', ['gradient:1']),
        product('back', 'gradient:0', 'x:0'),
      ]),
      'bfloat16',
    );
    expect(find(cast, 'bn')).toMatchObject({
      inputs: ['y:0', 'scale:0', 'offset:0', 'none:0', 'none:0'],
      attributes: statistics,
    });
    for (const [name, source] of [
      ['mean', 'bn:1'],
      ['variance', 'bn:2'],
      ['scaleGradient', 'gradient:1'],
    ] as const) {
      expect(find(cast, name)).toMatchObject({ inputs: [source], attributes: { T: TF_FLOAT } });
    }
    expect(find(cast, 'next').inputs).toEqual(['bn:0', 'x_0_cast:0']);
    expect(find(cast, 'gradient')).toMatchObject({
      inputs: ['next:0', 'y:0', 'scale:0', 'bn:3', 'bn:4', 'bn:5'],
      attributes: statistics,
    });
    expect(find(cast, 'back').inputs).toEqual(['gradient:0', 'x_0_cast:0']);
  });

  it('leaves a BatchNorm in float32 whose images are', () => {
    const bn = op('bn', 'FusedBatchNormV3', ['x:0', 'p:0', 'p:0', 'p:0', 'p:0'], {
      attributes: [typeOf('T'), typeOf('U')],
      outputs: Array(6).fill(kindOf(TF_FLOAT)),
    });
    const nodes = [given('x'), given('w'), product('p', 'w:0', 'w:0'), bn];
    const cast = autocast(graphOf(nodes, ['bn:0']), 'bfloat16');
    expect(find(cast, 'bn')).toMatchObject({
      inputs: ['x:0', 'p_0_cast:0', 'p_0_cast:0', 'p_0_cast:0', 'p_0_cast:0'],
      attributes: { T: TF_FLOAT, U: TF_FLOAT },
    });
    expect(cast.results).toEqual(['bn:0']);
  });

  it.each([
    ['Relu', ['y:0'], ['y:0']],
    ['ReluGrad', ['x:0', 'y:0'], ['x_0_cast:0', 'y:0']],
    ['ConcatV2', ['y:0', 'x:0', 'axis:0'], ['y:0', 'x_0_cast:0', 'axis:0']],
    ['PadV2', ['y:0', 'axis:0', 'x:0'], ['y:0', 'axis:0', 'x_0_cast:0']],
    ['MaxPoolGrad', ['y:0', 'y:0', 'x:0'], ['y:0', 'y:0', 'x_0_cast:0']],
    ['Reshape', ['y:0', 'axis:0'], ['y:0', 'axis:0']],
    ['Slice', ['y:0', 'axis:0', 'axis:0'], ['y:0', 'axis:0', 'axis:0']],
    ['AddV2', ['y:0', 'y:0'], ['y:0', 'y:0']],
  ] as const)('lets %s follow a product, with indices as they were', (kind, inputs, expected) => {
    const nodes = [given('x'), given('axis', TF_INT32), product('y', 'x:0', 'x:0')];
    const cast = autocast(graphOf([...nodes, op('z', kind, inputs)], ['z:0']), 'bfloat16');
    expect(find(cast, 'z')).toEqual({ op: kind, inputs: expected, attributes: { T: bfloat16 } });
    expect(cast.results).toEqual(['z_0_cast:0']);
  });

  it('lets GatherV2 follow, by the type of its rows', () => {
    const attributes = [typeOf('Tparams'), typeOf('Tindices', TF_INT32), typeOf('Taxis', TF_INT32)];
    const cast = autocast(
      graphOf([
        given('x'),
        given('rows', TF_INT32),
        product('y', 'x:0', 'x:0'),
        op('z', 'GatherV2', ['y:0', 'rows:0', 'rows:0'], { attributes }),
        product('next', 'z:0', 'y:0'),
      ]),
      'bfloat16',
    );
    expect(find(cast, 'z')).toMatchObject({
      inputs: ['y:0', 'rows:0', 'rows:0'],
      attributes: { Tparams: bfloat16, Tindices: TF_INT32, Taxis: TF_INT32 },
    });
    expect(find(cast, 'next').inputs).toEqual(['z:0', 'y:0']);
  });

  it.each(['Relu', 'AddV2', 'ConcatV2'])('leaves %s in float32 that follows none', (kind) => {
    const graph = graphOf([given('x'), op('z', kind, ['x:0', 'x:0'])], ['z:0']);
    expect(autocast(graph, 'bfloat16')).toEqual(graph);
  });

  it('refuses a sum in the small type as the value of a variable', () => {
    const nodes = [
      op('read', 'ReadVariableOp', ['variable_0'], { attributes: [typeOf('dtype')] }),
      product('y', 'read:0', 'read:0'),
      op('z', 'AddV2', ['read:0', 'y:0']),
      op('assign', 'AssignVariableOp', ['variable_0', 'z:0', '^read'], { outputs: [] }),
    ];
    expect(() => autocast(graphOf(nodes), 'bfloat16')).toThrow(
      'Cannot assign to "variable_0": expected a value in float32, got "z:0" in bfloat16',
    );
  });

  it('gives updates and the guard float32, and leaves variables and what they wait for', () => {
    const cast = autocast(
      graphOf([
        op('read', 'ReadVariableOp', ['variable_0'], { attributes: [typeOf('dtype')] }),
        product('g', 'read:0', 'read:0'),
        op('guard', 'CheckNumericsV2', ['g:0']),
        op('update', 'ResourceApplyMomentum', ['variable_0', 'g:0', 'read:0', '^read', '^guard'], {
          outputs: [],
        }),
        { name: 'done', op: 'NoOp', inputs: ['^update', '^guard'], attributes: [] },
      ]),
      'bfloat16',
    );
    expect(find(cast, 'update')).toMatchObject({
      inputs: ['variable_0', 'g_0_cast:0', 'read:0', '^read', '^guard'],
      attributes: { T: TF_FLOAT },
    });
    expect(find(cast, 'guard').inputs).toEqual(['g_0_cast:0']);
    expect(find(cast, 'done').inputs).toEqual(['^update', '^guard']);
  });
});

describe.skipIf(!hasNativeEngine)('a step in bfloat16 on TensorFlow', () => {
  beforeAll(async () => {
    await startEngines();
    await tf.setBackend('tensorflow');
  });

  const images = randomTensor(1, [2, 9, 9, 16]);
  const start = randomTensor(2, [3, 3, 16, 16]);

  /** The mean of relu(images * weights)^2 and one step down its gradient. */
  async function descend(precision: Precision, rate: number) {
    const [x, initial] = [images, start].map(({ values, shape }) => tf.tensor(values, shape));
    const weights = tf.variable(initial as tf.Tensor4D);
    const step = compile(
      [weights],
      (inputs: { x: tf.Tensor4D }) => {
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(relu(conv2d(inputs.x, weights, 1, 1)))) as tf.Scalar,
          [weights],
        );
        const gradient = grads[weights.name] as tf.Tensor4D;
        weights.assign(tf.sub(weights, tf.mul(gradient, rate)));
        return { value, gradient };
      },
      { precision },
    );
    const { value, gradient } = await step.run({ x: x as tf.Tensor4D });
    const types = [value.dtype, gradient.dtype, weights.dtype];
    await step.settle();
    const result = {
      types,
      value: value.dataSync()[0] as number,
      gradient: gradient.dataSync<'float32'>(),
      weights: weights.dataSync<'float32'>(),
    };
    step.dispose();
    tf.dispose([x, initial, weights, value, gradient] as tf.Tensor[]);
    return result;
  }

  it('agrees with float32 as far as 8 bits go, and is not the same', async () => {
    const [whole, reduced] = [await descend('float32', 0.1), await descend('bfloat16', 0.1)];
    expect(reduced.types).toEqual(['float32', 'float32', 'float32']);
    expect(reduced.value).not.toBe(whole.value);
    // bfloat16 rounds to 2^-9 of a value; the mean is over 2,592 values, each of 144 products.
    expect(Math.abs(reduced.value - whole.value)).toBeLessThan(2 ** -9 * whole.value);
    const largest = Math.max(...whole.gradient.map(Math.abs));
    for (const [at, value] of reduced.gradient.entries()) {
      // Rounded in the sum, the rectifier and the product: the gradient of some 100 such terms.
      expect(Math.abs(value - (whole.gradient[at] as number))).toBeLessThan(4 * 2 ** -9 * largest);
    }
  });

  it('changes weights by less than bfloat16 could tell from them', async () => {
    const rate = 1e-4;
    const { gradient, weights } = await descend('bfloat16', rate);
    let moved = 0;
    for (const [at, before] of start.values.entries()) {
      const after = Math.fround(before - Math.fround(Math.fround(rate) * (gradient[at] as number)));
      expect(weights[at]).toBe(after); // to the last bit of float32
      if (after !== before) moved += 1;
      expect(Math.abs(after - before)).toBeLessThan(2 ** -9);
    }
    expect(moved / weights.length).toBeGreaterThan(0.5);
  });

  /** A weight of 1 to which 1e-4 is added, the product of two numbers. */
  async function weightAfter(asTerm: (product: tf.Tensor) => tf.Tensor): Promise<number> {
    const [one, x, small] = [tf.ones([1, 1]), tf.ones([1, 1, 1, 1]), tf.fill([1, 1, 1, 1], 1e-4)];
    const weight = tf.variable(one as tf.Tensor2D);
    const step = compile(
      [weight],
      (inputs: { x: tf.Tensor4D; small: tf.Tensor4D }) => {
        const product = tf.reshape(conv2d(inputs.x, inputs.small, 1, 0), [1, 1]);
        weight.assign(tf.add(weight, asTerm(product)));
        return {};
      },
      { precision: 'bfloat16' },
    );
    try {
      await step.run({ x: x as tf.Tensor4D, small: small as tf.Tensor4D });
      await step.settle();
      return weight.dataSync()[0] as number;
    } finally {
      step.dispose();
      tf.dispose([one, x, small, weight]);
    }
  }

  it('adds 1e-4 to a weight of 1, or refuses to: in bfloat16 that would be 1', async () => {
    // 1e-4 itself is rounded to 8 bits, then the sum to 24.
    const weight = await weightAfter((product) => tf.mul(product, 1));
    expect(Math.abs(weight - 1.0001)).toBeLessThan(2 ** -9 * 1e-4 + 2 ** -24);
    await expect(weightAfter((product) => product)).rejects.toThrow(
      /^Cannot assign to "variable_0": expected a value in float32/,
    );
  });
});
