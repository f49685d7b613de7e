// The operator cases: one table that drives forward values, finite differences and broadcast shapes.
// A new operator needs a row here. Sizes given as names are fed at run time, twice with different values.
import type { Shape } from '../../src/graph/dim.ts';
import type { Value } from '../../src/graph/graph.ts';
import * as control from '../../src/graph/ops/control.ts';
import * as e from '../../src/graph/ops/elementwise.ts';
import type { OpType } from '../../src/graph/ops/index.ts';
import * as indexing from '../../src/graph/ops/indexing.ts';
import { crossEntropy } from '../../src/graph/ops/loss.ts';
import { gemm, matMul } from '../../src/graph/ops/matmul.ts';
import { layerNorm, logSoftmax, softmax } from '../../src/graph/ops/normalization.ts';
import { packRows, unpackRows } from '../../src/graph/ops/packing.ts';
import * as r from '../../src/graph/ops/reduce.ts';
import * as s from '../../src/graph/ops/shape.ts';
import { silu } from '../../src/nn/activations.ts';
import { rmsNorm } from '../../src/nn/normalization.ts';
import { Scope } from '../../src/nn/scope.ts';
import type { DType } from '../../src/tensor/tensor.ts';
import * as nd from './nd-array.ts';
import { at, broadcast, map, type NdArray, product, reduce, softmaxOf, total } from './nd-array.ts';

export interface InputSpec {
  shape: Shape;
  /** 'float' is the precision of the case, and gets a gradient; the others are fed as they are. */
  dtype: 'float' | DType;
  /** Values: uniform in a range (integers below `high` where the type is one), or these. */
  low: number;
  high: number;
  data?: readonly number[];
}

export interface OperatorCase {
  op: OpType | 'composite';
  name: string;
  inputs: InputSpec[];
  build: (...inputs: Value[]) => Value | Value[];
  /** What `build` must compute; left out where the value itself is tested through another row. */
  expected?: (...inputs: NdArray[]) => NdArray | NdArray[];
  /** Where onnxruntime's CPU provider has no kernel for doubles; tolerances are wider then. */
  dtype?: 'float32';
  /** Gradients of Σ y², for places where differences cannot tell them. */
  gradients?: number[][];
}

/** The sizes of the two runs of a case that uses names. */
export const sizes: readonly Readonly<Record<string, number>>[] = [
  { B: 3, S: 2, T: 4 },
  { B: 1, S: 4, T: 2 },
];

/** Operators whose outputs do not change with their inputs, or only in steps. */
export const withoutGradient: readonly OpType[] = [
  'Sign',
  'Floor',
  'Mod',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Not',
  'ArgMax',
  'DequantizeLinear',
  'Shape',
  'Range',
  'ConstantOfShape',
  'OneHot',
];

/** Operators that must not be differentiated. */
export const refused: readonly OpType[] = ['Loop', 'If'];

const real = (shape: Shape, low = -2, high = 2): InputSpec => ({ shape, dtype: 'float', low, high });
const positive = (shape: Shape): InputSpec => real(shape, 0.5, 2);
const below = (high: number, shape: Shape, dtype: DType = 'int64'): InputSpec => ({
  shape,
  dtype,
  low: 0,
  high,
});
const flags = (shape: Shape): InputSpec => below(2, shape, 'bool');
const given = (shape: number[], data: number[], dtype: InputSpec['dtype'] = 'float'): InputSpec => ({
  shape,
  dtype,
  low: 0,
  high: 0,
  data,
});

const truth = (condition: boolean): number => (condition ? 1 : 0);

/** Pairs of shapes that broadcast, in every way. */
const pairs: readonly (readonly [string, Shape, Shape])[] = [
  ['equal shapes', [2, 3], [2, 3]],
  ['[3, 1] and [1, 4]', [3, 1], [1, 4]],
  ['scalar on the right', [2, 3], []],
  ['scalar on the left', [], [2, 3]],
  ['leading axes missing', [2, 3, 2], [2]],
  ['leading axes missing on the left', [3, 1], [2, 3, 2]],
  ['one row', [1, 3], [4, 3]],
  ['named batch', ['B', 3], [3]],
  ['named batch, one column', ['B', 'T'], ['B', 1]],
  ['named axis missing', ['T'], ['B', 'T']],
];

type Draw = (shape: Shape) => InputSpec;

const binary = (
  op: OpType,
  build: (a: Value, b: Value) => Value,
  f: (a: number, b: number) => number,
  [left, right]: [Draw, Draw] = [real, real],
): OperatorCase[] =>
  pairs.map(([name, a, b]) => ({
    op,
    name: `${op}: ${name}`,
    inputs: [left(a), right(b)],
    build,
    expected: (x, y) => broadcast(f as (...values: number[]) => number, x!, y!),
  }));

const unary = (
  op: OpType,
  build: (x: Value) => Value,
  f: (x: number) => number,
  input = real(['B', 3]),
  dtype?: 'float32',
): OperatorCase => ({
  op,
  name: op,
  inputs: [input],
  build: (x) => build(x),
  expected: (x) => map(x!, f),
  ...(dtype && { dtype }),
});

const integers = (shape: Shape): InputSpec => below(4, shape, 'int32');
const divisors = (shape: Shape): InputSpec => ({ shape, dtype: 'int32', low: 1, high: 4 });

