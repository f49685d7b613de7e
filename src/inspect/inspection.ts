// What is seen inside a model while it reads one input: tokens, attention and hidden states.

/** A stack of layers, by its path in the model. */
export type StackName = 'encoder' | 'decoder';

/** Self-attention of either stack, and that of the decoder to what the encoder read. */
export type MapKind = StackName | 'cross';
export const mapKinds: readonly MapKind[] = ['encoder', 'decoder', 'cross'];

export interface Token {
  id: number;
  /** As the tokenizer spells it. */
  piece: string;
  /** The word that it belongs to, from 0; special tokens are words of their own. */
  word: number;
  /** Whether it stands for no text but frames or fills it. */
  special: boolean;
}

export interface Sequence {
  tokens: Token[];
  /** The text of each word, without the marks that pieces have. */
  words: string[];
}

/**
 * What can be had of an attention beside its weights: queries [H, T, K], keys [G, S, K] and values [G, S, K′] as they
 * are multiplied; scores [H, T, S], q·k/√K; masked, the same with the mask; mixed [H, T, K′], the weighted values.
 */
export const attentionParts = ['queries', 'keys', 'values', 'scores', 'masked', 'mixed'] as const;
export type AttentionPart = (typeof attentionParts)[number];

/** The attention of one layer. */
export interface AttentionLayer {
  /** Its path in the model, whose layers count from 0: `encoder.0.selfAttn`. */
  path: string;
  kind: MapKind;
  /** From 1. */
  layer: number;
  /** H, and G of keys and values: head h reads those of head ⌊h·G/H⌋. */
  numHeads: number;
  numKvHeads: number;
  /** Whether a token sees itself and those before it alone. */
  causal: boolean;
  /** [H, T, S]; rows have the sum 1. */
  weights: Float32Array;
  parts: Partial<Record<AttentionPart, Float32Array>>;
  /** The output's projection [H·K′, D], as the model has it. */
  output: Float32Array;
}

export interface HiddenStates {
  stack: StackName;
  /** After so many layers; 0 has the embeddings. */
  layer: number;
  /** Whether it is what the norm after the last layer makes of that layer's, where there is one. */
  normed: boolean;
  /** [T, D]. */
  rows: Float32Array;
}

export interface Inspection {
  /** What each stack reads; an encoder-decoder has two. */
  sequences: Partial<Record<StackName, Sequence>>;
  /** Of the encoder, the decoder, and from the decoder to the encoder, each by layer. */
  attention: AttentionLayer[];
  hidden: HiddenStates[];
  /** D. */
  dModel: number;
}

/** Which stack reads the queries' tokens and which the keys'. */
export const sidesOf = (kind: MapKind): { queries: StackName; keys: StackName } => ({
  queries: kind === 'encoder' ? 'encoder' : 'decoder',
  keys: kind === 'decoder' ? 'decoder' : 'encoder',
});

/** The tokens of an attention's queries and keys. */
export function sequencesOf({ sequences }: Pick<Inspection, 'sequences'>, kind: MapKind) {
  const { queries, keys } = sidesOf(kind);
  return { queries: sequences[queries]!, keys: sequences[keys]! };
}

/** The layers of one kind. */
export const layersOf = ({ attention }: Pick<Inspection, 'attention'>, kind: MapKind): AttentionLayer[] =>
  attention.filter((one) => one.kind === kind);

/** The weights of one head, [T, S]. */
export function headWeights({ weights, numHeads }: AttentionLayer, head: number): Float32Array {
  const size = weights.length / numHeads;
  return weights.subarray(head * size, (head + 1) * size);
}

/** The mean over heads, [T, S]. */
export function meanWeights({
  weights,
  numHeads,
}: Pick<AttentionLayer, 'weights' | 'numHeads'>): Float64Array {
  const size = weights.length / numHeads;
  const mean = new Float64Array(size);
  for (let i = 0; i < weights.length; i++) mean[i % size]! += weights[i]! / numHeads;
  return mean;
}
