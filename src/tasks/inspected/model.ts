// What a role of models is to the inspector: how its graph is built over one input, how that input is read, and what the
// model tells of it.
import type { Value } from '../../graph/graph.ts';
import type { Sequence, StackName } from '../../inspect/inspection.ts';
import type { Wanted } from '../../inspect/taps.ts';
import type { Scope } from '../../nn/scope.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { Weights } from '../open-run.ts';

export interface OpenSettings {
  threads?: number;
  checkpoint?: string | undefined;
  /** Called where a text was cut to fit the model: the tokens it had. */
  onTruncated?: (what: string, tokens: number) => void;
}

export interface InspectorSettings extends OpenSettings, Wanted {}

export interface InspectInput {
  text: string;
  /** Of a model that reads two texts: the second. */
  pair?: string | undefined;
  /** Of a model that writes a target: this one, instead of its own output. */
  target?: string | undefined;
}

/** A token that a model tells: at this place of its last rows. */
export interface ToldToken {
  place: number;
  id: number;
  /** The place in the sequence where it stands itself, where it does. */
  at?: number;
}

export interface ReadInput {
  sequences: Partial<Record<StackName, Sequence>>;
  feeds: Feeds;
  /** Of the graph's named dimensions. */
  sizes: Record<string, number>;
  /** Of a model that tells tokens: all that it tells of this input, in order. */
  told: readonly ToldToken[];
  /** Where words are read one by one: the places of their first pieces, by which they are tagged; −1 for one cut off. */
  firsts?: readonly number[];
  /** Where spans of words are scored: the words, and what is fed of rows of places, and beside them for any rows. */
  spans?: {
    words: readonly string[];
    feeds: Feeds;
    /** Those of `feeds` that are others where all text is blank. */
    blank: Feeds;
    /** `pooling` of one row; all others are of no row. */
    beside: Feeds;
  };
}

/** How a model tells tokens. */
export interface Telling {
  tokenizer: Tokenizer;
  /** The stack whose last rows tell. */
  stack: StackName;
  /** Logits [N, V] of rows [N, D] of the last ones. */
  logits(scope: Scope, rows: Value): Value;
  /** Where tokens are told that the model reads: the input with those at these places hidden. */
  hide?: ((feeds: Feeds, places: readonly number[]) => Feeds) | undefined;
}

/**
 * What a model tells of a whole input: log-probabilities of classes [B, C], or a score [B, 1] without classes; or of each
 * of its words, at the first pieces of these: [B, S, C].
 */
export interface Answering {
  classes: readonly string[];
  ofWords: boolean;
  /** Declares the inputs of `InspectedModel.build` itself. */
  build(scope: Scope): Value;
}

/** How a parser scores spans of words. */
export interface Spanning {
  labels: readonly string[];
  /** Scores [B, M, L] of labels; span (i, j) stands at spanIndex(i, j). Declares the inputs of `build` itself. */
  build(scope: Scope): Value;
}

export interface InspectedModel {
  kind: string;
  dModel: number;
  /** Places that it has for a sequence. */
  maxLength: number;
  weights: Weights;
  /** Of what each stack reads. */
  tokenizers: Partial<Record<StackName, Tokenizer>>;
  /** Declares the inputs, and builds what the taps are in: the last rows [B·T, D]. */
  build(scope: Scope): Value;
  telling?: Telling | undefined;
  /** Opened as it is needed; a UserError where its files are damaged. */
  answering?: (() => Answering | undefined) | undefined;
  spanning?: Spanning | undefined;
  /** A UsageError for an input that is not of the model's form. */
  read(input: InspectInput): Promise<ReadInput>;
}

/** A batch of one row of ids. */
export const rowOf = (ids: ArrayLike<number>): Tensor =>
  new Tensor('int32', Int32Array.from(ids), [1, ids.length]);

/** A batch of so many copies of the rows of batches of one. */
export function repeated(feeds: Feeds, count: number): Feeds {
  const copy = ({ type, data, dims }: Tensor): Tensor => {
    const all = new Int32Array(count * data.length);
    for (let b = 0; b < count; b++) all.set(data as Int32Array, b * data.length);
    return new Tensor(type as 'int32', all, [count, ...dims.slice(1)]);
  };
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, copy(tensor)]));
}