const elementwise: OperatorCase[] = [
  ...binary('Add', e.add, (a, b) => a + b),
  ...binary('Sub', e.sub, (a, b) => a - b),
  ...binary('Mul', e.mul, (a, b) => a * b),
  ...binary('Div', e.div, (a, b) => a / b, [real, positive]),
  ...binary('Min', e.min, Math.min),
  ...binary('Max', e.max, Math.max),
  ...binary('Pow', e.pow, (a, b) => a ** b, [positive, real]),
  ...binary(
    'Sum',
    (a, b) => e.sum(a, b, b),
    (a, b) => a + 2 * b,
  ),
  ...binary('Mod', e.mod, (a, b) => a % b, [integers, divisors]),
  ...binary('Equal', e.equal, (a, b) => truth(a === b), [integers, integers]),
  ...binary('Greater', e.greater, (a, b) => truth(a > b)),
  ...binary('GreaterOrEqual', e.greaterOrEqual, (a, b) => truth(a >= b), [integers, integers]),
  ...binary('Less', e.less, (a, b) => truth(a < b)),
  ...binary('LessOrEqual', e.lessOrEqual, (a, b) => truth(a <= b), [integers, integers]),
  ...binary('And', e.and, (a, b) => a & b, [flags, flags]),
  ...binary('Or', e.or, (a, b) => a | b, [flags, flags]),
  ...binary(
    'Where',
    (a, b) => e.where(e.greater(a, 0.3), a, b),
    (a, b) => (a > 0.3 ? a : b),
  ),
  {
    op: 'Where',
    name: 'Where: three shapes',
    inputs: [flags(['B', 1]), real([2, 1, 3]), real([])],
    build: (c, a, b) => e.where(c!, a!, b!),
    expected: (c, a, b) => broadcast((c, a, b) => (c ? a! : b!), c!, a!, b!),
  },
  {
    op: 'Where',
    name: 'Where: a number',
    inputs: [flags([2, 3]), real([3])],
    build: (c, a) => e.where(c!, a!, -1),
    expected: (c, a) => broadcast((c, a) => (c ? a! : -1), c!, a!),
  },
  {
    op: 'Sum',
    name: 'Sum: three shapes',
    inputs: [real(['B', 3]), real([3]), real([])],
    build: e.sum,
    expected: (...inputs) => broadcast((...values) => total(values), ...inputs),
  },
  unary(
    'Pow',
    (x) => e.pow(x, 3),
    (x) => x ** 3,
  ),
  {
    op: 'Pow',
    name: 'Pow: integer exponents',
    inputs: [real([2, 3]), given([3], [1, 2, 3], 'int32')],
    build: (a, b) => e.pow(a!, b!),
    expected: (a, b) => broadcast((a, b) => a! ** b!, a!, b!),
  },
  {
    op: 'Max',
    name: 'Max: ties share',
    inputs: [given([3], [1, 2, 3]), given([3], [1, 0, 5])],
    build: (a, b) => e.max(a!, b!),
    gradients: [
      [1, 4, 0],
      [1, 0, 10],
    ],
  },
  {
    op: 'Min',
    name: 'Min: ties share',
    inputs: [given([3], [1, 2, 3]), given([3], [1, 0, 5])],
    build: (a, b) => e.min(a!, b!),
    gradients: [
      [1, 0, 6],
      [1, 0, 0],
    ],
  },
  unary('Neg', e.neg, (x) => -x),
  unary('Abs', e.abs, Math.abs),
  unary('Sign', e.sign, Math.sign),
  unary('Identity', e.identity, (x) => x),
  unary('Exp', e.exp, Math.exp),
  unary('Log', e.log, Math.log, positive(['B', 3])),
  unary('Sqrt', e.sqrt, Math.sqrt, positive(['B', 3])),
  unary('Reciprocal', e.reciprocal, (x) => 1 / x, positive(['B', 3])),
  unary('Sin', e.sin, Math.sin),
  unary('Cos', e.cos, Math.cos),
  unary('Erf', e.erf, erf, real(['B', 3]), 'float32'),
  unary('Gelu', e.gelu, (x) => (x / 2) * (1 + erf(x / Math.SQRT2)), real(['B', 3]), 'float32'),
  unary('Relu', e.relu, (x) => Math.max(x, 0)),
  unary('Sigmoid', e.sigmoid, logistic),
  unary('Tanh', e.tanh, Math.tanh),
  unary('Floor', e.floor, Math.floor),
  unary('Not', e.not, (x) => 1 - x, flags(['B', 3])),
  unary(
    'Cast',
    (x) => e.cast(e.mul(e.cast(x, 'float64'), 3), 'float32'),
    (x) => 3 * x,
    real(['B', 3]),
    'float32',
  ),
  unary('Cast', (x) => e.cast(e.cast(x, 'int64'), 'float64'), Math.trunc, given([3], [0.5, -1.25, 1.75])),
  {
    op: 'DequantizeLinear',
    name: 'bytes',
    inputs: [below(200, ['B', 4], 'uint8')],
    build: (x) => e.scaleBytes(x!, 0.25),
    expected: (x) => broadcast((x) => x! / 4, x!),
    dtype: 'float32',
  },
  {
    op: 'composite',
    name: 'dropout mask',
    inputs: [real(['B', 4]), below(2, ['B', 4], 'uint8')],
    build: (x, mask) => e.mul(x!, e.scaleBytes(mask!, 1 / 0.7)),
    expected: (x, mask) => broadcast((x, m) => (x! * m!) / 0.7, x!, mask!),
    dtype: 'float32',
  },
  unary('Sigmoid', silu, (x) => x * logistic(x)),
];

