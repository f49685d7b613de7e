// Which tokens may follow which, as rows of bounds on two counters, so that a search can print nothing but trees over
// n words: here step by step, or inside a graph (each row is a few comparisons). `depth` is what is open, `left` the
// words still to come, `last` the class of the token before. Of labels a grammar knows nothing.

/** A class of tokens, when it may come, and what it does to the counters. A class may have several rows. */
export interface GrammarRow {
  readonly class: string;
  /** Added to `depth`. */
  readonly depth: -1 | 0 | 1;
  /** Added to `left`. */
  readonly left: -1 | 0;
  /** All of those given must hold. */
  readonly when: {
    readonly minDepth?: number;
    readonly maxDepth?: number;
    readonly minLeft?: number;
    readonly maxLeft?: number;
    /** At most this much more open than words left: depth − left. */
    readonly maxExcess?: number;
    /** The class that may not be `last`. */
    readonly notAfter?: string;
  };
}

export type Grammar = readonly GrammarRow[];

export interface GrammarState {
  readonly depth: number;
  readonly left: number;
  readonly last: string | undefined;
}

/** The class of the end of a sequence, in every grammar. */
export const END = 'end';

/** Before the first token, with `words` words to come, one or more. */
export function startGrammar(words: number): GrammarState {
  return { depth: 0, left: words, last: undefined };
}

/** The classes that may come next: never none before the end, and every choice leads to an end. */
export function allowedClasses(grammar: Grammar, state: GrammarState): string[] {
  return [...new Set(grammar.filter((row) => isAllowed(row, state)).map((row) => row.class))];
}

/** The state after a token of an allowed class. */
export function advanceGrammar(grammar: Grammar, state: GrammarState, tokenClass: string): GrammarState {
  const row = grammar.find((row) => row.class === tokenClass && isAllowed(row, state));
  if (!row) throw new Error(`"${tokenClass}" may not come after "${state.last ?? 'the start'}"`);
  return { depth: state.depth + row.depth, left: state.left + row.left, last: tokenClass };
}

function isAllowed({ when }: GrammarRow, { depth, left, last }: GrammarState): boolean {
  const { minDepth = 0, maxDepth = Infinity, minLeft = 0, maxLeft = Infinity, maxExcess = Infinity } = when;
  return (
    last !== END &&
    depth >= minDepth &&
    depth <= maxDepth &&
    left >= minLeft &&
    left <= maxLeft &&
    depth - left <= maxExcess &&
    (last === undefined || last !== when.notAfter)
  );
}
