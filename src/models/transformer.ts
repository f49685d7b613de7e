// The encoder-decoder Transformer. Vaswani et al. 2017, section 3; pre-norm as in Xiong et al. 2020.
// Only builds graph: forward for training, and one step of decoding with caches. Batches are flattened to rows.
import { z } from 'zod';
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { add, cast, equal, mul, not } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { crossEntropy } from '../graph/ops/loss.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { concat, reshape, unsqueeze } from '../graph/ops/shape.ts';
import { attend, type Heads, type KeysValues, projectKeysValues, projectQueries } from '../nn/attention.ts';
import { feedForward } from '../nn/feed-forward.ts';
import { normal } from '../nn/initializers.ts';
import { layerNorm } from '../nn/normalization.ts';
import { causalMask, learnedPositions, MASKED, sinusoidalPositions } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import type { Model, TrainingBatch, TrainingLoss, VocabularyShape } from './model.ts';

export const transformerSchema = z
  .strictObject({
    type: z.literal('transformer').default('transformer'),
    numEncoderLayers: z.int().min(1).default(6),
    numDecoderLayers: z.int().min(1).default(6),
    dModel: z.int().min(2).default(512),
    dFf: z.int().min(1).default(2048),
    numHeads: z.int().min(1).default(8),
    /** Of the embeddings and of each sub-layer's output. */
    dropout: z.number().min(0).lt(1).default(0.1),
    /** Of the attention weights. */
    attentionDropout: z.number().min(0).lt(1).default(0),
    /** Of the feed-forward network's hidden units. */
    activationDropout: z.number().min(0).lt(1).default(0),
    norm: z.enum(['pre', 'post']).default('post'),
    positions: z.enum(['sinusoidal', 'learned']).default('sinusoidal'),
    tie: z.enum(['three', 'two', 'none']).default('three'),
    activation: z.enum(['relu', 'gelu', 'silu']).default('relu'),
    maxLength: z.int().min(2).default(512),
  })
  .refine(({ dModel, numHeads }) => dModel % numHeads === 0, {
    path: ['numHeads'],
    error: 'numHeads must divide dModel',
  })
  .refine(({ dModel, positions }) => positions !== 'sinusoidal' || dModel % 2 === 0, {
    path: ['dModel'],
    error: 'sinusoidal positions need an even dModel',
  });

export type TransformerConfig = z.output<typeof transformerSchema>;

/** The encoder's result: rows [B·S, D] and the additive mask [B, 1, 1, S] over source places. */
export interface Encoded {
  memory: Value;
  mask: Value;
}

export class Transformer implements Model {
  readonly config: TransformerConfig;
  readonly vocabulary: VocabularyShape;

  constructor(config: TransformerConfig, vocabulary: VocabularyShape) {
    this.config = config;
    this.vocabulary = vocabulary;
  }

  /** Declares the inputs of a training batch. */
  inputs(graph: Graph): TrainingBatch {
    return {
      src: graph.input('src', 'int32', ['B', 'S']),
      tgtIn: graph.input('tgtIn', 'int32', ['B', 'T']),
      tgtOut: graph.input('tgtOut', 'int32', ['B', 'T']),
    };
  }

  /** Label-smoothed cross-entropy of a batch. */
  loss(scope: Scope, batch: TrainingBatch, labelSmoothing: number): TrainingLoss {
    const hidden = this.decode(scope, batch.tgtIn, this.encode(scope, batch.src));
    const labels = reshape(batch.tgtOut, [hidden.shape[0]!]);
    const weights = cast(not(equal(labels, this.vocabulary.padId)), 'float32');
    const { smoothed, nll } = crossEntropy(
      hidden,
      this.#outputEmbedding(scope),
      labels,
      weights,
      labelSmoothing,
    );
    return { smoothed, nll, tokens: reduceSum(weights, [0], false) };
  }