/** y = f(x) where x is `regular`, else 0: at 0 or `singular`, where f has no finite slope, the gradient is 0. */
const selected = (
  op: OpType,
  f: (x: Value) => Value,
  { singular = 0, value, slope }: { singular?: number; value: number; slope: number },
): OperatorCase => ({
  op,
  name: `${op}: not selected where its slope is infinite`,
  inputs: [given([2], [singular, 2])],
  build: (x) => e.where(e.equal(x!, 2), f(x!), 0),
  gradients: [[0, 2 * value * slope]],
});

/** √y + 1, whose gradient by y is infinite at 0. */
const steep = (y: Value): Value => e.add(e.sqrt(y), 1);

const notFinite: OperatorCase[] = [
  selected('Log', e.log, { value: Math.LN2, slope: 0.5 }),
  selected('Sqrt', e.sqrt, { value: Math.SQRT2, slope: Math.SQRT1_2 / 2 }),
  selected('Reciprocal', e.reciprocal, { value: 0.5, slope: -0.25 }),
  selected('Exp', e.exp, { singular: 2000, value: Math.exp(2), slope: Math.exp(2) }),
  selected('Pow', (x) => e.pow(x, -1), { value: 0.5, slope: -0.25 }),
  selected('Div', (x) => e.div(3, x), { value: 1.5, slope: -0.75 }),
  {
    op: 'Div',
    name: 'Div: not selected where nothing is divided by nothing',
    inputs: [given([2], [0, 4]), given([2], [0, 2])],
    build: (a, b) => e.where(e.greater(b!, 0), e.div(a!, b!), 0),
    gradients: [
      [0, 2],
      [0, -4],
    ],
  },
  {
    op: 'Pow',
    name: 'Pow: bases and exponents of 0, a base below 0',
    inputs: [given([5], [0, 0, 0, 2, -2]), given([5], [0, 2, 1, 0, 2])],
    build: (a, b) => e.add(e.pow(a!, b!), 1),
    expected: (a, b) => broadcast((a, b) => a! ** b! + 1, a!, b!),
    gradients: [
      [0, 0, 2, 0, -40],
      [0, 0, 0, 4 * Math.LN2, 0],
    ],
  },
  {
    op: 'Pow',
    name: 'Pow: a literal exponent of 0',
    inputs: [given([2], [0, 3])],
    build: (x) => e.pow(x!, 0),
    gradients: [[0, 0]],
  },
  ...(['float64', 'int64'] as const).map(
    (dtype): OperatorCase => ({
      op: 'Pow',
      name: `Pow: literal exponents (${dtype}), one of them 0`,
      inputs: [given([2], [0, 3])],
      build: (x) => e.pow(x!, x!.graph.constant([0, 2], [2], dtype)),
      gradients: [[0, 108]],
    }),
  ),
  {
    op: 'Where',
    name: 'Where: the gradient is infinite where a value was not taken',
    inputs: [given([2], [-1, 4]), given([2], [4, -1])],
    build: (a, b) => [steep(e.where(e.greater(a!, 0), a!, 0)), steep(e.where(e.greater(b!, 0), b!, 0))],
    gradients: [
      [0, 1.5],
      [1.5, 0],
    ],
  },
  {
    op: 'Where',
    name: 'Where: the gradient is infinite where the other value was taken',
    inputs: [given([2], [-1, 4])],
    build: (x) => steep(e.where(e.less(x!, 0), 0, x!)),
    gradients: [[0, 1.5]],
  },
  {
    op: 'Max',
    name: 'Max: the gradient is infinite where the other is larger',
    inputs: [given([2], [-1, 4])],
    build: (x) => steep(e.max(x!, 0)),
    gradients: [[0, 1.5]],
  },
  {
    op: 'Min',
    name: 'Min: the gradient is infinite where the other is smaller',
    inputs: [given([2], [1, -4])],
    build: (x) => steep(e.neg(e.min(x!, 0))),
    gradients: [[0, -1.5]],
  },
  {
    op: 'ReduceMax',
    name: 'ReduceMax: the gradient is infinite where another is larger',
    inputs: [given([2, 1], [-1, 4])],
    build: (x) => steep(r.reduceMax(s.pad(x!, [0, 0], [0, 1]), [1])),
    gradients: [[0, 1.5]],
  },
  {
    op: 'ReduceMin',
    name: 'ReduceMin: the gradient is infinite where another is smaller',
    inputs: [given([2, 1], [1, -4])],
    build: (x) => steep(e.neg(r.reduceMin(s.pad(x!, [0, 0], [0, 1]), [1]))),
    gradients: [[0, -1.5]],
  },
  {
    op: 'ScatterElements',
    name: 'ScatterElements: the gradient is infinite at what was overwritten',
    inputs: [given([2], [3, 4]), given([1], [0], 'int64')],
    build: (x, at) => steep(indexing.scatter(x!, at!, x!.graph.constant([0], [1], x!.dtype), 0)),
    gradients: [[0, 1.5]],
  },
  ...(
    [
      ['Softmax', softmax],
      ['LogSoftmax', logSoftmax],
    ] as const
  ).map(
    ([op, f]): OperatorCase => ({
      op,
      name: `${op}: an entry masked by −∞`,
      inputs: [real([2, 3]), given([3], [1, 1, 0], 'bool')],
      build: (x, kept) => e.where(kept!, f(e.where(kept!, x!, Number.NEGATIVE_INFINITY)), 0),
    }),
  ),
];

