// What a model makes of tokens that it tells: how likely they are to it.
import type { Value } from '../../graph/graph.ts';
import { gather, gatherElements } from '../../graph/ops/indexing.ts';
import { logSoftmax } from '../../graph/ops/normalization.ts';
import { reshape, unsqueeze } from '../../graph/ops/shape.ts';
import type { Scope } from '../../nn/scope.ts';
import { Tensor } from '../../runtime/session.ts';
import { UserError } from '../../util/errors.ts';
import type { InspectedModel, Telling } from './model.ts';

/** Of `places` int32 [M] of a model's last rows: logits [M, V], and the log-probabilities [M] of `labels` int32 [M]. */
export function tellTokens(scope: Scope, { logits }: Telling, rows: Value): { all: Value; own: Value } {
  const [places, labels] = ['places', 'labels'].map((name) => scope.graph.input(name, 'int32', ['M']));
  const all = logits(scope, gather(rows, places!));
  const own = gatherElements(logSoftmax(all), unsqueeze(labels!, [1]), 1);
  return { all, own: reshape(own, ['M']) };
}

export const vectorOf = (numbers: ArrayLike<number>): Tensor =>
  new Tensor('int32', Int32Array.from(numbers), [numbers.length]);

/** A UserError where a model tells no tokens. */
export function requireTelling(path: string, { telling }: InspectedModel): Telling {
  if (telling !== undefined) return telling;
  throw new UserError(
    `${path}: tells no tokens; give a model that writes, or an encoder that tells hidden words`,
  );
}
