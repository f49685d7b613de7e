// numpy's default generator, draw for draw: SeedSequence, PCG64 (PCG XSL-RR 128/64: O'Neill, 2014) and, of the methods of
// `numpy.random.Generator`, those that sacreBLEU's significance tests call. For reproducing its figures and nothing
// else: the toolkit's own generator is util/rng.ts.
import { randomFillSync } from 'node:crypto';
import { UsageError } from '../util/errors.ts';

/** A non-negative integer; `none` takes a fresh seed from the operating system. */
export type Seed = number | bigint | 'none';

const SPLIT = 2 ** 16;
/** The multiplier 0x2360ed051fc65da44385df649fccf645 in digits of 16 bits, lowest first. */
const [M0, M1, M2, M3, M4, M5, M6, M7] = [
  0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360,
] as const;

export class NumpyGenerator {
  /** 128 bits each, lowest word first. */
  readonly #state = new Uint32Array(4);
  readonly #increment = new Uint32Array(4);
  /** The upper half of the last 64-bit output, until it is asked for. */
  #upper = 0;
  #hasUpper = false;

  /** `default_rng(seed)`; a UsageError for a negative or fractional seed. */
  constructor(seed: Seed) {
    const words = generateState(mixEntropy(toWords(seed)), 8);
    // Pairs of words are 64-bit numbers, lower half first; pairs of those are 128-bit numbers, upper half first.
    const [start, sequence] = [
      [2, 3, 0, 1],
      [6, 7, 4, 5],
    ].map((order) => order.map((i) => words[i]!)) as [number[], number[]];
    // An odd increment: twice the stream's number, plus 1.
    for (let i = 0; i < 4; i++)
      this.#increment[i] = (sequence[i]! << 1) | (i === 0 ? 1 : sequence[i - 1]! >>> 31);
    this.#step();
    let carry = 0;
    for (let i = 0; i < 4; i++) {
      const sum = this.#state[i]! + start[i]! + carry;
      this.#state[i] = sum;
      carry = sum >= 2 ** 32 ? 1 : 0;
    }
    this.#step();
  }

  /** Uniform in [0, 2^32): the lower half of a 64-bit output, then its upper half. */
  uint32(): number {
    if (this.#hasUpper) {
      this.#hasUpper = false;
      return this.#upper;
    }
    this.#step();
    const s = this.#state;
    // The exclusive or of both halves, rotated to the right by the six highest bits.
    const turn = s[3]! >>> 26;
    const even = s[0]! ^ s[2]!;
    const odd = s[1]! ^ s[3]!;
    const low = turn & 32 ? odd : even;
    const high = turn & 32 ? even : odd;
    const shift = turn & 31;
    const fill = 31 - shift;
    this.#upper = ((high >>> shift) | ((low << 1) << fill)) >>> 0;
    this.#hasUpper = true;
    return ((low >>> shift) | ((high << 1) << fill)) >>> 0;
  }

  /**
   * Fills `out` with integers in [0, bound), as `integers(bound)` and `choice(bound)` with replacement do; several
   * calls continue one another. `bound` is 1 to 2^31.
   */
  integers(bound: number, out: Int32Array): void {
    if (bound === 1) {
      out.fill(0);
      return;
    }
    // Lemire (2019): the upper word of x · bound, unless the lower word falls below 2^32 mod bound.
    const threshold = 2 ** 32 % bound;
    for (let i = 0; i < out.length; i++) {
      let x = this.uint32();
      while (Math.imul(x, bound) >>> 0 < threshold) x = this.uint32();
      const lower = Math.floor(((x & 0xffff) * bound) / SPLIT);
      out[i] = Math.floor(((x >>> 16) * bound + lower) / SPLIT);
    }
  }

  /** A source of the bits that one call of `integers(2, dtype=bool)` yields: those of successive words, lowest first. */
  bits(): () => 0 | 1 {
    let word = 0;
    let left = 0;
    return () => {
      if (left === 0) {
        word = this.uint32();
        left = 32;
      }
      const bit = (word & 1) as 0 | 1;
      word >>>= 1;
      left--;
      return bit;
    };
  }

  /** state ← state · M + increment mod 2^128. A word times a digit has 48 bits, so that sums of four are exact. */
  #step(): void {
    const s = this.#state;
    const c = this.#increment;
    const s0 = s[0]!;
    const s1 = s[1]!;
    const s2 = s[2]!;
    const s3 = s[3]!;
    let u = s0 * M0 + c[0]!;
    let v = s0 * M1 + Math.floor(u / SPLIT);
    s[0] = (v << 16) | (u & 0xffff);
    u = s1 * M0 + s0 * M2 + c[1]! + Math.floor(v / SPLIT);
    v = s1 * M1 + s0 * M3 + Math.floor(u / SPLIT);
    s[1] = (v << 16) | (u & 0xffff);
    u = s2 * M0 + s1 * M2 + s0 * M4 + c[2]! + Math.floor(v / SPLIT);
    v = s2 * M1 + s1 * M3 + s0 * M5 + Math.floor(u / SPLIT);
    s[2] = (v << 16) | (u & 0xffff);
    u = s3 * M0 + s2 * M2 + s1 * M4 + s0 * M6 + c[3]! + Math.floor(v / SPLIT);
    v = s3 * M1 + s2 * M3 + s1 * M5 + s0 * M7 + Math.floor(u / SPLIT);
    s[3] = (v << 16) | (u & 0xffff);
  }
}

/** The seed in 32-bit words, lowest first. */
function toWords(seed: Seed): Uint32Array {
  if (seed === 'none') return randomFillSync(new Uint32Array(4));
  if (seed < 0 || (typeof seed === 'number' && !Number.isSafeInteger(seed))) {
    throw new UsageError(
      `the seed ${seed} is not a non-negative integer: take 12345, or none for a fresh one`,
    );
  }
  const words: number[] = [];
  for (let rest = BigInt(seed); rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return Uint32Array.from(words);
}

// SeedSequence, after O'Neill's seed_seq: multiplicative hashes whose constant changes with every word.
const POOL = 4;

function makeHash(start: number, factor: number): (value: number) => number {
  let constant = start;
  return (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, factor);
    const product = Math.imul(mixed, constant);
    return (product ^ (product >>> 16)) >>> 0;
  };
}

function mixEntropy(entropy: Uint32Array): Uint32Array {
  const hash = makeHash(0x43b0d7e5, 0x931e8875);
  const pool = Uint32Array.from({ length: POOL }, (_, i) => hash(entropy[i] ?? 0));
  const mixInto = (i: number, value: number) => {
    const mixed = (Math.imul(0xca01f9dd, pool[i]!) - Math.imul(0x4973f715, hash(value))) | 0;
    pool[i] = mixed ^ (mixed >>> 16);
  };
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (to !== from) mixInto(to, pool[from]!);
  }
  for (const word of entropy.subarray(POOL)) {
    for (let to = 0; to < POOL; to++) mixInto(to, word);
  }
  return pool;
}

function generateState(pool: Uint32Array, words: number): Uint32Array {
  const hash = makeHash(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: words }, (_, i) => hash(pool[i % POOL]!));
}
