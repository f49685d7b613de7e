// Inputs of some twenty bits as numbers.

/** Most bits of an input. */
export const MAX_BITS = 20;

/** Ones of a number of up to 32 bits. */
export function popCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The bits of `point` that are in `mask`, side by side from bit 0 on. */
export function gather(point: number, mask: number): number {
  let gathered = 0;
  let at = 0;
  for (let bit = 0; bit < MAX_BITS; bit++) {
    if ((mask & (1 << bit)) === 0) continue;
    if (point & (1 << bit)) gathered |= 1 << at;
    at++;
  }
  return gathered;
}

/** A prompt's bits as a point: its first bit is bit 0. */
export const pointOf = (bits: readonly number[]): number =>
  bits.reduce((point, bit, i) => point | (bit << i), 0);
