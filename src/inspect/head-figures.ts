// What a head does, in figures over one input. Means are over the rows of queries.
import type { Sequence } from './inspection.ts';

export interface HeadFigures {
  /** −Σ w ln w, in nats. */
  entropy: number;
  /** Σ w |i − j|, in tokens; of attention to another sequence there is none. */
  distance: number | null;
  /** The weight of the place before (of rows that have one), of the own place, of the first place, of special tokens. */
  previous: number | null;
  self: number | null;
  first: number;
  special: number;
  /**
   * The weight of places behind an earlier occurrence of the same token, of rows that have one: what an induction head
   * looks for (Olsson et al. 2022). Null where no token comes again.
   */
  induction: number | null;
}

/** Of weights [T, S], rows of sum 1. */
export function describeHead(
  weights: ArrayLike<number>,
  { queries, keys }: { queries: Sequence; keys: Sequence },
): HeadFigures {
  const [rows, columns] = [queries.tokens.length, keys.tokens.length];
  const isSelf = queries === keys;
  const at = (i: number, j: number) => weights[i * columns + j]!;
  const places = Array.from({ length: columns }, (_, j) => j);
  const mean = (count: number, value: (i: number) => number, from = 0): number =>
    Array.from({ length: count }, (_, i) => value(i + from)).reduce((sum, x) => sum + x, 0) / count;
  const sum = (i: number, value: (j: number) => number) =>
    places.reduce((all, j) => all + value(j) * at(i, j), 0);
  const repeated = isSelf ? behindRepeats(queries) : [];
  const known = repeated.flatMap((targets, i) => (targets.length > 0 ? [{ i, targets }] : []));
  return {
    entropy: mean(rows, (i) => sum(i, (j) => (at(i, j) > 0 ? -Math.log(at(i, j)) : 0))),
    distance: isSelf ? mean(rows, (i) => sum(i, (j) => Math.abs(i - j))) : null,
    previous: isSelf && rows > 1 ? mean(rows - 1, (i) => at(i, i - 1), 1) : null,
    self: isSelf ? mean(rows, (i) => at(i, i)) : null,
    first: mean(rows, (i) => at(i, 0)),
    special: mean(rows, (i) => sum(i, (j) => Number(keys.tokens[j]!.special))),
    induction:
      known.length === 0
        ? null
        : mean(known.length, (k) => known[k]!.targets.reduce((all, j) => all + at(known[k]!.i, j), 0)),
  };
}

/** For each place those behind earlier occurrences of its token. */
function behindRepeats({ tokens }: Sequence): number[][] {
  return tokens.map(({ id }, i) =>
    tokens.slice(0, i).flatMap((earlier, j) => (earlier.id === id && j + 1 < i ? [j + 1] : [])),
  );
}
