// Vectors of a sentence's words, and what is told of words and of what lies between them, each by a layer of its own.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { cast, greaterOrEqual, max, relu } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { type CrossEntropy, crossEntropy } from '../graph/ops/loss.ts';
import { gemm, matMul } from '../graph/ops/matmul.ts';
import { argMax } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import { type CharacterOptions, characterVectors } from '../nn/character-vectors.ts';
import { xavierUniform, zeros } from '../nn/initializers.ts';
import { linear } from '../nn/linear.ts';
import { layerNorm } from '../nn/normalization.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';
import { packingInputs, readPacking } from './text-vectors.ts';

export interface WordOptions {
  numTags: number;
  /** Hidden units of each head. */
  hidden: number;
  /** Of the words' vectors. */
  dropout: number;
  /** What the tags' loss counts for beside that of trees. */
  tagWeight: number;
  /** With them, vectors of the words' characters are added to the embeddings of each word's pieces. */
  characters?: CharacterOptions | undefined;
}

/**
 * `ids` [B, S], padded. `pooling` [B, W, S] makes vectors of words of those of places, the sentence's two ends being
 * words too. `characters` [U, C] are words, padded, and `wordOf` [B, S] has for each place the row of its word.
 */
export const wordInputs = ({ characters }: WordOptions): Objective['inputs'] => ({
  ids: { dtype: 'int32', shape: ['B', 'S'] },
  pooling: { dtype: 'float32', shape: ['B', 'W', 'S'] },
  ...(characters && {
    characters: { dtype: 'int32', shape: ['U', 'C'] },
    wordOf: { dtype: 'int32', shape: ['B', 'S'] },
  }),
});

/** The same for training. */
export const packedWordInputs = (options: WordOptions): Objective['inputs'] => ({
  ...wordInputs(options),
  ...packingInputs,
});

export type Inputs = Readonly<Record<string, Value>>;

/** Rows [R, H], and of their classes a table [C, H] and a bias [C]: logits = rows · tableᵀ + bias. */
export interface Classes {
  rows: Value;
  table: Value;
  bias: Value;
}

/** What the encoder makes of all places: [B·S, D]. */
export function encodePieces(
  scope: Scope,
  model: EncoderOnly,
  { ids, characters, wordOf, ...packing }: Inputs,
  { characters: spelling }: Pick<WordOptions, 'characters'>,
): Value {
  const vectors =
    spelling && gather(characterVectors(scope.at('characters'), characters!, spelling), wordOf!);
  return model.encode(scope, ids!, { vectors, packing: readPacking(packing) }).rows;
}

/** Vectors of words [B, W, D], and the words' tags. */
export function encodeWords(
  scope: Scope,
  model: EncoderOnly,
  { pooling, ...inputs }: Inputs,
  { numTags, hidden, dropout, characters }: WordOptions,
): { words: Value; tags: Classes } {
  const [batch, length] = inputs.ids!.shape as [Dim, Dim];
  const rows = encodePieces(scope, model, inputs, { characters });
  const width = rows.shape[1] as number;
  const pooled = matMul(pooling!, reshape(rows, [batch, length, width]));
  const words = scope.at('words').dropout(pooled, dropout);
  return { words, tags: classesOf(scope.at('tagger'), words, hidden, numTags) };
}

/** The classes of relu(norm(x W + b)), x [.., D]. */
export function classesOf(scope: Scope, x: Value, hidden: number, count: number): Classes {
  const rows = reshape(x, [mulDims(...x.shape.slice(0, -1)), x.shape.at(-1)!]);
  return classesOfHidden(scope, linear(scope.at('hidden'), rows, hidden), count);
}

/** The classes of relu(norm(x)). */
export function classesOfHidden(scope: Scope, x: Value, count: number): Classes {
  const rows = relu(layerNorm(scope.at('norm'), x));
  const output = scope.at('output');
  const table = output.parameter('weight', [count, rows.shape[1] as number], xavierUniform());
  return { rows, table, bias: output.parameter('bias', [count], zeros) };
}

/** The loss of classes, below 0 where there is nothing to learn. */
export function learnClasses({ rows, table, bias }: Classes, classes: Value, hits = false): CrossEntropy {
  const flat = reshape(classes, [rows.shape[0]!]);
  const weights = cast(greaterOrEqual(flat, 0), 'float32');
  return crossEntropy(rows, table, max(flat, 0), weights, 0, { bias, hits });
}

/** [R, C] */
export const logitsOf = ({ rows, table, bias }: Classes): Value => gemm(rows, table, bias, { transB: true });

/** The likeliest of classes [B, W, C], int32 [B, W]. */
export const likeliest = (logits: Value): Value => cast(argMax(logits, 2, false), 'int32');