const matrices: OperatorCase[] = [
  ...[
    { transA: false, transB: false },
    { transA: true, transB: false },
    { transA: false, transB: true },
    { transA: true, transB: true, alpha: -0.5 },
  ].flatMap((options): OperatorCase[] => {
    const { transA, transB, alpha = 1 } = options;
    const name = `${transA ? 'Aᵀ' : 'A'} ${transB ? 'Bᵀ' : 'B'}, alpha ${alpha}`;
    const shapes = (m: Shape[number], k: number, n: number): [Shape, Shape] => [
      transA ? [k, m] : [m, k],
      transB ? [n, k] : [k, n],
    ];
    const [a, b] = shapes('B', 4, 2);
    const value = (x: NdArray, y: NdArray) =>
      map(product(transA ? nd.flipped(x) : x, transB ? nd.flipped(y) : y), (v) => alpha * v);
    const plus = (x: NdArray, y: NdArray, c: NdArray) => broadcast((p, q) => p! + q!, value(x, y), c);
    const batches: [Shape, Shape][] = [
      [[2], [2]],
      [['B', 2], [2]],
      [['B', 1], [2]],
      [[], ['B']],
      [['B'], []],
    ];
    return [
      {
        op: 'Gemm',
        name: `Gemm: ${name}`,
        inputs: [real(a), real(b)],
        build: (x, y) => matMul(x!, y!, options),
        expected: (x, y) => value(x!, y!),
      },
      ...[[2], [1, 2], ['B', 1], ['B', 2], []].map(
        (c): OperatorCase => ({
          op: 'Gemm',
          name: `Gemm: ${name}, summand [${c}]`,
          inputs: [real(a), real(b), real(c)],
          build: (x, y, c) => gemm(x!, y!, c, options),
          expected: (x, y, c) => plus(x!, y!, c!),
        }),
      ),
      ...batches.map(([left, right]): OperatorCase => {
        const [m, n] = shapes(3, 4, 2);
        const plain = !transA && !transB && alpha === 1;
        return {
          op: plain ? 'MatMul' : 'FusedMatMul',
          name: `${plain ? 'MatMul' : 'FusedMatMul'}: ${name}, batches [${left}] and [${right}]`,
          inputs: [real([...left, ...m]), real([...right, ...n])],
          build: (x, y) => matMul(x!, y!, options),
          expected: (x, y) => value(x!, y!),
        };
      }),
    ];
  }),
  // The gradient of B by way of the narrower of A and dy.
  ...[
    { transB: false, width: 5 },
    { transB: true, width: 5 },
    { transB: false, width: 2 },
    { transB: true, width: 2 },
  ].map(
    ({ transB, width }): OperatorCase => ({
      op: 'Gemm',
      name: `Gemm: A [B, 3] ${transB ? 'Bᵀ' : 'B'} [B, ${width}], alpha -0.5`,
      inputs: [real(['B', 3]), real(transB ? [width, 3] : [3, width])],
      build: (a, b) => matMul(a!, b!, { transB, alpha: -0.5 }),
      expected: (a, b) => map(product(a!, transB ? nd.flipped(b!) : b!), (x) => -x / 2),
    }),
  ),
  {
    op: 'FusedMatMul',
    name: 'FusedMatMul: queries of several hypotheses share the keys of their sentence',
    inputs: [real(['B', 2, 3, 1, 4]), real(['B', 2, 1, 'S', 4])],
    build: (q, k) => matMul(q!, k!, { transB: true, alpha: 0.5 }),
    expected: (q, k) => map(product(q!, nd.flipped(k!)), (x) => x / 2),
  },
];

const reductions: OperatorCase[] = [
  ...(
    [
      ['ReduceSum', r.reduceSum, total],
      ['ReduceMean', r.reduceMean, nd.mean],
      ['ReduceMax', r.reduceMax, (values: number[]) => Math.max(...values)],
      ['ReduceMin', r.reduceMin, (values: number[]) => Math.min(...values)],
    ] as const
  ).flatMap(([op, build, f]): OperatorCase[] =>
    [[0], [-1], [1, 2], [0, 1, 2]].flatMap((axes) =>
      [true, false].map(
        (keepdims): OperatorCase => ({
          op,
          name: `${op}: axes [${axes}], ${keepdims ? 'kept' : 'dropped'}`,
          inputs: [real([2, 'B', 3])],
          build: (x) => build(x!, axes, keepdims),
          expected: (x) => {
            const kept = reduce(x!, axes, f);
            const dropped = axes.map((axis) => (axis + 3) % 3);
            return keepdims
              ? kept
              : nd.reshaped(
                  kept,
                  kept.dims.filter((_, i) => !dropped.includes(i)),
                );
          },
        }),
      ),
    ),
  ),
  {
    op: 'ReduceMax',
    name: 'ReduceMax: ties share',
    inputs: [given([2, 3], [1, 1, 0, 2, 2, 2])],
    build: (x) => r.reduceMax(x!, [1]),
    gradients: [[1, 1, 0, 4 / 3, 4 / 3, 4 / 3]],
  },
  {
    op: 'ReduceMin',
    name: 'ReduceMin: ties share',
    inputs: [given([2, 3], [1, 1, 4, 2, 2, 2])],
    build: (x) => r.reduceMin(x!, [1]),
    gradients: [[1, 1, 0, 4 / 3, 4 / 3, 4 / 3]],
  },
  {
    op: 'ArgMax',
    name: 'ArgMax',
    inputs: [real(['B', 4])],
    build: (x) => [r.argMax(x!, -1), r.argMax(x!, 0, false)],
    expected: (x) => [reduce(x!, [1], largest), nd.reshaped(reduce(x!, [0], largest), [4])],
  },
  {
    op: 'TopK',
    name: 'TopK',
    inputs: [real(['B', 5])],
    build: (x) => {
      const { values, indices } = r.topK(x!, 2);
      return [values, indices];
    },
    expected: (x) => {
      const [first, second] = [0, 1].map((rank) => reduce(x!, [1], (values) => ranked(values)[rank]!));
      const indices = nd.joined([first!, second!], 1);
      return [nd.build(indices.dims, ([i, j]) => at(x!, [i!, at(indices, [i!, j!])])), indices];
    },
  },
  ...[{}, { exclusive: true }, { reverse: true }, { exclusive: true, reverse: true }].map(
    (options: { exclusive?: boolean; reverse?: boolean }): OperatorCase => ({
      op: 'CumSum',
      name: `CumSum: ${JSON.stringify(options)}`,
      inputs: [real([2, 'B', 3])],
      build: (x) => r.cumSum(x!, 1, options),
      expected: (x) =>
        nd.build(x!.dims, ([i, j, k]) => {
          const own = options.exclusive ? 0 : at(x!, [i!, j!, k!]);
          const [from, to] = options.reverse ? [j! + 1, x!.dims[1]!] : [0, j!];
          return own + total(Array.from({ length: to - from }, (_, l) => at(x!, [i!, from + l, k!])));
        }),
    }),
  ),
];

