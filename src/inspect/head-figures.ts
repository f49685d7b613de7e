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

/**
 * Lengths |v Wₕ| [H, S] of values [G, S, K′] behind the output's projection [H·K′, D]: times the weights they are the
 * lengths of what each token gives to another (Kobayashi et al. 2020). By the Gram matrix of each Wₕ.
 */
export function valueNorms(
  { values, output }: { values: Float32Array; output: Float32Array },
  { numHeads, numKvHeads, dModel }: { numHeads: number; numKvHeads: number; dModel: number },
): Float32Array {
  const size = output.length / (numHeads * dModel);
  const length = values.length / (numKvHeads * size);
  const norms = new Float32Array(numHeads * length);
  for (let h = 0; h < numHeads; h++) {
    const gram = gramOf(output.subarray(h * size * dModel, (h + 1) * size * dModel), size, dModel);
    const group = Math.floor((h * numKvHeads) / numHeads);
    for (let j = 0; j < length; j++) {
      const v = values.subarray((group * length + j) * size, (group * length + j + 1) * size);
      let square = 0;
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) square += v[a]! * gram[a * size + b]! * v[b]!;
      norms[h * length + j] = Math.sqrt(Math.max(0, square));
    }
  }
  return norms;
}

/** W Wᵀ of W [K′, D]. */
function gramOf(w: Float32Array, size: number, dModel: number): Float64Array {
  const gram = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      let sum = 0;
      for (let d = 0; d < dModel; d++) sum += w[a * dModel + d]! * w[b * dModel + d]!;
      gram[a * size + b] = gram[b * size + a] = sum;
    }
  }
  return gram;
}
