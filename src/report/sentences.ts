// Which sentences to look at: a system's worst and best, and those on which two systems differ most.
// Sentences are positions in the corpus; scores are goodness, higher is better (negate an error rate).

/** The lowest and the highest scores, the extreme first; no sentence is in both lists. */
export function findExtremes(
  goodness: readonly number[],
  count: number,
): { worst: number[]; best: number[] } {
  const order = rank(goodness.map((value) => -value));
  const half = goodness.length / 2;
  const worst = order.slice(0, Math.min(count, Math.ceil(half)));
  const others = rank(goodness).filter((i) => !worst.includes(i));
  return { worst, best: others.slice(0, Math.min(count, Math.floor(half))) };
}

export interface SentenceComparison {
  /** Numbers of sentences on which the first system is better, the second, or neither. */
  readonly aWins: number;
  readonly bWins: number;
  readonly ties: number;
  /** The largest differences in favour of either, the largest first. */
  readonly aBetter: readonly number[];
  readonly bBetter: readonly number[];
}

/** Compares two systems sentence by sentence. */
export function compareSentences(
  a: readonly number[],
  b: readonly number[],
  count: number,
): SentenceComparison {
  const gains = a.map((value, i) => value - b[i]!);
  const losses = gains.map((gain) => -gain);
  const list = (values: readonly number[]) => rank(values).filter((i) => values[i]! > 0);
  const [aBetter, bBetter] = [list(gains), list(losses)];
  return {
    aWins: aBetter.length,
    bWins: bBetter.length,
    ties: a.length - aBetter.length - bBetter.length,
    aBetter: aBetter.slice(0, count),
    bBetter: bBetter.slice(0, count),
  };
}

/** Positions from the highest value to the lowest; equal ones stay in the corpus's order. */
function rank(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((i, j) => values[j]! - values[i]! || i - j);
}
