// The keys of hash-consing: nodes with equal keys are one node, literals with equal keys one value.

import type { DType, TypedArray } from '../tensor/tensor.ts';

/** A node's key. No two subgraphs are equal; `isSubgraph` tells which attributes are such. */
export function nodeKey(
  domain: string,
  type: string,
  inputs: readonly ({ readonly id: number } | null)[],
  attributes: object,
  isSubgraph: (attribute: unknown) => boolean,
): string {
  return `${domain}.${type}(${inputs.map((i) => i?.id ?? '').join()})${attributesKey(attributes, isSubgraph)}`;
}

let subgraphs = 0;
function attributesKey(attributes: object, isSubgraph: (attribute: unknown) => boolean): string {
  return JSON.stringify(attributes, (_, v) => {
    if (isSubgraph(v)) return `graph ${++subgraphs}`;
    return ArrayBuffer.isView(v) ? Array.from(v as Float32Array, String) : v;
  });
}

/** A literal's key. Long ones are not compared: `serial` makes each of them another. */
export function literalKey(dtype: DType, dims: readonly number[], data: TypedArray, serial: number): string {
  return `${dtype}[${dims}]${data.length <= 64 ? data.join() : `#${serial}`}`;
}
