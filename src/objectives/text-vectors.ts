// What a model makes of one or two texts in a row, as a vector for each: what a head is put on.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { cast, div, equal } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import type { Packing } from '../graph/ops/packing.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { reshape, slice, unsqueeze } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import type { Memory } from '../models/stack.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';

/** The mean of a text's contextual vectors; that of its first place; what the model's pooler makes of the latter. */
export const poolings = ['mean', 'first', 'pooler'] as const;
export type Pooling = (typeof poolings)[number];

/** Ids [B, S], padded, of pairs the text that each place belongs to, and where the tokens are. */
export interface TextInputs {
  ids: Value;
  segments?: Value | undefined;
  packing?: Packing | undefined;
}

export interface HeadOptions {
  /** Whether there are two texts in a row, and `segments` with them. */
  pairs: boolean;
  pooling: Pooling;
  /** Of the vectors. */
  dropout: number;
}

/** The inputs of a batch of texts, beside its labels. */
export function textInputs({ pairs }: Pick<HeadOptions, 'pairs'>): Objective['inputs'] {
  const matrix = { dtype: 'int32', shape: ['B', 'S'] } as const;
  return { ids: matrix, ...(pairs && { segments: matrix }) };
}

/** Where the tokens of a batch are, so that nothing but attention is computed of padding: for training. */
export const packingInputs = {
  tokens: { dtype: 'int32', shape: ['P'] },
  rowOf: { dtype: 'int32', shape: [mulDims('B', 'S')] },
} as const satisfies Objective['inputs'];

/** Those of a graph, where it has them. */
export const readPacking = ({ tokens, rowOf }: Readonly<Record<string, Value>>): Packing | undefined =>
  tokens && { tokens, rowOf: rowOf! };

/** The inputs of a batch of texts in training, beside its labels. */
export const packedInputs = (options: Pick<HeadOptions, 'pairs'>): Objective['inputs'] => ({
  ...textInputs(options),
  ...packingInputs,
});

/** Those of a graph, by their names. */
export function readTexts({ ids, segments, ...packing }: Readonly<Record<string, Value>>): TextInputs {
  return { ids: ids!, segments, packing: readPacking(packing) };
}

/** The vectors of whole texts [B, D]. */
export function textVectors(
  scope: Scope,
  model: EncoderOnly,
  { ids, ...more }: TextInputs,
  pooling: Pooling,
): Value {
  const hidden = model.encode(scope, ids, more);
  return pooling === 'pooler' ? model.pool!(scope, hidden) : poolPlaces(hidden, pooling);
}

/** Of rows [B·S, D] the mean over each text's places, or its first place's: [B, D]. */
export function poolPlaces({ rows, mask }: Memory, pooling: Exclude<Pooling, 'pooler'>): Value {
  const [batch, , , length] = mask.shape as [Dim, Dim, Dim, Dim];
  const dModel = rows.shape[1]!;
  const vectors = reshape(rows, [batch, length, dModel]);
  if (pooling === 'first') return reshape(slice(vectors, 1, 0, 1), [batch, dModel]);
  const isToken = reshape(cast(equal(mask, 0), 'float32'), [batch, length]);
  const shares = div(isToken, reduceSum(isToken, [1], true));
  return reshape(matMul(unsqueeze(shares, [1]), vectors), [batch, dModel]);
}
