// What objectives and searches ask of models. Models only build graph.
import type { Value } from '../graph/graph.ts';
import type { Packing } from '../graph/ops/packing.ts';
import type { Scope } from '../nn/scope.ts';
import type { CacheShape } from './layer-config.ts';
import type { Context, Memory } from './stack.ts';

export interface Encoder {
  /** Ids [B, S], padded: rows [B·S, D] and the mask of their padding. */
  encode(scope: Scope, ids: Value): Memory;
}

/** Vectors [N, D] and what they are compared with: a vector [V, D] and a bias [V] for each word. */
export interface WordPrediction {
  output: Value;
  table: Value;
  bias: Value;
}

/** What an encoder may be told beside ids [B, S]. */
export interface EncoderInputs {
  /**
   * int32 [B, S]: for each place the text that it belongs to, 0 or 1; all 0 by default. A model that does not tell texts
   * apart pays no heed to it.
   */
  segments?: Value | undefined;
  /** [B, S, D], added to the places' embeddings. */
  vectors?: Value | undefined;
  /** Where the tokens are: padding is then computed in attention alone, and its rows are 0. */
  packing?: Packing | undefined;
}

/** An encoder that is a whole model, as tasks over texts use it. Devlin et al. 2019, section 3. */
export interface EncoderOnly extends Encoder {
  /** The same of one or two texts in a row. */
  encode(scope: Scope, ids: Value, more?: EncoderInputs): Memory;
  /** Where it has a pooler: vectors of whole texts [B, D], each of its first place's. */
  pool?(scope: Scope, hidden: Memory): Value;
  /** Where it can tell words: those at rows [N, D] of chosen places, with logits [N, V] = output · tableᵀ + bias. */
  predictWords?(scope: Scope, rows: Value): WordPrediction;
}

export interface Decoder {
  /** What is kept of the places before. */
  readonly cache: CacheShape;
  /** Ids [R, T] in their context: hidden rows [R·T, D]. */
  decode(scope: Scope, tokens: Value, context: Context): Value;
  /** The table [V, D] whose products with hidden rows are logits. */
  outputEmbedding(scope: Scope): Value;
}

export interface VocabularyShape {
  srcVocabSize: number;
  tgtVocabSize: number;
  padId: number;
}
