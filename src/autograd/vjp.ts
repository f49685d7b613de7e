// All calculus on one page: for each operator, the gradients of its inputs from the gradients of its outputs.
// x, a, b are inputs, y the output, dy its gradient. A result may keep the broadcast shape of y: the walk sums
// it down to the input's shape. `null` says that an input gets no gradient.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Attribute, Attributes, Node, Value } from '../graph/graph.ts';
import * as e from '../graph/ops/elementwise.ts';
import type { OpType } from '../graph/ops/index.ts';
import { gatherElements, scatter, scatterAdd } from '../graph/ops/indexing.ts';
import { gemm, matMul } from '../graph/ops/matmul.ts';
import { packRows, unpackRows } from '../graph/ops/packing.ts';
import { constantInts, cumSum, reduceMean, reduceSum } from '../graph/ops/reduce.ts';
import * as s from '../graph/ops/shape.ts';
import { isFloat } from '../tensor/tensor.ts';

export interface VjpContext {
  node: Node;
  /** Inputs; optional ones that were left out are null at run time. */
  inputs: readonly Value[];
  outputs: readonly Value[];
  attributes: Attributes;
  /** Gradient of the first output. */
  dy: Value;
  /** Gradients of all outputs; undefined where the loss does not depend on one. */
  dys: readonly (Value | undefined)[];
}

export type Vjp = (context: VjpContext) => (Value | null)[];

const { add, sub, mul, div, neg, exp, log, sign, cos, sin, cast, greater, equal } = e;

/** Whether a value is a literal without zeros. */
const isNonZero = ({ constant }: Value): boolean =>
  constant?.data.every((x: number | bigint) => x !== 0 && x !== 0n) ?? false;

/**
 * `gradient`, and 0 where dy is 0: there another branch was selected, and the slope may be infinite. For the operators
 * whose slope is not finite at some finite input. The others, and masks, are products, which cost a tenth of a select:
 * 0 times their slope is 0 as long as the forward pass and dy are finite.
 */
const select = (dy: Value, gradient: Value): Value =>
  isNonZero(dy) ? gradient : e.where(equal(dy, 0), 0, gradient);

const float = (attribute: Attribute | undefined): number =>
  (attribute as { float: number } | undefined)?.float ?? 1;
const indicator = (condition: Value, like: Value): Value => cast(condition, like.dtype as 'float32');
const zeros = (like: Value): Value => s.full(like.graph, like.shape, 0, like.dtype as 'float32');

/** Number of elements of `dims` as a float scalar, constant where it can be. */
function count(dims: readonly Dim[], like: Value): Value | number {
  const size = mulDims(...dims);
  return typeof size === 'number' ? size : cast(s.reshape(s.dimension(like.graph, size), []), like.dtype);
}

/** The gradient of a reduction with its reduced axes put back as ones. */
function restoreAxes(dy: Value, x: Value, axes: readonly number[]): Value {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + x.rank : axis)));
  return s.reshape(
    dy,
    x.shape.map((dim, i) => (reduced.has(i) ? 1 : dim)),
  );
}

const reducedDims = (x: Value, axes: readonly number[]): Dim[] => axes.map((axis) => x.shape.at(axis)!);

/** [..., D] as [N, D]. */
const rows = (v: Value): Value => s.reshape(v, [mulDims(...v.shape.slice(0, -1)), v.shape.at(-1)!]);