  /** Source ids [B, S] through the encoder. */
  encode(scope: Scope, src: Value): Encoded {
    const { numEncoderLayers, norm } = this.config;
    const [batch, length] = src.shape as [Dim, Dim];
    const padding = mul(cast(equal(src, this.vocabulary.padId), 'float32'), MASKED);
    const mask = unsqueeze(padding, [1, 2]);
    const positions = this.#positions(scope.at('srcPos'), length);
    let x = this.#embed(scope, 'src', src, positions);
    for (let i = 0; i < numEncoderLayers; i++) {
      const layer = scope.at('encoder').at(i);
      x = this.#sublayer(layer, 'selfAttn', x, (at, y) => {
        const heads = this.#heads(batch);
        return attend(at, projectQueries(at, y, length, heads), projectKeysValues(at, y, length, heads), {
          mask,
          dropout: this.config.attentionDropout,
        });
      });
      x = this.#feedForward(layer, x);
    }
    return { memory: norm === 'pre' ? layerNorm(scope.at('encoder').at('norm'), x) : x, mask };
  }

  /** Target ids [B, T] (shifted right) through the decoder: hidden rows [B·T, D]. */
  decode(scope: Scope, tgtIn: Value, { memory, mask }: Encoded): Value {
    const [batch, length] = tgtIn.shape as [Dim, Dim];
    const { attentionDropout } = this.config;
    const heads = this.#heads(batch);
    const causal = causalMask(scope.graph, length);
    const positions = this.#positions(scope.at('tgtPos'), length);
    const sourceLength = mask.shape[3]!;
    let x = this.#embed(scope, 'tgt', tgtIn, positions);
    for (let i = 0; i < this.config.numDecoderLayers; i++) {
      const layer = scope.at('decoder').at(i);
      x = this.#sublayer(layer, 'selfAttn', x, (at, y) =>
        attend(at, projectQueries(at, y, length, heads), projectKeysValues(at, y, length, heads), {
          mask: causal,
          dropout: attentionDropout,
        }),
      );
      x = this.#sublayer(layer, 'crossAttn', x, (at, y) =>
        attend(at, projectQueries(at, y, length, heads), projectKeysValues(at, memory, sourceLength, heads), {
          mask,
          dropout: attentionDropout,
        }),
      );
      x = this.#feedForward(layer, x);
    }
    return this.#finish(scope, x);
  }

  /** Logits [N, V] of hidden rows [N, D]. */
  logits(scope: Scope, hidden: Value): Value {
    return matMul(hidden, this.#outputEmbedding(scope), { transB: true });
  }

  /** Keys and values of the source for every decoder layer, computed once a sentence. */
  crossKeysValues(scope: Scope, { memory, mask }: Encoded): KeysValues[] {
    const [batch, , , length] = mask.shape as [Dim, Dim, Dim, Dim];
    return Array.from({ length: this.config.numDecoderLayers }, (_, i) =>
      projectKeysValues(scope.at('decoder').at(i).at('crossAttn'), memory, length, this.#heads(batch)),
    );
  }

  /**
   * One step of decoding for B sentences with K hypotheses each: tokens [B·K] at `position` (int64 [1]) to hidden
   * rows [B·K, D]. `caches` hold the keys and values [B·K, H, P, dk] of the places before; the ones returned are
   * longer by one. `cross` and `mask` are the sentences', shared by their hypotheses.
   */
  step(
    scope: Scope,
    tokens: Value,
    position: Value,
    hypotheses: number,
    caches: readonly KeysValues[],
    cross: readonly KeysValues[],
    mask: Value,
  ): { hidden: Value; caches: KeysValues[] } {
    const rows = tokens.shape[0]!;
    const perRow = this.#heads(rows);
    const perSentence = this.#heads(mask.shape[0]!);
    const table = this.#positionTable(scope.at('tgtPos'));
    let x = this.#embed(scope, 'tgt', unsqueeze(tokens, [1]), gather(table, position));
    const grown: KeysValues[] = [];
    for (let i = 0; i < this.config.numDecoderLayers; i++) {
      const layer = scope.at('decoder').at(i);
      x = this.#sublayer(layer, 'selfAttn', x, (at, y) => {
        const own = projectKeysValues(at, y, 1, perRow);
        const cache = {
          keys: concat([caches[i]!.keys, own.keys], 2),
          values: concat([caches[i]!.values, own.values], 2),
        };
        grown.push(cache);
        return attend(at, projectQueries(at, y, 1, perRow), cache);
      });
      x = this.#sublayer(layer, 'crossAttn', x, (at, y) =>
        attend(at, projectQueries(at, y, hypotheses, perSentence), cross[i]!, { mask }),
      );
      x = this.#feedForward(layer, x);
    }
    return { hidden: this.#finish(scope, x), caches: grown };
  }

  #heads(batch: Dim): Heads {
    return { numHeads: this.config.numHeads, batch };
  }

  #finish(scope: Scope, x: Value): Value {
    return this.config.norm === 'pre' ? layerNorm(scope.at('decoder').at('norm'), x) : x;
  }

  #feedForward(layer: Scope, x: Value): Value {
    const { dFf, activation, activationDropout: dropout } = this.config;
    return this.#sublayer(layer, 'ff', x, (at, y) => feedForward(at, y, { dFf, activation, dropout }));
  }

  /** Post-norm: LN(x + drop(f(x))). Pre-norm: x + drop(f(LN(x))). */
  #sublayer(layer: Scope, name: string, x: Value, f: (at: Scope, y: Value) => Value): Value {
    const at = layer.at(name);
    const norm = (y: Value) => layerNorm(layer.at(`${name}Norm`), y);
    if (this.config.norm === 'pre') return add(x, at.dropout(f(at, norm(x)), this.config.dropout));
    return norm(add(x, at.dropout(f(at, x), this.config.dropout)));
  }

  /** √D · E[ids] + positions for ids [B, T]: rows [B·T, D]. */
  #embed(scope: Scope, side: 'src' | 'tgt', ids: Value, positions: Value): Value {
    const { dModel, dropout } = this.config;
    const embedded = mul(gather(this.#embedding(scope, side), ids), Math.sqrt(dModel));
    const rows = reshape(add(embedded, positions), [mulDims(...ids.shape), dModel]);
    return scope.at(side).dropout(rows, dropout);
  }

  #embedding(scope: Scope, side: 'src' | 'tgt'): Value {
    const size = side === 'src' ? this.vocabulary.srcVocabSize : this.vocabulary.tgtVocabSize;
    return this.#table(scope.at(this.config.tie === 'three' ? 'embed' : `${side}Embed`), size);
  }

  #outputEmbedding(scope: Scope): Value {
    if (this.config.tie !== 'none') return this.#embedding(scope, 'tgt');
    return this.#table(scope.at('output'), this.vocabulary.tgtVocabSize);
  }

  #table(scope: Scope, size: number): Value {
    const { dModel } = this.config;
    return scope.parameter('weight', [size, dModel], normal(dModel ** -0.5));
  }

  #positions(scope: Scope, length: Dim): Value {
    const { positions, maxLength, dModel } = this.config;
    return positions === 'learned'
      ? learnedPositions(scope, length, maxLength, dModel)
      : sinusoidalPositions(scope.graph, length, maxLength, dModel);
  }

  /** All rows of the target side's position encodings, [maxLength, D]. */
  #positionTable(scope: Scope): Value {
    return this.#positions(scope, this.config.maxLength);
  }
}
