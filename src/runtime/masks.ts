// Dropout masks: bytes 0 and 1 from a generator, fed to a graph that casts and multiplies (drawing inside of a graph
// is 20 times as slow). One random byte decides a place, four at a time in a 32-bit word; only where the byte is
// the very one that the probability falls into does a second number decide, so the rate is exact to 2^-40.
import type { Rng } from '../util/rng.ts';

/** Bytes drawn at a time: a call of the cipher costs as much as some 20 kB, and this still fits the cache. */
const CHUNK = 1 << 19;
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
  for (let start = 0; start < out.length; start += CHUNK) {
    const part = out.subarray(start, start + CHUNK);
    if (part.byteOffset % 4 === 0 && part.length % 4 === 0) {
      decide(rng, boundary, rest, new Uint32Array(part.buffer, part.byteOffset, part.length / 4));
    } else {
      const words = new Uint32Array(Math.ceil(part.length / 4));
      decide(rng, boundary, rest, words);
      part.set(new Uint8Array(words.buffer, 0, part.length));
    }
  }
}

function decide(rng: Rng, boundary: number, rest: number, out: Uint32Array): void {
  const bytes = rng.bytes(out.length * 4);
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const random = new Int32Array(buffer, byteOffset, out.length);
  const all = Math.imul(boundary, ONES);
  const low = all & LOW;
  for (let i = 0; i < out.length; i++) {
    const x = random[i]!;
    // In each byte's highest bit: not (low bits ≥ the boundary's), which decides where the highest bits agree.
    const below = ~((x | HIGH) - low);
    const less = boundary < 128 ? below & ~x : below | ~x;
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
