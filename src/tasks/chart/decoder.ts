// What a tree decoder is: what is told of words and spans, how that is learned, and how trees come of it. To add one: its
// file and a row in decoders.ts.
import type { Examples } from '../../data/batches.ts';
import type { WordBatching, WordSentence } from '../../data/tree-words.ts';
import type { Value } from '../../graph/graph.ts';
import type { EncoderOnly } from '../../models/model.ts';
import type { Scope } from '../../nn/scope.ts';
import type { Objective } from '../../objectives/objective.ts';
import type { WordOptions } from '../../objectives/tree-words.ts';
import type { Tensor } from '../../runtime/session.ts';
import type { Restored } from '../../trees/repair.ts';
import type { Tree } from '../../trees/tree.ts';
import type { Given } from './given.ts';
import type { Known } from './known.ts';

/** A tree over the words of a sentence. */
export interface ChartParse extends Restored {
  /** log p, of all trees over these words. */
  score: number | undefined;
  /** Of each constituent the probability that a tree has it. */
  confidence: ReadonlyMap<Tree, number> | undefined;
}

export interface ReadOptions {
  /** Whether scores and confidence are wanted. */
  told: boolean;
  /** Trees at most, 1 by default. */
  count?: number | undefined;
  /** What all of them have. */
  given?: Given | undefined;
}

/** What a session gave for a sentence of a batch; good until the next batch. */
export interface Found {
  outputs: Readonly<Record<string, Tensor>>;
  sizes: Readonly<Record<string, number>>;
  /** Its row in the batch. */
  row: number;
  /** Words that the model has seen. */
  seen: number;
}

/** Of each span, or word, on its own, or of whole trees. */
export const treeLosses = ['crossEntropy', 'margin'] as const;
export type TreeLoss = (typeof treeLosses)[number];

export interface TreeDecoder {
  /** Whether it can find several trees, keep what is given, and tell how sure constituents are. */
  isExact: boolean;
  /** Names of what it tells, of the training trees. */
  learn(trees: readonly Tree[]): Pick<Known, 'labels' | 'gaps'>;
  /** Inputs without targets. */
  inputs(options: WordOptions): Objective['inputs'];
  /** `loss` is crossEntropy where it is not given. */
  objective(model: EncoderOnly, options: WordOptions, known: Known, loss?: TreeLoss): Objective;
  /** Outputs for the inputs, scores all of them, with `tags` [B, W, T] among them. */
  outputs(
    scope: Scope,
    model: EncoderOnly,
    inputs: Readonly<Record<string, Value>>,
    options: WordOptions,
    known: Known,
  ): Record<string, Value>;
  /** Sentences as batches, with the targets of their trees where these are given. */
  examples(
    sentences: readonly WordSentence[],
    trees: readonly Tree[] | undefined,
    batching: WordBatching,
    known: Known,
  ): Examples;
  /**
   * The best trees, the best first; words beyond those that the model has seen are the root's last children. `tags` are
   * those of all words. A UserError where scores are not finite.
   */
  read(
    found: Found,
    known: Known,
    words: readonly string[],
    tags: readonly string[],
    options: ReadOptions,
  ): ChartParse[];
}

/** Classes of names by their place in a list, −1 for those that it lacks. */
export function numbersOf(names: readonly string[]): (name: string) => number {
  const numbers = new Map(names.map((name, k) => [name, k]));
  return (name) => numbers.get(name) ?? -1;
}

/** In an order that does not depend on that of trees. */
export const sortedNames = (names: readonly string[]): string[] => [...new Set(names)].sort();
