import type { GraphNode, TensorKind } from '../graph/graph-def.js';
import { attributeKinds, dataTypes } from '../graph/tensor-types.js';
import type { RecordedGraph } from './graph-recorder.js';

/** Data types of half a float32's size. */
export const reducedTypes = { bfloat16: 14, float16: 19 } as const;

export type ReducedPrecision = keyof typeof reducedTypes;

/**
 * Ops that compute in the smaller type when the tensor that they work on has it, and which of their
 * inputs and outputs then have it; the others stay float32, as a BatchNorm's statistics do.
 */
const FOLLOWERS: Readonly<Record<string, Followed>> = {
  FusedBatchNormV3: { typeAttribute: 'T', inputs: [0], outputs: [0] },
  FusedBatchNormGradV3: { typeAttribute: 'T', inputs: [0, 1], outputs: [0] },
  GatherV2: { typeAttribute: 'Tparams', inputs: [0], outputs: [0] },
  ...Object.fromEntries(
    [
      'Add',
      'AddV2',
      'BiasAdd',
      'ConcatV2',
      'MaxPool',
      'MaxPoolGrad',
      'PadV2',
      'Relu',
      'ReluGrad',
    ].map((op) => [op, { typeAttribute: 'T', inputs: 'all', outputs: [0] }] as const),
  ),
  ...Object.fromEntries(
    ['Reshape', 'Slice'].map(
      (op) => [op, { typeAttribute: 'T', inputs: [0], outputs: [0] }] as const,
    ),
  ),
};

/** Ops whose work is worth a conversion of what they take, if the engine says that it may be. */
const REDUCED: Followed = { typeAttribute: 'T', inputs: 'all', outputs: [0] };

interface Followed {
  readonly typeAttribute: string;
  readonly inputs: 'all' | readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Lets a recorded graph compute its large products in a smaller type, as torch's autocast does:
 * matrix products and convolutions in it, what lies between them in the type that they leave,
 * everything else, above all loss, statistics and updates, in float32.
 *
 * @throws {Error} If a variable is assigned a value in the smaller type, for example the sum of its
 *   own value and a product: it would lose digits.
 */
export function autocast(graph: RecordedGraph, precision: ReducedPrecision): RecordedGraph {
  const caster = new Caster(precision);
  for (const node of graph.nodes) caster.take(node);
  const results = graph.results.map((source) => caster.as(source, dataTypes.TF_FLOAT));
  return { ...graph, nodes: caster.nodes, results };
}

class Caster {
  readonly nodes: GraphNode[] = [];
  private readonly reduced: number;
  /** What every output is now. */
  private readonly kinds = new Map<string, TensorKind>();
  private readonly casts = new Map<string, string>();

  constructor(private readonly precision: ReducedPrecision) {
    this.reduced = reducedTypes[precision];
  }

  take(node: GraphNode): void {
    this.checkAssignment(node);
    const followed = this.followedBy(node);
    const inputs = node.inputs.map((source, index) => {
      if (!this.isFloating(source)) return source;
      const isReduced =
        followed !== null && (followed.inputs === 'all' || followed.inputs.includes(index));
      return this.as(source, isReduced ? this.reduced : dataTypes.TF_FLOAT);
    });
    const attributes = node.attributes.map((attribute) =>
      attribute.name === followed?.typeAttribute
        ? { ...attribute, value: this.reduced }
        : attribute,
    );
    const outputs = (node.outputs ?? []).map((kind, index) => {
      const isReduced = followed?.outputs.includes(index) && kind.dtype === dataTypes.TF_FLOAT;
      return isReduced ? { ...kind, dtype: this.reduced } : kind;
    });
    this.add({ ...node, inputs, attributes, outputs });
  }

  /** A source in one of the two floating types. */
  as(source: string, type: number): string {
    const own = this.kinds.get(source);
    if (own === undefined || own.dtype === type || !this.isFloating(source)) return source;
    const known = this.casts.get(source);
    if (known !== undefined) return known;
    const name = `${source.replace(':', '_')}_cast`;
    const { TF_ATTR_TYPE } = attributeKinds;
    this.add({
      name,
      op: 'Cast',
      inputs: [source],
      attributes: [
        { name: 'SrcT', type: TF_ATTR_TYPE, value: own.dtype },
        { name: 'DstT', type: TF_ATTR_TYPE, value: type },
      ],
      outputs: [{ ...own, dtype: type }],
    });
    this.casts.set(source, `${name}:0`);
    return `${name}:0`;
  }

  private add(node: GraphNode): void {
    this.nodes.push(node);
    for (const [index, kind] of (node.outputs ?? []).entries()) {
      this.kinds.set(`${node.name}:${index}`, kind);
    }
  }

  private checkAssignment({ op, inputs: [variable, value = ''] }: GraphNode): void {
    if (op !== 'AssignVariableOp' || this.kinds.get(value)?.dtype !== this.reduced) return;
    throw new Error(
      `Cannot assign to "${variable}": expected a value in float32, got "${value}" in ${this.precision}: multiply a product by 1 before it is added, which makes it float32`,
    );
  }

  private followedBy(node: GraphNode): Followed | null {
    if (node.isReducible === true) return REDUCED;
    const followed = FOLLOWERS[node.op];
    if (followed === undefined) return null;
    const isReduced = node.inputs.some((source, index) => {
      const isFollowed = followed.inputs === 'all' || followed.inputs.includes(index);
      return isFollowed && this.kinds.get(source)?.dtype === this.reduced;
    });
    return isReduced ? followed : null;
  }

  private isFloating(source: string): boolean {
    const type = this.kinds.get(source)?.dtype;
    return type === dataTypes.TF_FLOAT || type === this.reduced;
  }
}
