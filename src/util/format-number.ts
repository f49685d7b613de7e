// Decimal output as C and Python print it: the exact binary value, halves to the even digit.
// (Number.prototype.toFixed rounds halves up: 6.25 gives 6.3 there and 6.2 here.)

/** A finite non-negative number with `digits` decimals. */
export function formatFixed(value: number, digits: number): string {
  // A tie is an odd multiple of 2^-(digits + 1): its expansion ends with the digit 5, one place further.
  const isTie = Math.abs(value * 2 ** (digits + 1)) % 2 === 1;
  if (!isTie) return value.toFixed(digits);
  const below = value
    .toFixed(digits + 1)
    .slice(0, -1)
    .replace(/\.$/, '');
  return Number(below.at(-1)) % 2 === 0 ? below : value.toFixed(digits);
}

/** A number from 0 to 1e16 as Python's JSON writes a float: 100.0, 0.25, 1e-05. */
export function formatFloat(value: number): string {
  if (Number.isInteger(value)) return value.toFixed(1);
  if (value >= 1e-4) return String(value);
  const [mantissa, exponent] = value.toExponential().split('e-') as [string, string];
  return `${mantissa}e-${exponent.padStart(2, '0')}`;
}
