// Runs a graph of an objective's sums. Where the objective has to search first, its scores come from a pass of their own.
import type { Objective } from '../objectives/objective.ts';
import type { ModelProto } from '../onnx/schema.ts';
import { type Feeds, type Runner, Tensor } from '../runtime/session.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { buildSearchGraph } from './training-graph.ts';

/** Feeds of a batch, its masks and the parameters to the graph's outputs. */
export type SumsSession = Pick<Runner, 'run'>;

/** Over the training graph of the objective, or that for held-out data; `open` makes sessions. */
export async function openSums(
  { search }: Objective,
  graph: ModelProto,
  { training }: { training: boolean },
  open: (graph: ModelProto) => Promise<Runner>,
): Promise<SumsSession> {
  const session = await open(graph);
  if (search === undefined) return session;
  const scoring = await open(buildSearchGraph(search, training).model);
  return {
    run: async (feeds) => {
      const found = search.find(asData(await scoring.run(feeds)), asData(feeds));
      return session.run({ ...feeds, ...asFeeds(found) });
    },
  };
}

const asData = (feeds: Readonly<Feeds>): Record<string, TensorData> =>
  feeds as unknown as Record<string, TensorData>;

const asFeeds = (found: Readonly<Record<string, TensorData>>): Feeds =>
  Object.fromEntries(
    Object.entries(found).map(([name, { dtype, data, dims }]) => [
      name,
      new Tensor(dtype, data as Int32Array, [...dims]),
    ]),
  );
