// An encoder alone: contextual vectors of every token. Devlin et al. 2019; only builds graph.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast, div, mul, sub, tanh } from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { type Packing, packRows, unpackRows } from '../graph/ops/packing.ts';
import { dimension, range, reshape, slice } from '../graph/ops/shape.ts';
import { activations } from '../nn/activations.ts';
import { normal, zeros } from '../nn/initializers.ts';
import { linear } from '../nn/linear.ts';
import { causalMask } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import { addedPositions, embed, tokenTable } from './embedding.ts';
import { initialized, MAX_LENGTH, normalize, settleStack, stackSettings } from './layer-config.ts';
import type { EncoderInputs, EncoderOnly, WordPrediction } from './model.ts';
import { buildStack, type Memory, paddingMask } from './stack.ts';

export const encoderSchema = z
  .strictObject({
    type: z.literal('encoder').default('encoder'),
    ...stackSettings,
    /** Rows of the table that tells texts apart; without it the model does not. With one row all texts are alike. */
    segments: z.int().min(1).max(16).optional(),
    /** Whether the sum of the embeddings is normalized. */
    embeddingNorm: z.boolean().optional(),
    /** The row of learned positions that the first place has, where it is not the first. */
    positionOffset: z.int().min(0).max(MAX_LENGTH).optional(),
    /** Whether a layer makes the vector of a whole text of its first place's. */
    pooler: z.boolean().optional(),
    /** Whether each place sees itself and those before alone, as in a language model. */
    causal: z.boolean().optional(),
  })
  .transform((config, context) => {
    if (config.positionOffset && config.positions !== 'learned')
      refusing(context)(['positionOffset'], 'positionOffset needs positions: learned');
    if (config.causal && config.pooler)
      refusing(context)(['pooler'], 'causal: the first place, which a pooler reads, sees itself alone');
    return settleStack(config, context);
  });
export type EncoderConfig = z.output<typeof encoderSchema>;

export class EncoderModel implements EncoderOnly {
  readonly config: EncoderConfig;
  readonly vocabulary: { vocabSize: number; padId: number };
  readonly pool?: NonNullable<EncoderOnly['pool']>;

  constructor(config: EncoderConfig, vocabulary: { vocabSize: number; padId: number }) {
    this.config = config;
    this.vocabulary = vocabulary;
    if (config.pooler) this.pool = (scope, hidden) => this.#pool(scope, hidden);
  }

  encode(given: Scope, ids: Value, { segments, vectors, packing }: EncoderInputs = {}): Memory {
    const scope = initialized(given, this.config);
    const { numLayers, kvOwner, embeddingNorm, causal } = this.config;
    const [batch, length] = ids.shape as [Dim, Dim];
    const mask = paddingMask(ids, this.vocabulary.padId);
    const places = range(scope.graph, length);
    // Of a matrix [B, S], or of vectors [B, S, D], what belongs to tokens.
    const own = (x: Value) => (packing === undefined ? x : packPlaces(x, packing));
    const positions = addedPositions(
      scope.at('positions'),
      packing === undefined ? places : placesOf(packing, length),
      this.config,
    );
    const texts = this.#addedSegments(scope.at('segments'), segments && own(segments));
    const added = [...positions, ...texts, ...(vectors === undefined ? [] : [own(vectors)])];
    const norm = (x: Value) => normalize(scope.at('embedNorm'), x, this.config);
    const table = this.#embedding(scope);
    const x = embed(scope.at('embed'), table, own(ids), added, this.config, embeddingNorm ? norm : undefined);
    const context = { places, mask: causal ? add(mask, causalMask(scope.graph, length)) : mask };
    const shape = { numLayers, kvOwner };
    const layout = { batch, length, packing };
    const rows = buildStack(scope.at('encoder'), x, layout, context, shape, this.config);
    return { rows: packing === undefined ? rows : unpackRows(rows, packing), mask };
  }

  /** norm(f(h W + b)) against the table of the input, with a bias for each word. */
  predictWords(given: Scope, rows: Value): WordPrediction {
    const scope = initialized(given, this.config);
    const { dModel, activation } = this.config;
    const head = scope.at('mlm');
    const hidden = activations[activation].apply(linear(head.at('transform'), rows, dModel));
    const output = normalize(head.at('norm'), hidden, this.config);
    const bias = head.at('output').parameter('bias', [this.vocabulary.vocabSize], zeros);
    return { output, table: this.#embedding(scope), bias };
  }

  /** tanh(h W + b), h of the first place of each text. Devlin et al. 2019's code; the paper has no word of it. */
  #pool(given: Scope, { rows, mask }: Memory): Value {
    const { dModel } = this.config;
    const [batch, , , length] = mask.shape as [Dim, Dim, Dim, Dim];
    const first = slice(reshape(rows, [batch, length, dModel]), 1, 0, 1);
    const scope = initialized(given, this.config).at('pooler');
    return tanh(linear(scope, reshape(first, [batch, dModel]), dModel));
  }

  #embedding(scope: Scope): Value {
    return tokenTable(scope.at('embed'), this.vocabulary.vocabSize, this.config.dModel);
  }

  /** Vectors of texts, [.., D] for segments [..], or [1, D] where all places belong to the first. */
  #addedSegments(scope: Scope, segments: Value | undefined): Value[] {
    const { segments: count, dModel } = this.config;
    if (count === undefined) return [];
    const table = scope.parameter('weight', [count, dModel], normal(dModel ** -0.5));
    if (segments === undefined || count === 1) return [slice(table, 0, 0, 1)];
    return [gather(table, segments)];
  }
}

/** Of x [B, S, ..] what belongs to tokens, [P, ..]. */
function packPlaces(x: Value, packing: Packing): Value {
  const [batch, length, ...rest] = x.shape as [Dim, Dim, ...Dim[]];
  const rows = reshape(x, [mulDims(batch, length), ...rest]);
  return rest.length === 0 ? gather(rows, packing.tokens) : packRows(rows, packing);
}

/** The place of each token in its row of S, int32 [P]: t − ⌊t/S⌋·S. */
function placesOf({ tokens }: Packing, length: Dim): Value {
  const size = cast(dimension(tokens.graph, length), 'int32');
  return sub(tokens, mul(div(tokens, size), size));
}
