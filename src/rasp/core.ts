// The core of RASP-L, ten functions on sequences of integers: Zhou et al. 2023 (arXiv 2310.16028), with the results of
// apple/ml-np-rasp. Every function that makes places takes `from`, the first of them, so that a sequence can grow: what
// stands before it has been made already. Nothing else is RASP-L; the library is written in these.

/** Integers, one a place. */
export type Sequence = Int32Array;

/** Places that look at places: row r is of place from + r, and has places[starts[r]] to before places[starts[r + 1]]. */
export interface Selector {
  readonly from: number;
  readonly starts: Int32Array;
  readonly places: Int32Array;
}

export const REDUCTIONS = ['mean', 'max', 'min'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Of a key and a query; what is not 0 is true. */
export type Predicate = (key: number, query: number) => number | boolean;

/** `constant` at every place of `x`. */
export const full = (x: Sequence, constant: number, from = 0): Sequence =>
  new Int32Array(x.length - from).fill(constant);

/** 0, 1, 2, …, as long as `x`. */
export const indices = (x: Sequence, from = 0): Sequence => make(x.length - from, (i) => from + i);

/** f(x[i]) at each place i. */
export const tokMap = (x: Sequence, f: (x: number) => number, from = 0): Sequence =>
  make(x.length - from, (i) => f(x[from + i]!));

/** f(x[i], y[i]) at each place i. */
export const seqMap = (x: Sequence, y: Sequence, f: (x: number, y: number) => number, from = 0): Sequence =>
  make(x.length - from, (i) => f(x[from + i]!, y[from + i]!));

/** Place i looks at place j where the predicate holds of k[j] and q[i]; with `causal` only where j ≤ i. */
export function select(k: Sequence, q: Sequence, predicate: Predicate, causal = true, from = 0): Selector {
  const places: number[] = [];
  const starts = new Int32Array(k.length - from + 1);
  for (let i = from; i < k.length; i++) {
    const query = q[i]!;
    const end = causal ? i + 1 : k.length;
    for (let j = 0; j < end; j++) if (predicate(k[j]!, query)) places.push(j);
    starts[i - from + 1] = places.length;
  }
  return { from, starts, places: Int32Array.from(places) };
}

/** How many places each place looks at. */
export const selWidth = ({ starts }: Selector): Sequence =>
  make(starts.length - 1, (r) => starts[r + 1]! - starts[r]!);

/** The mean of v where each place looks, without its fraction: Σ v[j] / n, cut towards 0; `byDefault` where n = 0. */
export const aggrMean = (selector: Selector, v: Sequence, byDefault = 0): Sequence =>
  reduceRows(selector, byDefault, (places) => {
    let sum = 0;
    for (const j of places) sum += v[j]!;
    return Math.trunc(sum / places.length);
  });

/** The largest v where each place looks. */
export const aggrMax = (selector: Selector, v: Sequence, byDefault = 0): Sequence =>
  reduceRows(selector, byDefault, (places) => {
    let most = v[places[0]!]!;
    for (const j of places) most = Math.max(most, v[j]!);
    return most;
  });

/** aggrMean, aggrMax, or the least: −max(−v). */
export function aggr(
  selector: Selector,
  v: Sequence,
  byDefault = 0,
  reduction: Reduction = 'mean',
): Sequence {
  if (reduction === 'mean') return aggrMean(selector, v, byDefault);
  if (reduction === 'max') return aggrMax(selector, v, byDefault);
  const negative = (x: Sequence) => tokMap(x, (value) => -value);
  return negative(aggrMax(selector, negative(v), -byDefault));
}

/** Keys, queries and values: what `aggr` makes of a causal selection. */
export const kqv = (
  k: Sequence,
  q: Sequence,
  v: Sequence,
  predicate: Predicate,
  byDefault = 0,
  reduction: Reduction = 'mean',
  from = 0,
): Sequence => aggr(select(k, q, predicate, true, from), v, byDefault, reduction);

/** What `reduce` makes of the places of each row that has any. */
const reduceRows = (
  { starts, places }: Selector,
  byDefault: number,
  reduce: (places: Int32Array) => number,
): Sequence =>
  make(starts.length - 1, (r) => {
    const [start, end] = [starts[r]!, starts[r + 1]!];
    return start === end ? byDefault : reduce(places.subarray(start, end));
  });

function make(length: number, at: (i: number) => number): Sequence {
  const made = new Int32Array(length);
  for (let i = 0; i < length; i++) made[i] = at(i);
  return made;
}
