// A decoder alone: a language model. Radford et al. 2018; only builds graph.
import { z } from 'zod';
import type { Dim } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';
import { addedPositions, embed, tokenTable } from './embedding.ts';
import { type CacheShape, cacheShape, initialized, settleStack, stackSettings } from './layer-config.ts';
import type { Decoder } from './model.ts';
import { buildStack, type Context } from './stack.ts';

export const decoderSchema = z
  .strictObject({
    type: z.literal('decoder').default('decoder'),
    ...stackSettings,
    /** Whether the output has the table of the input. */
    tie: z.boolean().default(true),
  })
  .transform(settleStack);
export type DecoderConfig = z.output<typeof decoderSchema>;

export class DecoderModel implements Decoder {
  readonly config: DecoderConfig;
  readonly vocabSize: number;

  constructor(config: DecoderConfig, vocabSize: number) {
    this.config = config;
    this.vocabSize = vocabSize;
  }

  /** What is kept of the places before. */
  get cache(): CacheShape {
    return cacheShape(this.config, this.config.numLayers, this.config.kvOwner);
  }

  /** Ids [R, T] in their context: hidden rows [R·T, D]. */
  decode(given: Scope, tokens: Value, context: Context): Value {
    const scope = initialized(given, this.config);
    const { numLayers, kvOwner } = this.config;
    const [batch, length] = tokens.shape as [Dim, Dim];
    const positions = addedPositions(scope.at('positions'), context.places, this.config);
    const x = embed(scope.at('embed'), this.#embedding(scope), tokens, positions, this.config);
    return buildStack(
      scope.at('decoder'),
      x,
      { batch, length },
      context,
      { numLayers, kvOwner },
      this.config,
    );
  }

  /** The table [V, D] whose products with hidden rows are logits. */
  outputEmbedding(given: Scope): Value {
    const scope = initialized(given, this.config);
    if (this.config.tie) return this.#embedding(scope);
    return tokenTable(scope.at('output'), this.vocabSize, this.config.dModel);
  }

  #embedding(scope: Scope): Value {
    return tokenTable(scope.at('embed'), this.vocabSize, this.config.dModel);
  }
}