const shapes: OperatorCase[] = [
  {
    op: 'Reshape',
    name: 'Reshape: rows of a batch and back',
    inputs: [real(['B', 'T', 6])],
    build: (x) => {
      const rows = s.reshape(x!, ['B*T', 6]);
      return [rows, s.reshape(rows, ['B', 'T', 2, 3]), s.reshape(rows, ['6*B*T'])];
    },
    expected: (x) => {
      const [b, t] = x!.dims as [number, number];
      return [[b * t, 6], [b, t, 2, 3], [6 * b * t]].map((dims) => nd.reshaped(x!, dims));
    },
  },
  {
    op: 'Reshape',
    name: 'Reshape: a scalar',
    inputs: [real([1, 1])],
    build: (x) => s.reshape(x!, []),
    expected: (x) => nd.reshaped(x!, []),
  },
  {
    op: 'Transpose',
    name: 'Transpose',
    inputs: [real(['B', 2, 3, 'T'])],
    build: (x) => s.transpose(x!, [2, 0, 3, 1]),
    expected: (x) => nd.transposed(x!, [2, 0, 3, 1]),
  },
  {
    op: 'Unsqueeze',
    name: 'Unsqueeze',
    inputs: [real(['B', 3])],
    build: (x) => s.unsqueeze(x!, [0, -1]),
    expected: (x) => nd.reshaped(x!, [1, ...x!.dims, 1]),
  },
  {
    op: 'Squeeze',
    name: 'Squeeze',
    inputs: [real([1, 'B', 1, 3])],
    build: (x) => s.squeeze(x!, [0, -2]),
    expected: (x) => nd.reshaped(x!, [x!.dims[1]!, 3]),
  },
  ...(
    [
      [
        [1, 3],
        [2, 3],
      ],
      [[3], ['B', 'T', 3]],
      [[], [2, 2]],
      [
        ['B', 1],
        ['B', 'T'],
      ],
      [
        ['B', 2, 1, 3],
        ['B', 2, 'T', 3],
      ],
    ] as const
  ).map(
    ([from, to]): OperatorCase => ({
      op: 'Expand',
      name: `Expand: [${from}] to [${to}]`,
      inputs: [real(from), real(to)],
      build: (x, like) => e.mul(s.expand(x!, to), like!),
      expected: (x, like) => broadcast((x, y) => x! * y!, x!, like!),
    }),
  ),
  {
    op: 'Expand',
    name: 'Expand: the value alone',
    inputs: [real([2, 1])],
    build: (x) => s.expand(x!, [3, 2, 4]),
    expected: (x) => nd.build([3, 2, 4], (index) => at(x!, index)),
  },
  {
    op: 'Concat',
    name: 'Concat',
    inputs: [real(['B', 2]), real(['B', 1]), real(['B', 3])],
    build: (...parts) => s.concat(parts, -1),
    expected: (...parts) => nd.joined(parts, 1),
  },
  {
    op: 'Concat',
    name: 'Concat: named sizes',
    inputs: [real(['B', 'S', 2]), real(['B', 'T', 2]), real(['B', 3, 2])],
    build: (...parts) => s.concat(parts, 1),
    expected: (...parts) => nd.joined(parts, 1),
  },
  {
    op: 'Concat',
    name: 'Concat: summed over the joined axis of named size',
    inputs: [real(['S', 2]), real(['T', 2])],
    build: (...parts) => r.reduceMean(e.exp(s.concat(parts, 0)), [0]),
    expected: (...parts) => reduce(map(nd.joined(parts, 0), Math.exp), [0], nd.mean),
  },
  {
    op: 'Split',
    name: 'Split',
    inputs: [real(['B', 6])],
    build: (x) => s.split(x!, [1, 3, 2], 1),
    expected: (x) => [nd.sliceOf(x!, 1, 0, 1), nd.sliceOf(x!, 1, 1, 4), nd.sliceOf(x!, 1, 4, 6)],
  },
  {
    op: 'Split',
    name: 'Split: a part without use',
    inputs: [real([4, 'B'])],
    build: (x) => s.split(x!, [1, 3], 0)[1]!,
    expected: (x) => nd.sliceOf(x!, 0, 1, 4),
  },
  ...(
    [
      [[5, 2], 0, 1, 3],
      [[5, 2], 0, -2, undefined],
      [[5, 2], 0, -9, 9],
      [[5, 2], -1, 0, -1],
      [['T', 2], 0, -2, undefined],
      [['T', 2], 0, 0, 2],
      [['B', 'T'], 1, 1, 2],
      [['B', 5], 1, 2, undefined],
    ] as const
  ).map(
    ([shape, axis, start, end]): OperatorCase => ({
      op: 'Slice',
      name: `Slice: [${shape}], axis ${axis}, ${start} to ${end ?? 'the end'}`,
      inputs: [real(shape)],
      build: (x) => s.slice(x!, axis, start, end),
      expected: (x) => {
        const size = x!.dims.at(axis)!;
        const place = (bound: number) => Math.max(0, Math.min(size, bound < 0 ? bound + size : bound));
        return nd.sliceOf(x!, (axis + 2) % 2, place(start), place(end ?? size));
      },
    }),
  ),
  {
    op: 'Slice',
    name: 'Slice: bounds known at run time',
    inputs: [real(['B', 6]), given([1], [2], 'int64'), given([1], [5], 'int64')],
    build: (x, start, end) => s.slice(x!, 1, start!, end!, 3),
    expected: (x) => nd.sliceOf(x!, 1, 2, 5),
  },
  {
    op: 'Pad',
    name: 'Pad',
    inputs: [real(['B', 3, 2])],
    build: (x) => s.pad(x!, [1, 0, 2], [0, 0, 1]),
    expected: (x) =>
      nd.build([x!.dims[0]! + 1, 3, 5], ([i, j, k]) =>
        i! > 0 && k! >= 2 && k! < 4 ? at(x!, [i! - 1, j!, k! - 2]) : 0,
      ),
  },
  {
    op: 'Shape',
    name: 'Shape',
    inputs: [real(['B', 3, 'T'])],
    build: (x) => [s.shapeOf(x!), s.shapeVector(x!.graph, ['B*T', 3]), s.dimension(x!.graph, '2*T')],
    expected: (x) => {
      const [b, , t] = x!.dims as [number, number, number];
      return [
        { dims: [3], data: x!.dims },
        { dims: [2], data: [b * t, 3] },
        { dims: [1], data: [2 * t] },
      ];
    },
  },
  {
    op: 'Range',
    name: 'Range',
    inputs: [real(['B', 'T'])],
    build: (x) => [s.range(x!.graph, 'T'), s.range(x!.graph, 4), s.range(x!.graph, 'B*T')],
    expected: (x) => [x!.dims[1]!, 4, x!.dims[0]! * x!.dims[1]!].map((n) => nd.build([n], ([i]) => i!)),
  },
  {
    op: 'ConstantOfShape',
    name: 'ConstantOfShape',
    inputs: [real(['B', 2])],
    build: (x) => [
      s.full(x!.graph, ['B', 2], 1.5, 'float32'),
      s.full(x!.graph, ['2*B'], -2, 'int64'),
      s.full(x!.graph, [2], 1, 'bool'),
    ],
    expected: (x) => {
      const b = x!.dims[0]!;
      return [nd.build([b, 2], () => 1.5), nd.build([2 * b], () => -2), nd.build([2], () => 1)];
    },
  },
];

