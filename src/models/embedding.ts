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

/** What is added to the tokens at `places`, [.., D]; undefined where positions are told otherwise or not at all. */
export function addedPositions(
  scope: Scope,
  places: Value,
  { positions, maxLength, dModel }: LayerConfig,
): Value | undefined {
  if (positions === 'learned') return learnedPositions(scope, places, maxLength, dModel);
  return positions === 'sinusoidal' ? sinusoidalPositions(places, maxLength, dModel) : undefined;
}

/** drop(√D · E[ids] + positions) for ids [B, T]: rows [B·T, D]. Vaswani et al. 2017, section 3.4. */
export function embed(
  scope: Scope,
  table: Value,
  ids: Value,
  positions: Value | undefined,
  { dModel, dropout, scaleEmbedding }: LayerConfig,
): Value {
  const vectors = gather(table, ids);
  const scaled = scaleEmbedding ? mul(vectors, Math.sqrt(dModel)) : vectors;
  const placed = positions === undefined ? scaled : add(scaled, positions);
  return scope.dropout(reshape(placed, [mulDims(...(ids.shape as Dim[])), dModel]), dropout);
}
