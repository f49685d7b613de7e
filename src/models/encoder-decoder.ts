// The encoder-decoder Transformer. Vaswani et al. 2017, section 3. Only builds graph; batches are flattened to rows.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import type { Dim } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { range } from '../graph/ops/shape.ts';
import type { Scope } from '../nn/scope.ts';
import { addedPositions, embed, tokenTable } from './embedding.ts';
import { type KvMap, kvMapSchema, resolveKvMap } from './kv-map.ts';
import {
  type CacheShape,
  cacheShape,
  checkLayers,
  initialized,
  layerCount,
  layerSettings,
} from './layer-config.ts';
import type { Decoder, Encoder, VocabularyShape } from './model.ts';
import { buildStack, type Context, type Memory, paddingMask } from './stack.ts';

export const encoderDecoderSchema = z
  .strictObject({
    type: z
      .literal('encoderDecoder', {
        error: ({ input }) =>
          input === 'transformer' ? 'transformer is called encoderDecoder now' : undefined,
      })
      .default('encoderDecoder'),
    numEncoderLayers: layerCount,
    numDecoderLayers: layerCount,
    ...layerSettings,
    tie: z.enum(['three', 'two', 'none']).default('three'),
    /** For each layer the one whose keys and values it reads: in the encoder, in the decoder, and of the source. */
    kvOwner: z
      .strictObject({
        encoder: kvMapSchema.optional(),
        decoder: kvMapSchema.optional(),
        cross: kvMapSchema.optional(),
      })
      .prefault({}),
  })
  .transform((config, context) => {
    const refuse = refusing(context);
    checkLayers(config, refuse);
    const maps = Object.entries(config.kvOwner).flatMap(([part, map]: [string, KvMap | undefined]) => {
      if (map === undefined) return [];
      const numLayers = part === 'encoder' ? config.numEncoderLayers : config.numDecoderLayers;
      return [[part, resolveKvMap(map, numLayers, ['kvOwner', part], refuse)]];
    });
    const kvOwner: Partial<Record<keyof typeof config.kvOwner, number[]>> = Object.fromEntries(maps);
    return { ...config, kvOwner };
  });

export type EncoderDecoderConfig = z.output<typeof encoderDecoderSchema>;

export class EncoderDecoder implements Encoder, Decoder {
  readonly config: EncoderDecoderConfig;
  readonly vocabulary: VocabularyShape;

  constructor(config: EncoderDecoderConfig, vocabulary: VocabularyShape) {
    this.config = config;
    this.vocabulary = vocabulary;
  }

  /** Source ids [B, S], padded, through the encoder. */
  encode(given: Scope, src: Value): Memory {
    const scope = initialized(given, this.config);
    const { numEncoderLayers, kvOwner } = this.config;
    const [batch, length] = src.shape as [Dim, Dim];
    const mask = paddingMask(src, this.vocabulary.padId);
    const places = range(scope.graph, length);
    const x = this.#embed(scope, 'src', src, places);
    const shape = { numLayers: numEncoderLayers, kvOwner: kvOwner.encoder };
    const rows = buildStack(scope.at('encoder'), x, { batch, length }, { places, mask }, shape, this.config);
    return { rows, mask };
  }

  /** Target ids [R, T] in their context through the decoder: hidden rows [R·T, D]. */
  decode(given: Scope, tokens: Value, context: Context): Value {
    const scope = initialized(given, this.config);
    const { numDecoderLayers, kvOwner } = this.config;
    const [batch, length] = tokens.shape as [Dim, Dim];
    const x = this.#embed(scope, 'tgt', tokens, context.places);
    const shape = { numLayers: numDecoderLayers, kvOwner: kvOwner.decoder, crossKvOwner: kvOwner.cross };
    return buildStack(scope.at('decoder'), x, { batch, length }, context, shape, this.config);
  }

  /** What is kept of the places before. */
  get cache(): CacheShape {
    return cacheShape(this.config, this.config.numDecoderLayers, this.config.kvOwner.decoder);
  }

  #embed(scope: Scope, side: 'src' | 'tgt', ids: Value, places: Value): Value {
    const positions = addedPositions(scope.at(`${side}Pos`), places, this.config);
    return embed(scope.at(side), this.#embedding(scope, side), ids, positions, this.config);
  }

  #embedding(scope: Scope, side: 'src' | 'tgt'): Value {
    const { tie, dModel } = this.config;
    const size = side === 'src' ? this.vocabulary.srcVocabSize : this.vocabulary.tgtVocabSize;
    return tokenTable(scope.at(tie === 'three' ? 'embed' : `${side}Embed`), size, dModel);
  }

  /** The table [V, D] whose products with hidden rows are logits. */
  outputEmbedding(given: Scope): Value {
    const scope = initialized(given, this.config);
    if (this.config.tie !== 'none') return this.#embedding(scope, 'tgt');
    return tokenTable(scope.at('output'), this.vocabulary.tgtVocabSize, this.config.dModel);
  }
}