const byIndex: OperatorCase[] = [
  {
    op: 'Gather',
    name: 'Gather: rows, some of them twice',
    inputs: [real([5, 2]), given([2, 3], [0, 4, 4, 1, 0, 4], 'int32')],
    build: (x, indices) => indexing.gather(x!, indices!),
    expected: (x, indices) => nd.build([2, 3, 2], ([i, j, k]) => at(x!, [at(indices!, [i!, j!]), k!])),
  },
  {
    op: 'Gather',
    name: 'Gather: named sizes',
    inputs: [real([5, 'T']), below(5, ['B', 'S'])],
    build: (x, indices) => indexing.gather(x!, indices!),
    expected: (x, indices) =>
      nd.build([...indices!.dims, x!.dims[1]!], ([i, j, k]) => at(x!, [at(indices!, [i!, j!]), k!])),
  },
  {
    op: 'Gather',
    name: 'Gather: an inner axis',
    inputs: [real([2, 4, 'T']), below(4, ['B'])],
    build: (x, indices) => indexing.gather(x!, indices!, -2),
    expected: (x, indices) =>
      nd.build([2, indices!.dims[0]!, x!.dims[2]!], ([i, j, k]) => at(x!, [i!, at(indices!, [j!]), k!])),
  },
  {
    op: 'Gather',
    name: 'Gather: one row',
    inputs: [real(['B', 3]), given([], [0], 'int64')],
    build: (x, index) => indexing.gather(x!, index!),
    expected: (x) => ({ dims: [3], data: x!.data.slice(0, 3) }),
  },
  {
    op: 'PackRows',
    name: 'PackRows: rows that padding lies between',
    inputs: [real([5, 2]), given([3], [0, 1, 3], 'int32'), given([5], [1, 2, 0, 3, 0], 'int32')],
    build: (x, tokens, rowOf) => packRows(x!, { tokens: tokens!, rowOf: rowOf! }),
    expected: (x) => nd.build([3, 2], ([i, j]) => at(x!, [[0, 1, 3][i!]!, j!])),
  },
  {
    op: 'UnpackRows',
    name: 'UnpackRows: zeros in the padding',
    inputs: [real([3, 2]), given([3], [0, 1, 3], 'int32'), given([5], [1, 2, 0, 3, 0], 'int32')],
    build: (x, tokens, rowOf) => unpackRows(x!, { tokens: tokens!, rowOf: rowOf! }),
    expected: (x) => nd.build([5, 2], ([i, j]) => (i === 2 || i === 4 ? 0 : at(x!, [i === 3 ? 2 : i!, j!]))),
  },
  {
    op: 'GatherElements',
    name: 'GatherElements: repeated indices',
    inputs: [real([2, 3]), given([2, 4], [0, 2, 2, 1, 1, 1, 1, 0], 'int64')],
    build: (x, indices) => indexing.gatherElements(x!, indices!, 1),
    expected: (x, indices) => nd.build([2, 4], ([i, j]) => at(x!, [i!, at(indices!, [i!, j!])])),
  },
  {
    op: 'GatherElements',
    name: 'GatherElements: named sizes',
    inputs: [real(['B', 4]), below(4, ['B', 1], 'int32')],
    build: (x, indices) => indexing.gatherElements(x!, indices!, -1),
    expected: (x, indices) => nd.build([x!.dims[0]!, 1], ([i]) => at(x!, [i!, at(indices!, [i!, 0])])),
  },
  {
    op: 'ScatterElements',
    name: 'ScatterElements: repeated indices add up',
    inputs: [real([3, 'B']), below(3, [5, 'B']), real([5, 'B'])],
    build: (x, indices, updates) => indexing.scatterAdd(x!, indices!, updates!, 0),
    expected: (x, indices, updates) =>
      nd.build(x!.dims, ([i, j]) => {
        const own = Array.from({ length: 5 }, (_, l) =>
          at(indices!, [l, j!]) === i ? at(updates!, [l, j!]) : 0,
        );
        return at(x!, [i!, j!]) + total(own);
      }),
  },
  ...[0, 1].map(
    (axis): OperatorCase => ({
      op: 'ScatterElements',
      name: `ScatterElements: put in along axis ${axis}`,
      inputs: [real([3, 3]), given([2, 2], [2, 0, 1, 2], 'int64'), real([2, 2])],
      build: (x, indices, updates) => indexing.scatter(x!, indices!, updates!, axis),
      expected: (x, indices, updates) => {
        const data = [...x!.data];
        for (const [i, place] of indices!.data.entries()) {
          const [row, column] = axis === 0 ? [place, i % 2] : [Math.floor(i / 2), place];
          data[3 * row + column] = updates!.data[i]!;
        }
        return { dims: [3, 3], data };
      },
    }),
  ),
  {
    op: 'OneHot',
    name: 'OneHot',
    inputs: [below(4, ['B'], 'int64'), below(4, ['B'], 'int32')],
    build: (long, short) => [
      indexing.oneHot(long!, 4, 'float32'),
      indexing.oneHot(long!, 4, 'int64'),
      indexing.oneHot(short!, 4, 'float32'),
    ],
    expected: (long, short) =>
      [long!, long!, short!].map((x) => nd.build([x.dims[0]!, 4], ([i, j]) => truth(at(x, [i!]) === j))),
  },
];

