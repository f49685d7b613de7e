// Affine maps of rows.
import type { Value } from '../graph/graph.ts';
import { gemm } from '../graph/ops/matmul.ts';
import { type Initializer, xavierUniform, zeros } from './initializers.ts';
import type { Scope } from './scope.ts';

export interface LinearOptions {
  initializer?: Initializer;
  bias?: boolean;
}

/** x W + b for rows x [N, in], with W stored as [in, out]. */
export function linear(
  scope: Scope,
  x: Value,
  dOut: number,
  { initializer = xavierUniform(), bias = true }: LinearOptions = {},
): Value {
  const weight = scope.parameter('weight', [x.shape[1] as number, dOut], initializer);
  return gemm(x, weight, bias ? scope.parameter('bias', [dOut], zeros) : undefined);
}
