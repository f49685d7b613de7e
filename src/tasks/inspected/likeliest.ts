// Which of a model's classes is the likeliest for an input.
import { exportModel } from '../../graph/export.ts';
import { Graph } from '../../graph/graph.ts';
import { Scope } from '../../nn/scope.ts';
import { Session } from '../../runtime/session.ts';
import type { Weights } from '../open-run.ts';
import type { Undecided } from './saliency-target.ts';

/** The likeliest class, by its number. */
export async function findLikeliest(
  weights: Weights,
  { feeds, build, from, count }: Undecided,
  threads: number,
): Promise<number> {
  const scope = new Scope(new Graph(), { training: false });
  const graph = exportModel(scope.graph, { outputs: { told: build(scope) }, weights: weights.tensors });
  weights.check(graph.parameters);
  const session = await Session.create(graph.model, { threads });
  try {
    const told = ((await session.run(feeds)).told!.data as Float32Array).subarray(from, from + count);
    return told.indexOf(Math.max(...told));
  } finally {
    await session.release();
  }
}