/** Attributes are float32: a power of two is the same number in double precision. */
const EPSILON = 2 ** -10;

const normalizations: OperatorCase[] = [
  ...[-1, 0, 1].flatMap((axis): OperatorCase[] => [
    {
      op: 'Softmax',
      name: `Softmax: axis ${axis}`,
      inputs: [real(['B', 3, 'T'])],
      build: (x) => softmax(x!, axis),
      expected: (x) => softmaxOf(x!, axis),
    },
    {
      op: 'LogSoftmax',
      name: `LogSoftmax: axis ${axis}`,
      inputs: [real(['B', 3, 'T'])],
      build: (x) => logSoftmax(x!, axis),
      expected: (x) => map(softmaxOf(x!, axis), Math.log),
    },
  ]),
  ...[
    [2, 4],
    ['B', 'T', 4],
  ].map(
    (shape: Shape): OperatorCase => ({
      op: 'LayerNormalization',
      name: `LayerNormalization: [${shape}]`,
      inputs: [real(shape), real([4]), real([4])],
      build: (x, scale, bias) => layerNorm(x!, scale!, bias!, EPSILON),
      expected: (x, scale, bias) => {
        const means = reduce(x!, [-1], nd.mean);
        const variances = reduce(x!, [-1], (v) => nd.mean(v.map((y) => (y - nd.mean(v)) ** 2)));
        return broadcast(
          (x, m, v, w, b) => ((x! - m!) / Math.sqrt(v! + EPSILON)) * w! + b!,
          x!,
          means,
          variances,
          scale!,
          bias!,
        );
      },
    }),
  ),
  {
    op: 'composite',
    name: 'RMS norm',
    inputs: [real(['B', 4])],
    build: (x) => rmsNorm(new Scope(x!.graph, { training: true }), x!, 1e-3),
    expected: (x) => {
      const squares = reduce(x!, [-1], (v) => nd.mean(v.map((y) => y * y)));
      return broadcast((x, q) => x! / Math.sqrt(q! + 1e-3), x!, squares);
    },
    dtype: 'float32',
  },
];