/** y = α op(a) op(b):  da = α dy op(b)ᵀ,  db = α op(a)ᵀ dy, each transposed back where op transposes. */
function product(a: Value, b: Value, dy: Value, attributes: Attributes): [Value, Value] {
  const [transA, transB] = [attributes.transA === 1, attributes.transB === 1];
  const alpha = float(attributes.alpha);
  const da = transA
    ? matMul(b, dy, { transA: transB, transB: true, alpha })
    : matMul(dy, b, { transB: !transB, alpha });
  if (b.rank === 2 && a.rank > 2 && !transA) {
    // One product over all rows instead of a batch of products and a sum.
    const [x, g] = [rows(a), rows(dy)];
    return [da, transB ? matMul(g, x, { transA: true, alpha }) : matMul(x, g, { transA: true, alpha })];
  }
  if (b.rank === 2 && !transA) return [da, columnProduct(a, dy, transB, alpha)];
  const db = transB
    ? matMul(dy, a, { transA: true, transB: transA, alpha })
    : matMul(a, dy, { transA: !transA, alpha });
  return [da, db];
}

/**
 * α aᵀ g for matrices of many rows, or its transpose. Kernels are fastest where they read rows, so the narrower of
 * the two is transposed beforehand; one transposition serves all products with it.
 */
function columnProduct(a: Value, g: Value, transposed: boolean, alpha: number): Value {
  const [left, right] = transposed ? [g, a] : [a, g];
  const width = (v: Value) => (typeof v.shape[1] === 'number' ? v.shape[1] : Number.POSITIVE_INFINITY);
  if (width(left) <= width(right)) return gemm(s.transpose(left, [1, 0]), right, undefined, { alpha });
  return s.transpose(gemm(s.transpose(right, [1, 0]), left, undefined, { alpha }), [1, 0]);
}

/** Adds rows of `updates` to zeros shaped like x, at `indices` along `axis`. */
function scatterRows(x: Value, indices: Value, updates: Value, axis: number): Value {
  const count = mulDims(...indices.shape);
  const target = [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)];
  const flat = s.reshape(
    indices,
    target.map((_, i) => (i === axis ? count : 1)),
  );
  return scatterAdd(zeros(x), s.expand(flat, target), s.reshape(updates, target), axis);
}

/** [start, start + extent) of an axis of `whole` filled with dy, zeros elsewhere. */
function padBack(dy: Value, whole: Value, axis: number, start: Value): Value {
  const graph = dy.graph;
  const zero = graph.constant([0], [1], 'int64');
  const size = s.dimension(graph, whole.shape[axis]!);
  const after = e.sub(size, add(start, s.dimension(graph, dy.shape[axis]!)));
  const pads = [start, after].flatMap((amount) => dy.shape.map((_, i) => (i === axis ? amount : zero)));
  return s.padTo(dy, s.concatVector(pads), whole.shape);
}

