// How many floating-point operations a graph's matrix products take; everything else is small beside them.
import { evaluateDim } from './dim.ts';
import { collectNodes } from './export.ts';
import type { Value } from './graph.ts';

const PRODUCTS = new Set(['MatMul', 'Gemm', 'FusedMatMul']);

/** Σ 2·M·N·K over the products that `outputs` need, subgraphs counted once, for the given sizes. */
export function computeFlops(outputs: readonly Value[], sizes: Readonly<Record<string, number>>): number {
  let flops = 0;
  for (const node of collectNodes(outputs)) {
    if (!PRODUCTS.has(node.type)) continue;
    const left = node.inputs[0]!.shape;
    const inner = left.at(node.attributes.transA === 1 ? -2 : -1)!;
    const elements = node.outputs[0]!.shape.reduce<number>((n, dim) => n * evaluateDim(dim, sizes), 1);
    flops += 2 * elements * evaluateDim(inner, sizes);
  }
  return flops;
}
