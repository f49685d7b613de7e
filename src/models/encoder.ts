// An encoder alone: contextual vectors of every token. Only builds graph.
import { z } from 'zod';
import type { Dim } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { range } from '../graph/ops/shape.ts';
import type { Scope } from '../nn/scope.ts';
import { addedPositions, embed, tokenTable } from './embedding.ts';
import { initialized, settleStack, stackSettings } from './layer-config.ts';
import type { Encoder } from './model.ts';
import { buildStack, type Memory, paddingMask } from './stack.ts';

export const encoderSchema = z
  .strictObject({
    type: z.literal('encoder').default('encoder'),
    ...stackSettings,
  })
  .transform(settleStack);
export type EncoderConfig = z.output<typeof encoderSchema>;

export class EncoderModel implements Encoder {
  readonly config: EncoderConfig;
  readonly vocabulary: { vocabSize: number; padId: number };

  constructor(config: EncoderConfig, vocabulary: { vocabSize: number; padId: number }) {
    this.config = config;
    this.vocabulary = vocabulary;
  }

  /** Ids [B, S], padded: rows [B·S, D] and the mask of their padding. */
  encode(given: Scope, ids: Value): Memory {
    const scope = initialized(given, this.config);
    const { numLayers, kvOwner, dModel } = this.config;
    const { vocabSize, padId } = this.vocabulary;
    const [batch, length] = ids.shape as [Dim, Dim];
    const mask = paddingMask(ids, padId);
    const places = range(scope.graph, length);
    const positions = addedPositions(scope.at('positions'), places, this.config);
    const table = tokenTable(scope.at('embed'), vocabSize, dModel);
    const x = embed(scope.at('embed'), table, ids, positions, this.config);
    const context = { places, mask };
    const shape = { numLayers, kvOwner };
    return { rows: buildStack(scope.at('encoder'), x, { batch, length }, context, shape, this.config), mask };
  }
}