export const vjp = {
  Add: ({ dy }) => [dy, dy],
  Sub: ({ dy }) => [dy, neg(dy)],
  Mul: ({ inputs: [a, b], dy }) => [mul(dy, b!), mul(dy, a!)],
  // d(a/b) = da/b − y·db/b
  Div: ({ inputs: [, b], outputs: [y], dy }) => {
    const both = [div(dy, b!), neg(div(mul(dy, y!), b!))];
    return isNonZero(b!) ? both : both.map((gradient) => select(dy, gradient));
  },
  Sum: ({ inputs, dy }) => inputs.map(() => dy),
  Min: ({ inputs, outputs: [y], dy }) => shareAmong(inputs, y!, dy),
  Max: ({ inputs, outputs: [y], dy }) => shareAmong(inputs, y!, dy),
  // d(aᵇ) = b·aᵇ⁻¹ da + aᵇ·ln a db, where a⁰ is 1 for every a, and 0ᵇ as good as 0 for every b
  Pow: ({ inputs: [a, b], outputs: [y], dy }) => {
    const exponent = cast(b!, a!.dtype);
    const slope = mul(exponent, e.pow(a!, sub(b!, 1)));
    const byBase = isNonZero(b!) ? slope : e.where(equal(exponent, 0), 0, slope);
    const da = select(dy, mul(dy, byBase));
    return [da, select(dy, mul(dy, e.where(greater(a!, 0), mul(y!, log(a!)), 0)))];
  },
  Neg: ({ dy }) => [neg(dy)],
  Abs: ({ inputs: [x], dy }) => [mul(dy, sign(x!))],
  Identity: ({ dy }) => [dy],
  Exp: ({ outputs: [y], dy }) => [select(dy, mul(dy, y!))],
  Log: ({ inputs: [x], dy }) => [select(dy, div(dy, x!))],
  Sqrt: ({ outputs: [y], dy }) => [select(dy, div(mul(dy, 0.5), y!))],
  Reciprocal: ({ outputs: [y], dy }) => [select(dy, neg(mul(dy, mul(y!, y!))))],
  Sin: ({ inputs: [x], dy }) => [mul(dy, cos(x!))],
  Cos: ({ inputs: [x], dy }) => [neg(mul(dy, sin(x!)))],
  // d erf(x) = 2/√π · e^(−x²)
  Erf: ({ inputs: [x], dy }) => [mul(dy, mul(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI)))],
  // d x·Φ(x) = Φ(x) + x·φ(x). With u = x/√2: ½·(1 + erf(u) + u·e^(ln(2/√π) − u²))
  Gelu: ({ inputs: [x], dy }) => {
    const u = mul(x!, Math.SQRT1_2);
    const density = mul(u, exp(sub(Math.log(2 / Math.sqrt(Math.PI)), mul(u, u))));
    return [mul(dy, mul(add(add(e.erf(u), density), 1), 0.5))];
  },
  Relu: ({ outputs: [y], dy }) => [mul(dy, indicator(greater(y!, 0), dy))],
  Sigmoid: ({ outputs: [y], dy }) => [mul(dy, mul(y!, sub(1, y!)))],
  Tanh: ({ outputs: [y], dy }) => [mul(dy, sub(1, mul(y!, y!)))],
  // Selects, not products with a mask: where a branch was not taken, dy may be infinite
  Where: ({ inputs: [c], dy }) => [null, e.where(c!, dy, 0), e.where(c!, 0, dy)],
  Cast: ({ inputs: [x], dy }) => [isFloat(x!.dtype) ? cast(dy, x!.dtype) : null],
  Sign: 'zero',
  Floor: 'zero',
  Mod: 'zero',
  Equal: 'zero',
  Greater: 'zero',
  GreaterOrEqual: 'zero',
  Less: 'zero',
  LessOrEqual: 'zero',
  And: 'zero',
  Or: 'zero',
  Not: 'zero',

  MatMul: ({ inputs: [a, b], dy, attributes }) => product(a!, b!, dy, attributes),
  FusedMatMul: ({ inputs: [a, b], dy, attributes }) => product(a!, b!, dy, attributes),
  Gemm: ({ inputs: [a, b], dy, attributes }) => [...product(a!, b!, dy, attributes), dy],

  ReduceSum: ({ inputs: [x, axes], dy }) => [
    s.expand(restoreAxes(dy, x!, constantInts(axes!)), x!.shape),
    null,
  ],
  ReduceMean: ({ inputs: [x, axes], dy }) => {
    const along = constantInts(axes!);
    const share = div(restoreAxes(dy, x!, along), count(reducedDims(x!, along), dy));
    return [s.expand(share, x!.shape), null];
  },
  ReduceMax: ({ inputs: [x, axes], outputs: [y], dy }) => extremum(x!, y!, dy, constantInts(axes!)),
  ReduceMin: ({ inputs: [x, axes], outputs: [y], dy }) => extremum(x!, y!, dy, constantInts(axes!)),
  TopK: ({ inputs: [x], outputs: [, indices], dy }) => [
    scatterAdd(zeros(x!), indices!, dy, x!.rank - 1),
    null,
  ],
  ArgMax: 'zero',
  DequantizeLinear: 'zero',
  CumSum: ({ inputs: [, axis], dy, attributes: { reverse, exclusive } }) => [
    cumSum(dy, constantInts(axis!)[0]!, { reverse: reverse !== 1, exclusive: exclusive === 1 }),
    null,
  ],

  Reshape: ({ inputs: [x], dy }) => [s.reshape(dy, x!.shape), null],
  Squeeze: ({ inputs: [x], dy }) => [s.reshape(dy, x!.shape), null],
  Unsqueeze: ({ inputs: [x], dy }) => [s.reshape(dy, x!.shape), null],
  Expand: ({ dy }) => [dy, null],
  Transpose: ({ dy, attributes: { perm } }) => {
    const order = perm as readonly number[];
    return [
      s.transpose(
        dy,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
  Concat: ({ inputs, dy, attributes: { axis } }) => {
    const at = (axis as number) < 0 ? (axis as number) + dy.rank : (axis as number);
    const sizes = inputs.map((input) => input.shape[at]!);
    if (sizes.every((size) => typeof size === 'number')) return s.split(dy, sizes as number[], at);
    let start: Value = dy.graph.constant([0], [1], 'int64');
    return sizes.map((size) => {
      const end = add(start, s.dimension(dy.graph, size));
      const part = s.slice(dy, at, start, end, size);
      start = end;
      return part;
    });
  },
  Split: ({ outputs, dys, attributes: { axis } }) => [
    s.concat(
      outputs.map((y, i) => dys[i] ?? zeros(y)),
      axis as number,
    ),
    null,
  ],
  Slice: ({ inputs: [x, start, , axes], dy }) => {
    const axis = constantInts(axes!)[0]!;
    const from = start!.constant === undefined ? null : constantInts(start!)[0]!;
    const front = from !== null && from < 0 ? add(s.dimension(dy.graph, x!.shape[axis]!), from) : start!;
    return [padBack(dy, x!, axis, front)];
  },
  Pad: ({ inputs: [x, pads], dy }) => {
    const before = constantInts(pads!).slice(0, x!.rank);
    const slices = before.reduce((grad, amount, axis) => {
      if (grad.shape[axis] === x!.shape[axis]) return grad;
      const start = grad.graph.constant([amount], [1], 'int64');
      const end = add(start, s.dimension(grad.graph, x!.shape[axis]!));
      return s.slice(grad, axis, start, end, x!.shape[axis]!);
    }, dy);
    return [slices, null];
  },
  Shape: 'zero',
  Range: 'zero',
  ConstantOfShape: 'zero',

  Gather: ({ inputs: [x, indices], dy, attributes: { axis } }) => [
    scatterRows(x!, indices!, dy, axis as number),
    null,
  ],
  GatherElements: ({ inputs: [x, indices], dy, attributes: { axis } }) => [
    scatterAdd(zeros(x!), indices!, dy, axis as number),
    null,
  ],
  ScatterElements: ({ inputs: [, indices], dy, attributes: { axis, reduction } }) => {
    const updates = gatherElements(dy, indices!, axis as number);
    if (reduction === 'add') return [dy, null, updates];
    // What was overwritten does not matter.
    if (reduction === undefined)
      return [scatter(dy, indices!, zeros(updates), axis as number), null, updates];
    throw new Error(`ScatterElements with reduction ${reduction} has no gradient here`);
  },
  OneHot: 'zero',
  PackRows: ({ inputs: [, tokens, rowOf], dy }) => [
    unpackRows(dy, { tokens: tokens!, rowOf: rowOf! }),
    null,
    null,
  ],
  UnpackRows: ({ inputs: [, tokens, rowOf], dy }) => [
    packRows(dy, { tokens: tokens!, rowOf: rowOf! }),
    null,
    null,
  ],

  // dx = y·(dy − Σ dy·y)
  Softmax: ({ outputs: [y], dy, attributes: { axis } }) => {
    const weighted = mul(dy, y!);
    return [sub(weighted, mul(y!, reduceSum(weighted, [axis as number])))];
  },
  // dx = dy − eʸ·Σ dy
  LogSoftmax: ({ outputs: [y], dy, attributes: { axis } }) => [
    sub(dy, mul(exp(y!), reduceSum(dy, [axis as number]))),
  ],
  // With c = x − μ, r = 1/σ and w = dy·c, over rows of D:
  //   dscale = Σ r·w,  dbias = Σ dy,  dx = r·dy·scale − (r·mean(dy·scale) + c·r³·mean(w·scale))
  // x̂ = c·r is never formed, and the means are products with scale/D.
  LayerNormalization: ({ inputs: [x, scale], outputs: [, ...statistics], dy, dys }) => {
    if (dys.slice(1).some((gradient) => gradient !== undefined))
      throw new Error('the statistics of LayerNormalization have no gradient here');
    const [mean, r] = statistics.map((value) => cast(value, dy.dtype)) as [Value, Value];
    const c = sub(x!, mean);
    const w = mul(dy, c);
    const share = s.unsqueeze(div(scale!, scale!.shape[0] as number), [1]);
    const shift = mul(r, matMul(dy, share));
    const slope = mul(mul(r, mul(r, r)), matMul(w, share));
    const dscale = s.reshape(gemm(rows(r), rows(w), undefined, { transA: true }), scale!.shape);
    return [sub(mul(mul(dy, scale!), r), add(mul(c, slope), shift)), dscale, dy];
  },

  // With p = softmax(h Eᵀ), target t, smoothing ε and q = p − (1−ε)·onehot(t), which can take p's place in memory
  // (p[t] is read, changed and put back, so nothing needs p afterwards):
  //   dh = dy·(q E − ε·mean(E))
  //   dE = qᵀ(dy·h) − (ε/V)·Σ(dy·h) on every row, computed as its transpose: the kernels read q row by row then
  //   db = qᵀ dy − (ε/V)·Σ dy on every place
  CrossEntropy: ({ node, inputs, dy, attributes: { labelSmoothing } }) => {
    const [h, embedding, targets, bias] = inputs as [Value, Value, Value, Value?];
    const [p, ofTarget] = node.reads as [Value, Value];
    const epsilon = float(labelSmoothing);
    const vocabulary = embedding.shape[0] as number;
    const at = s.unsqueeze(targets, [1]);
    const q = scatter(p, at, sub(ofTarget, 1 - epsilon), 1);
    const c = s.unsqueeze(dy, [1]);
    const dh = mul(gemm(q, embedding, mul(reduceMean(embedding, [0]), -epsilon)), c);
    const columns = s.transpose(mul(h, c), [1, 0]);
    const uniform = mul(reduceSum(columns, [1]), -epsilon / vocabulary);
    const dE = s.transpose(gemm(columns, q, uniform), [1, 0]);
    if (bias === undefined) return [dh, dE, null];
    const shared = mul(reduceSum(c, [0]), -epsilon / vocabulary);
    return [dh, dE, null, s.reshape(gemm(c, q, shared, { transA: true }), bias.shape)];
  },

  Loop: 'refuse',
  If: 'refuse',
} satisfies Record<OpType, Vjp | 'zero' | 'refuse'>;

/** Where several inputs attain y, they share dy evenly. */
function shareAmong(inputs: readonly Value[], y: Value, dy: Value): Value[] {
  const hits = inputs.map((x) => equal(x, y));
  const share = div(dy, hits.map((hit) => indicator(hit, dy)).reduce(add));
  return hits.map((hit) => e.where(hit, share, 0));
}

function extremum(x: Value, y: Value, dy: Value, axes: readonly number[]): (Value | null)[] {
  const hits = equal(x, restoreAxes(y, x, axes));
  const share = div(restoreAxes(dy, x, axes), reduceSum(indicator(hits, dy), axes));
  return [e.where(hits, share, 0), null];
}

/** The row of an operator. */
export function vjpOf(type: string): Vjp | 'zero' | 'refuse' {
  return vjp[type as OpType] ?? 'refuse';
}
