// From token ids to the rows that a stack begins with.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { reshape } from '../graph/ops/shape.ts';
import { normal } from '../nn/initializers.ts';
import { learnedPositions, sinusoidalPositions } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import type { LayerConfig } from './layer-config.ts';

/** A table of vectors [V, D] for tokens, as input or output. */
export const tokenTable = (scope: Scope, vocabSize: number, dModel: number): Value =>
  scope.parameter('weight', [vocabSize, dModel], normal(dModel ** -0.5));

/**
 * What is added to the tokens at `places`, [.., D]; nothing where positions are told otherwise or not at all. Of learned
 * positions the first place has row `positionOffset`. Taps: `places`, `vectors`.
 */
export function addedPositions(
  scope: Scope,
  places: Value,
  config: LayerConfig & { positionOffset?: number | undefined },
): Value[] {
  const { positions, maxLength, dModel, positionOffset = 0 } = config;
  if (positions !== 'sinusoidal' && positions !== 'learned') return [];
  const told = scope.tap('places', places);
  if (positions === 'sinusoidal') return [scope.tap('vectors', sinusoidalPositions(told, maxLength, dModel))];
  const rows = positionOffset === 0 ? told : add(told, positionOffset);
  return [scope.tap('vectors', learnedPositions(scope, rows, maxLength + positionOffset, dModel))];
}

/** drop(norm(√D · E[ids] + added)) for ids [B, T]: rows [B·T, D]. Vaswani et al. 2017, section 3.4, without a norm. */
export function embed(
  scope: Scope,
  table: Value,
  ids: Value,
  added: readonly Value[],
  { dModel, dropout, scaleEmbedding }: LayerConfig,
  norm: (x: Value) => Value = (x) => x,
): Value {
  const vectors = gather(table, ids);
  const scaled = scaleEmbedding ? mul(vectors, Math.sqrt(dModel)) : vectors;
  const sum = added.reduce((a, b) => add(a, b), scaled);
  const rows = norm(reshape(sum, [mulDims(...(ids.shape as Dim[])), dModel]));
  return scope.tap('hidden', scope.dropout(rows, dropout));
}
