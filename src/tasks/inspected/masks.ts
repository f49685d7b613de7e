// Each token of a text hidden in turn, and what an encoder takes its place for.
import { exportModel } from '../../graph/export.ts';
import { Graph } from '../../graph/graph.ts';
import { cast, exp, greater } from '../../graph/ops/elementwise.ts';
import { softmax } from '../../graph/ops/normalization.ts';
import { reduceSum, topK } from '../../graph/ops/reduce.ts';
import { unsqueeze } from '../../graph/ops/shape.ts';
import type { HiddenToken } from '../../inspect/masks.ts';
import { Scope } from '../../nn/scope.ts';
import { Session } from '../../runtime/session.ts';
import { UsageError, UserError } from '../../util/errors.ts';
import { requireMemory } from '../../util/memory.ts';
import { type InspectedModel, type InspectInput, repeated } from './model.ts';
import { requireTelling, tellTokens, vectorOf } from './told.ts';

/** Tokens of a batch. */
const BATCH_TOKENS = 2048;

export interface MaskSettings {
  threads: number;
  /** Pieces told of each place. */
  top: number;
}

/** Of all tokens that are text; a UserError where the model cannot tell hidden ones. */
export async function hideEach(
  path: string,
  model: InspectedModel,
  input: InspectInput,
  { threads, top }: MaskSettings,
): Promise<HiddenToken[]> {
  const telling = requireTelling(path, model);
  const { tokenizer, hide } = telling;
  if (hide === undefined) throw new UserError(`${path}: reads from left to right; it tells no hidden tokens`);
  if (!(Number.isInteger(top) && top >= 1 && top <= tokenizer.size))
    throw new UsageError(
      `--top expects a whole number from 1 to ${tokenizer.size}, the pieces that there are, not ${top}`,
    );
  const scope = new Scope(new Graph(), { training: false });
  const { all, own } = tellTokens(scope, telling, model.build(scope));
  const probabilities = softmax(all);
  const { values, indices } = topK(probabilities, top);
  const better = reduceSum(cast(greater(probabilities, unsqueeze(exp(own), [1])), 'int32'), [1], false);
  const outputs = { own, better, likely: values, words: indices };
  const graph = exportModel(scope.graph, { outputs, weights: model.weights.tensors });
  model.weights.check(graph.parameters);
  const { feeds, sizes, told } = await model.read(input);
  const session = await Session.create(graph.model, { threads });
  const pieceOf = (id: number) => tokenizer.idToPiece(id) ?? '';
  try {
    const length = sizes.S!;
    const rows = Math.max(1, Math.floor(BATCH_TOKENS / length));
    const found: HiddenToken[] = [];
    for (let from = 0; from < told.length; from += rows) {
      const chosen = told.slice(from, from + rows);
      requireMemory(
        graph.peakBytes({ ...sizes, B: chosen.length, M: chosen.length }),
        'hiding tokens',
        'give a shorter text',
      );
      const places = chosen.map(({ place }, b) => b * length + place);
      const result = await session.run({
        ...hide(repeated(feeds, chosen.length), places),
        places: vectorOf(places),
        labels: vectorOf(chosen.map(({ id }) => id)),
      });
      for (const [m, { place, id }] of chosen.entries()) {
        found.push({
          place: place + 1,
          piece: pieceOf(id),
          probability: Math.exp(result.own!.data[m] as number),
          rank: (result.better!.data[m] as number) + 1,
          likely: Array.from({ length: top }, (_, k) => ({
            piece: pieceOf(Number(result.words!.data[m * top + k])),
            probability: result.likely!.data[m * top + k] as number,
          })),
        });
      }
    }
    return found;
  } finally {
    await session.release();
  }
}