/** Label-smoothed cross-entropy of logits h Eᵀ, per row and then weighted. */
function expectedLosses(
  h: NdArray,
  embedding: NdArray,
  targets: NdArray,
  weights: NdArray,
  epsilon: number,
): NdArray[] {
  const logs = map(softmaxOf(product(h, nd.flipped(embedding)), 1), Math.log);
  const rows = targets.data.map((target, i) => {
    const nll = -at(logs, [i, target]);
    const uniform = -nd.mean(logs.data.slice(i * logs.dims[1]!, (i + 1) * logs.dims[1]!));
    return [(1 - epsilon) * nll + epsilon * uniform, nll];
  });
  return [0, 1].map((which) => ({
    dims: [],
    data: [total(rows.map((row, i) => row[which]! * weights.data[i]!))],
  }));
}

const losses: OperatorCase[] = [
  ...[0, 0.1].map(
    (epsilon): OperatorCase => ({
      op: 'CrossEntropy',
      name: `CrossEntropy: smoothing ${epsilon}`,
      inputs: [real(['T', 3]), real([5, 3]), below(5, ['T']), positive(['T'])],
      build: (h, embedding, targets, weights) => {
        const { smoothed, nll } = crossEntropy(h!, embedding!, targets!, weights!, epsilon);
        return [smoothed, nll];
      },
      expected: (h, embedding, targets, weights) =>
        expectedLosses(h!, embedding!, targets!, weights!, epsilon),
    }),
  ),
  ...[0, 0.1].map(
    (epsilon): OperatorCase => ({
      op: 'CrossEntropy',
      name: `CrossEntropy: a bias of the logits, smoothing ${epsilon}`,
      inputs: [real(['T', 3]), real([5, 3]), below(5, ['T']), positive(['T']), real([5])],
      build: (h, embedding, targets, weights, bias) => {
        const { smoothed, nll } = crossEntropy(h!, embedding!, targets!, weights!, epsilon, { bias: bias! });
        return [smoothed, nll];
      },
      // z = h Eᵀ + b is the product of the rows with 1 behind them and the table with b behind it.
      expected: (h, embedding, targets, weights, bias) => {
        const ones = nd.build([h!.dims[0]!, 4], ([i, j]) => (j === 3 ? 1 : at(h!, [i!, j!])));
        const table = nd.build([5, 4], ([i, j]) =>
          at(j === 3 ? bias! : embedding!, j === 3 ? [i!] : [i!, j!]),
        );
        return expectedLosses(ones, table, targets!, weights!, epsilon);
      },
    }),
  ),
  {
    op: 'CrossEntropy',
    name: 'CrossEntropy: probabilities in use elsewhere, before and after',
    inputs: [real([3, 2]), real([4, 2]), below(4, [3])],
    build: (h, embedding, targets) => {
      const before = e.sin(softmax(matMul(h!, embedding!, { transB: true })));
      const ones = h!.graph.constant([1, 1, 1], [3], h!.dtype);
      const { smoothed, probabilities } = crossEntropy(h!, embedding!, targets!, ones, 0.1);
      return [before, smoothed, e.exp(probabilities)];
    },
  },
  {
    op: 'CrossEntropy',
    name: 'CrossEntropy: one matrix embeds the input twice and the output',
    inputs: [real([5, 3]), below(5, ['T']), below(5, ['T']), below(5, ['T'])],
    build: (embedding, src, tgt, labels) => {
      const h = e.tanh(e.add(indexing.gather(embedding!, src!), e.mul(indexing.gather(embedding!, tgt!), 2)));
      const weights = e.cast(e.greater(labels!, 0), h.dtype);
      return crossEntropy(h, embedding!, labels!, weights, 0.1).smoothed;
    },
    expected: (embedding, src, tgt, labels) => {
      const row = (ids: NdArray) =>
        nd.build([ids.dims[0]!, 3], ([i, j]) => at(embedding!, [at(ids, [i!]), j!]));
      const h = broadcast((a, b) => Math.tanh(a! + 2 * b!), row(src!), row(tgt!));
      const weights = map(labels!, (label) => truth(label > 0));
      return [expectedLosses(h, embedding!, labels!, weights, 0.1)[0]!];
    },
  },
];

const flow: OperatorCase[] = [
  {
    op: 'Loop',
    name: 'Loop',
    inputs: [real([2])],
    build: (x) => {
      const { graph } = x!;
      const again = (inner: typeof graph) => inner.scalar(1, 'bool');
      return control.loop(
        graph,
        graph.scalar(3, 'int64'),
        [{ name: 'y', initial: x!, shape: [2] }],
        [[2]],
        (inner, _, [y]) => ({
          condition: again(inner),
          carried: [e.mul(y!, 2)],
        }),
      );
    },
    expected: (x) => map(x!, (v) => 8 * v),
  },
  {
    op: 'If',
    name: 'If',
    inputs: [real([2])],
    build: (x) =>
      control.ifElse(
        e.greater(r.reduceSum(e.mul(x!, x!), [0], false), 0),
        () => [e.neg(x!)],
        () => [x!],
      ),
    expected: (x) => map(x!, (v) => -v),
  },
];

export const cases: readonly OperatorCase[] = [
  ...elementwise,
  ...notFinite,
  ...matrices,
  ...reductions,
  ...shapes,
  ...byIndex,
  ...normalizations,
  ...losses,
  ...flow,
];

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** erf by its Maclaurin series, exact enough for |x| < 3. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const largest = (values: number[]): number => values.indexOf(Math.max(...values));
const ranked = (values: number[]): number[] =>
  values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
