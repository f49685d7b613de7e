// Matrix products.
import { broadcastShapes, type Dim, formatShape, type Shape, sameShape } from '../dim.ts';
import type { Attributes, Rule, Type, Value } from '../graph.ts';
import { family, mismatch, requireSameType } from './family.ts';

const flip = (shape: Shape, transposed: unknown): Dim[] => {
  const [rows, columns] = [shape[shape.length - 2]!, shape[shape.length - 1]!];
  return [...shape.slice(0, -2), ...(transposed ? [columns, rows] : [rows, columns])];
};

/** Batched product of [..., M, K] and [..., K, N], after the transpositions that the attributes ask for. */
const product: Rule = ([a, b], { transA, transB }) => {
  const dtype = requireSameType(a!, b!);
  if (a!.rank < 2 || b!.rank < 2) throw mismatch(a!, b!, 'both operands need rank 2 or more');
  const [x, y] = [flip(a!.shape, transA), flip(b!.shape, transB)];
  const batch = broadcastShapes(x.slice(0, -2), y.slice(0, -2));
  if (batch === undefined) throw mismatch(a!, b!, 'batch dimensions');
  if (x.at(-1) !== y.at(-2)) throw mismatch(a!, b!, 'inner dimensions');
  return [{ dtype, shape: [...batch, x.at(-2)!, y.at(-1)!] }];
};

export const matmulRules = {
  MatMul: product,
  Gemm: (inputs, attributes) => {
    const [a, b, c] = inputs;
    if (a!.rank !== 2 || b!.rank !== 2) throw mismatch(a!, b!, 'both operands need rank 2');
    const [type] = product([a!, b!], attributes) as [Type];
    if (c !== undefined) {
      requireSameType(a!, c);
      const joined = broadcastShapes(type.shape, c.shape);
      if (joined === undefined || !sameShape(joined, type.shape)) {
        throw new Error(
          `the summand ${formatShape(c.shape)} does not broadcast to ${formatShape(type.shape)}`,
        );
      }
    }
    return [type];
  },
} as const satisfies Record<string, Rule>;

export const fusedMatmulRules = { FusedMatMul: product } as const satisfies Record<string, Rule>;

const emit = family(matmulRules);
const emitFused = family(fusedMatmulRules, 'com.microsoft');

export interface MatMulOptions {
  transA?: boolean;
  transB?: boolean;
  /** Factor of the product, applied inside the kernel. */
  alpha?: number;
}

/** alpha · op(a) op(b) over the last two axes; batch axes broadcast. Rank-2 products become Gemm. */
export function matMul(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  if (a.rank === 2 && b.rank === 2) return gemm(a, b, undefined, options);
  if (!transA && !transB && alpha === 1) return emit('MatMul', [a, b])[0]!;
  return emitFused('FusedMatMul', [a, b], attributes(transA, transB, alpha))[0]!;
}

/** alpha · op(a) op(b) + c, with a [M, K], b [K, N] after transposition and c broadcast to [M, N]. */
export function gemm(a: Value, b: Value, c?: Value, options: MatMulOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  return emit('Gemm', c === undefined ? [a, b] : [a, b, c], attributes(transA, transB, alpha))[0]!;
}

const attributes = (transA: boolean, transB: boolean, alpha: number): Attributes => ({
  ...(transA && { transA: 1 }),
  ...(transB && { transB: 1 }),
  ...(alpha !== 1 && { alpha: { float: alpha } }),
});
