// Dropout masks: bytes 0 and 1 from a generator, fed to a graph that casts and multiplies (drawing inside of a graph
// is 20 times as slow). One random byte decides a place, four at a time in a 32-bit word; only where the byte is
// the very one that the probability falls into does a second number decide, so the rate is exact to 2^-40.
import type { Rng } from '../util/rng.ts';

/** Words drawn at a time: small enough for the cache. */
const CHUNK = 1 << 14;
const ONES = 0x01010101;
const LOW = 0x7f7f7f7f;
const HIGH = 0x80808080 | 0;

/**
 * Fills `out` with 1, with probability 1 − rate, or 0. Advances the generator by `out.length` bytes, rounded up to
 * words of four, and by four more for each place that one byte leaves open.
 */
export function drawMask(rng: Rng, rate: number, out: Uint8Array): void {
  const scaled = (1 - rate) * 256;
  const boundary = Math.floor(scaled);
  if (boundary === 256) {
    out.fill(1);
    return;
  }
  const rest = (scaled - boundary) * 2 ** 32;
  const aligned = out.byteOffset % 4 === 0 ? out.length >> 2 : 0;
  const words = new Uint32Array(out.buffer, aligned === 0 ? 0 : out.byteOffset, aligned);
  for (let start = 0; start < aligned; start += CHUNK) {
    const count = Math.min(CHUNK, aligned - start);
    decide(rng, boundary, rest, words.subarray(start, start + count));
  }
  const tail = out.subarray(aligned * 4);
  if (tail.length === 0) return;
  const own = new Uint32Array((tail.length + 3) >> 2);
  decide(rng, boundary, rest, own);
  tail.set(new Uint8Array(own.buffer, 0, tail.length));
}

function decide(rng: Rng, boundary: number, rest: number, out: Uint32Array): void {
  const bytes = rng.bytes(out.length * 4);
  const random = new Int32Array(bytes.buffer, bytes.byteOffset, out.length);
  const all = Math.imul(boundary, ONES);
  const low = all & LOW;
  const upper = boundary >= 128 ? -1 : 0;
  for (let i = 0; i < out.length; i++) {
    const x = random[i]!;
    // In each byte's highest bit: not (low bits ≥ the boundary's), which decides where the highest bits agree.
    const below = ~((x | HIGH) - low);
    const less = upper === 0 ? below & ~x : below | ~x;
    let kept = (less >>> 7) & ONES;
    const same = x ^ all;
    if (((same - ONES) & ~same & HIGH) !== 0) kept = settle(rng, rest, same, kept);
    out[i] = kept;
  }
}

/** Draws again for the bytes that equal the boundary, those where `same` is 0. */
function settle(rng: Rng, rest: number, same: number, kept: number): number {
  let result = kept;
  for (let shift = 0; shift < 32; shift += 8) {
    if (((same >>> shift) & 255) === 0 && rng.uint32() < rest) result |= 1 << shift;
  }
  return result;
}
