// Scores of labelled spans of words, and of the words' tags, from an encoder's vectors. Kitaev and Klein 2018, section 2,
// and Kitaev et al. 2019: a place between two words has half of the vector of the word before and half of that of the
// word after it; a span is the difference of the places at its ends. Spans are learned by cross-entropy of their labels,
// each on its own, no label being one of them; so nothing has to be searched between a forward pass and its gradient,
// and log p(label) − log p(none) is what the tree of the greatest probability is the sum of.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast, greaterOrEqual, max, relu, sub } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { crossEntropy } from '../graph/ops/loss.ts';
import { gemm, matMul } from '../graph/ops/matmul.ts';
import { argMax } from '../graph/ops/reduce.ts';
import { concat, reshape, slice } from '../graph/ops/shape.ts';
import type { EncoderOnly } from '../models/model.ts';
import { type CharacterOptions, characterVectors } from '../nn/character-vectors.ts';
import { xavierUniform, zeros } from '../nn/initializers.ts';
import { linear } from '../nn/linear.ts';
import { layerNorm } from '../nn/normalization.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';

export interface SpanOptions {
  /** Labels of constituents, without that for none. */
  numLabels: number;
  numTags: number;
  /** Hidden units of either head. */
  hidden: number;
  /** Of the words' vectors. */
  dropout: number;
  /** What the tags' loss counts for beside that of spans. */
  tagWeight: number;
  /** With them, vectors of the words' characters are added to the embeddings of each word's pieces. */
  characters?: CharacterOptions | undefined;
}

/** No label, among the classes of a span. */
export const NO_LABEL = 0;

/**
 * `ids` [B, S], padded. `pooling` [B, W, S] makes vectors of words of those of places, the sentence's two ends being
 * words too. `spans` [M, N] has for each span −1 at the place between words where it begins and 1 where it ends; there
 * are N = W − 1 such places. `characters` [U, C] are words, padded, and `wordOf` [B, S] has for each place the row of its
 * word.
 */
export const spanInputs = ({ characters }: SpanOptions): Objective['inputs'] => ({
  ids: { dtype: 'int32', shape: ['B', 'S'] },
  pooling: { dtype: 'float32', shape: ['B', 'W', 'S'] },
  spans: { dtype: 'float32', shape: ['M', 'N'] },
  ...(characters && {
    characters: { dtype: 'int32', shape: ['U', 'C'] },
    wordOf: { dtype: 'int32', shape: ['B', 'S'] },
  }),
});

type Inputs = Readonly<Record<string, Value>>;

/** Rows [R, H], and of their classes a table [C, H] and a bias [C]: logits = rows · tableᵀ + bias. */
interface Classes {
  rows: Value;
  table: Value;
  bias: Value;
}

/** Spans [B·M, H] with 1 + `numLabels` classes, and words [B·W, H] with their tags. */
function classify(
  scope: Scope,
  model: EncoderOnly,
  { ids, pooling, spans, characters, wordOf }: Inputs,
  { numLabels, numTags, hidden, dropout, characters: spelling }: SpanOptions,
): Record<'labels' | 'tags', Classes> {
  const [batch, length] = ids!.shape as [Dim, Dim];
  const [, count] = pooling!.shape as [Dim, Dim];
  const [pairs, between] = spans!.shape as [Dim, Dim];
  const vectors =
    spelling && gather(characterVectors(scope.at('characters'), characters!, spelling), wordOf!);
  const { rows } = model.encode(scope, ids!, undefined, vectors);
  const width = rows.shape[1] as number;
  const pooled = matMul(pooling!, reshape(rows, [batch, length, width]));
  const words = scope.at('words').dropout(pooled, dropout);
  const tagger = scope.at('tagger');
  const wordRows = reshape(words, [mulDims(batch, count), width]);
  const tags = classesOf(tagger, linear(tagger.at('hidden'), wordRows, hidden), numTags);
  const half = Math.ceil(width / 2);
  const before = slice(slice(words, 1, 0, -1, between), 2, 0, half);
  const after = slice(slice(words, 1, 1, undefined, between), 2, half);
  const places = reshape(concat([before, after], 2), [mulDims(batch, between), width]);
  // What the layer makes of differences is the difference of what it makes of n + 1 places, but for its bias.
  const layer = scope.at('spans').at('hidden');
  const made = reshape(linear(layer, places, hidden, { bias: false }), [batch, between, hidden]);
  const differences = reshape(matMul(spans!, made), [mulDims(batch, pairs), hidden]);
  const spanRows = add(differences, layer.parameter('bias', [hidden], zeros));
  return { labels: classesOf(scope.at('spans'), spanRows, 1 + numLabels), tags };
}

/** The classes of relu(norm(x)). */
function classesOf(scope: Scope, x: Value, count: number): Classes {
  const rows = relu(layerNorm(scope.at('norm'), x));
  const output = scope.at('output');
  const table = output.parameter('weight', [count, rows.shape[1] as number], xavierUniform());
  return { rows, table, bias: output.parameter('bias', [count], zeros) };
}

/**
 * Of `labels` [B, M], classes of spans with NO_LABEL among them, and `tags` [B, W], both below 0 where there is nothing
 * to learn. Both sums are means over words, of which a sentence of n has n(n + 1)/2 spans.
 */
export function spanCrossEntropy(model: EncoderOnly, options: SpanOptions): Objective {
  const words = { per: 'words' } as const;
  return {
    inputs: {
      ...spanInputs(options),
      labels: { dtype: 'int32', shape: ['B', 'M'] },
      tags: { dtype: 'int32', shape: ['B', 'W'] },
    },
    terms: { spanLoss: { ...words, scale: 1 }, tagLoss: { ...words, scale: options.tagWeight } },
    statistics: { tagAccuracy: { ...words, direction: 'max' } },
    signature: `spans|tagWeight:${options.tagWeight}`,
    build: (scope, { labels, tags, ...inputs }) => {
      const found = classify(scope, model, inputs, options);
      const learn = ({ rows, table, bias }: Classes, classes: Value, hits: boolean) => {
        const flat = reshape(classes, [rows.shape[0]!]);
        const weights = cast(greaterOrEqual(flat, 0), 'float32');
        return crossEntropy(rows, table, max(flat, 0), weights, 0, { bias, hits });
      };
      const ofTags = learn(found.tags, tags!, true);
      return {
        spanLoss: learn(found.labels, labels!, false).nll,
        tagLoss: ofTags.nll,
        tagAccuracy: ofTags.hits!,
      };
    },
  };
}

/**
 * `scores` float32 [B, M, L] of labels, log p(label) − log p(none), and the likeliest `tags` int32 [B, W].
 */
export function spanScores(
  scope: Scope,
  model: EncoderOnly,
  inputs: Inputs,
  options: SpanOptions,
): Record<'scores' | 'tags', Value> {
  const { labels, tags } = classify(scope, model, inputs, options);
  const [batch, count] = inputs.pooling!.shape as [Dim, Dim];
  const pairs = inputs.spans!.shape[0]!;
  const logits = ({ rows, table, bias }: Classes) => gemm(rows, table, bias, { transB: true });
  const all = logits(labels);
  const scores = sub(slice(all, 1, NO_LABEL + 1), slice(all, 1, NO_LABEL, NO_LABEL + 1));
  return {
    scores: reshape(scores, [batch, pairs, options.numLabels]),
    tags: reshape(cast(argMax(logits(tags), 1, false), 'int32'), [batch, count]),
  };
}
