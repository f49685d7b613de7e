// What every linearization offers: a tree as a sequence of tokens without its words, the way back, and its grammar.
import type { Grammar } from './linearize-grammar.ts';
import type { Restored } from './repair.ts';
import type { Tree } from './tree.ts';

export interface RestoreOptions {
  /** A tag for each word, where the tokens have none; without it, XX. */
  tags?: readonly string[];
  /** All tokens that the model can print: `tagged` tells labels from tags by it. */
  vocabulary?: ReadonlySet<string>;
}

export interface Linearization {
  /**
   * The tokens of a tree. Root brackets that say nothing are taken off first and a lone tagged word is put under TOP,
   * so the way back leads to the tree exactly if it was so normalized (stripTop).
   */
  linearize(tree: Tree): string[];
  /** A tree over exactly `words` from any tokens whatever; those of `linearize` need no repairs. */
  delinearize(tokens: readonly string[], words: readonly string[], options?: RestoreOptions): Restored;
  /** The class in the grammar of a token of this vocabulary; undefined for what is no token of a tree. */
  classOf(token: string, vocabulary: ReadonlySet<string>): string | undefined;
  readonly grammar: Grammar;
}
