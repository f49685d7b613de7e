// Dropout masks: bytes 0 and 1 from a generator, fed to a graph that scales and multiplies (drawing inside of a graph
// is 20 times as slow). One random byte decides a place, sixteen at a time in WebAssembly SIMD; only where the byte
// is the very one that the probability falls into does a second number decide, so the rate is exact to 2^-40.
import type { Rng } from '../util/rng.ts';
import { buildKernel, forEachVector, get, I32, load, set, simd, store, tee, V128 } from '../util/wasm.ts';

/** Places drawn at a time: random bytes and mask fit the cache. */
const CHUNK = 1 << 16;

// Arguments, then locals. The random bytes are at 0 of the memory, the mask is behind them.
const [END, BOUNDARY, BOUNDARIES, ONES, RANDOM, AT, BITS] = [0, 1, 2, 3, 4, 5, 6] as const;
const [splat, equal, below, and, bitmask] = [0x0f, 0x23, 0x26, 0x4e, 0x64].map(simd) as number[][];

const step = [
  [get(AT), get(AT), load(0), tee(RANDOM)],
  [get(BOUNDARIES), below, get(ONES), and, store(CHUNK)],
  [get(RANDOM), get(BOUNDARIES), equal, bitmask, tee(BITS)],
  // if any byte is the boundary's: call settle(at, bits)
  [[0x04, 0x40], get(AT), get(BITS), [0x10, 0], [0x0b]],
].flat(2) as number[];

/** What one call of drawMask decides open places with. */
let open: { rng: Rng; rest: number };

/** run(end, boundary): a mask byte is 1 where the random byte is below the boundary. */
const { memory, run: decide } = buildKernel({
  parameters: [I32, I32],
  locals: [V128, V128, V128, I32, I32],
  body: [
    ...[...get(BOUNDARY), ...splat!, ...set(BOUNDARIES)],
    ...[0x41, 1, ...splat!, ...set(ONES)],
    ...forEachVector(AT, END, step),
  ],
  bytes: 2 * CHUNK,
  callback: { parameters: 2, call: settle },
});
const random = new Uint8Array(memory, 0, CHUNK);
const mask = new Uint8Array(memory, CHUNK, CHUNK);

/** Draws again for the places at + i whose bit i is set. */
function settle(at: number, bits: number): void {
  for (let i = 0; i < 16; i++) {
    if ((bits >>> i) & 1 && open.rng.uint32() < open.rest) mask[at + i] = 1;
  }
}

/**
 * Fills `out` with 1, with probability 1 − rate, or 0. Advances the generator by `out.length` bytes, rounded up to
 * sixteen, and by four more for each place that one byte leaves open.
 */
export function drawMask(rng: Rng, rate: number, out: Uint8Array): void {
  const scaled = (1 - rate) * 256;
  const boundary = Math.floor(scaled);
  if (boundary === 256) {
    out.fill(1);
    return;
  }
  open = { rng, rest: (scaled - boundary) * 2 ** 32 };
  for (let start = 0; start < out.length; start += CHUNK) {
    const size = Math.min(CHUNK, out.length - start);
    const padded = Math.ceil(size / 16) * 16;
    random.set(rng.bytes(padded));
    decide(padded, boundary);
    out.set(mask.subarray(0, size), start);
  }
}
