// What objectives and searches ask of models. Models only build graph.
import type { Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';
import type { CacheShape } from './layer-config.ts';
import type { Context, Memory } from './stack.ts';

export interface Encoder {
  /** Ids [B, S], padded: rows [B·S, D] and the mask of their padding. */
  encode(scope: Scope, ids: Value): Memory;
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
