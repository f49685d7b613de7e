// exp and log correctly rounded, as those of the C library behind Python nearly always are, so that scores agree with
// sacreBLEU's to the last digit; by V8's own the last bit of one BLEU score in six would differ.
// A number is carried as the sum of two doubles, some 100 bits (Dekker, 1971).

const SPLITTER = 2 ** 27 + 1;
const LN2_LOW = 2.3190468138462996e-17; // ln 2 less Math.LN2
/** The argument is divided by 2^HALVINGS before the series, and the result squared as often. */
const HALVINGS = 8;
/** For |x| < ln 2 / 2^9 the next term, x^11 / 11!, is below 2^-120. */
const TERMS = 10;

/** The second half of the last result. */
let low = 0;

/** a · b exactly, as the product and `low`. */
function multiplyExact(a: number, b: number): number {
  const product = a * b;
  const aWide = SPLITTER * a;
  const aHigh = aWide - (aWide - a);
  const aLow = a - aHigh;
  const bWide = SPLITTER * b;
  const bHigh = bWide - (bWide - b);
  const bLow = b - bHigh;
  low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return product;
}

/** a + b exactly for |a| >= |b|, as the sum and `low`. */
function addExact(a: number, b: number): number {
  const sum = a + b;
  low = b - (sum - a);
  return sum;
}

/** e^x as a double and `low`, for |x| up to 700. */
function expTwice(x: number): number {
  // x = k ln 2 + r
  const k = Math.round(x / Math.LN2);
  const multiple = multiplyExact(k, Math.LN2);
  const scale = 2 ** -HALVINGS;
  const rest = addExact(x - multiple, -(low + k * LN2_LOW));
  const r = rest * scale;
  const rLow = low * scale;
  // 1 + r (1 + r/2 (1 + r/3 ( … )))
  let sum = 1;
  let sumLow = 0;
  for (let n = TERMS; n >= 1; n--) {
    const product = multiplyExact(r, sum);
    const productLow = low + (r * sumLow + rLow * sum);
    const quotient = product / n;
    const back = multiplyExact(quotient, n);
    const quotientLow = (product - back - low + productLow) / n;
    sum = addExact(1, quotient);
    sumLow = low + quotientLow;
    sum = addExact(sum, sumLow);
    sumLow = low;
  }
  for (let i = 0; i < HALVINGS; i++) {
    const square = multiplyExact(sum, sum);
    sum = addExact(square, low + 2 * sum * sumLow);
    sumLow = low;
  }
  low = sumLow * 2 ** k;
  return sum * 2 ** k;
}

/** e^x. */
export function exp(x: number): number {
  if (!(Math.abs(x) < 700)) return Math.exp(x);
  const high = expTwice(x);
  return high + low;
}

/** The natural logarithm of a number not below 1e-300. */
export function log(x: number): number {
  const near = Math.log(x);
  if (!(Math.abs(near) < 700)) return near;
  // log x = near + log(x e^-near), and log(1 + d) is d for a d so small
  const inverse = expTwice(-near);
  const inverseLow = low;
  const product = multiplyExact(x, inverse);
  return near + (product - 1 + low + x * inverseLow);
}
