// Runs small graphs for tests: plain arrays in, plain arrays out.

import { exportModel } from '../../src/graph/export.ts';
import type { Graph, Value } from '../../src/graph/graph.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import type { DType } from '../../src/tensor/tensor.ts';
import { toTypedArray } from '../../src/tensor/tensor.ts';

/** Row-major tensor; booleans are 0 and 1. */
export interface NdArray {
  dims: readonly number[];
  data: readonly number[];
}

export const toTensor = ({ dims, data }: NdArray, dtype: DType): Tensor =>
  new Tensor(dtype, toTypedArray(data, dtype) as Float32Array, dims);

export const fromTensor = (tensor: Tensor): NdArray => ({
  dims: tensor.dims,
  data: Array.from(tensor.data as ArrayLike<number | bigint | boolean>, Number),
});

/** Session of one thread over the named values of a graph. */
export const createSession = (graph: Graph, outputs: Record<string, Value>): Promise<Session> =>
  Session.create(exportModel(graph, { outputs }).model, { threads: 1 });

export async function runSession(session: Session, feeds: Feeds): Promise<Record<string, NdArray>> {
  const results = await session.run(feeds);
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromTensor(tensor)]));
}

/** The values of `outputs`, with feeds for the inputs and the parameters of `graph`. */
export async function evaluate(
  graph: Graph,
  outputs: Record<string, Value>,
  feeds: Record<string, NdArray> = {},
): Promise<Record<string, NdArray>> {
  const declared = [...graph.inputs, ...graph.parameters.values()];
  const tensors = declared.flatMap(({ name, dtype }) => {
    const fed = feeds[name!];
    return fed === undefined ? [] : [[name!, toTensor(fed, dtype)] as const];
  });
  const session = await createSession(graph, outputs);
  try {
    return await runSession(session, Object.fromEntries(tensors));
  } finally {
    await session.release();
  }
}
