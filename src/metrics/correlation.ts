// How two series of numbers go together.

/** Pearson's r; NaN where one of the series is constant, or there are fewer than two values. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [centred(a), centred(b)];
  let product = 0;
  for (let i = 0; i < x.length; i++) product += x[i]! * y[i]!;
  // Rounding may take it a little beyond.
  return Math.max(-1, Math.min(1, product / (norm(x) * norm(y))));
}

/** Spearman's ρ: Pearson's r of the ranks, where equal values share the mean of theirs. */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): number => pearson(ranks(a), ranks(b));

/** Ranks from 1; equal values have the mean of the ranks that they take up. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const found = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) found[order[at]!] = (start + 1 + end) / 2;
    start = end;
  }
  return found;
}

function centred(values: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(values);
  const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
  return own.map((x) => x - mean);
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
