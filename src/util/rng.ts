// One seeded, splittable generator for initial values, shuffles and dropout masks.
// Counter-based: a stream is AES-128 in counter mode under a key; a child's key is SHA-256(parent key, label),
// so children are independent of how much the parent or a sibling has drawn. State is the key and a position.
import { createCipheriv, createHash } from 'node:crypto';

const CHUNK = 1 << 14;
const BLOCK = 16;

/** What a checkpoint stores of a generator. */
export interface RngState {
  key: string;
  position: number;
}

export class Rng {
  readonly #key: Buffer;
  #position: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #bufferStart = 0;

  private constructor(key: Buffer, position: number) {
    this.#key = key;
    this.#position = position;
  }

  /** The root generator of a run. */
  static fromSeed(seed: number): Rng {
    return new Rng(digest(Buffer.from(`tx ${seed}`)), 0);
  }

  static fromState(state: RngState): Rng {
    return new Rng(Buffer.from(state.key, 'hex'), state.position);
  }

  state(): RngState {
    return { key: this.#key.toString('hex'), position: this.#position };
  }

  /** A generator of its own for each label; it does not advance this one. */
  split(label: string | number): Rng {
    return new Rng(digest(Buffer.concat([this.#key, Buffer.from(String(label))])), 0);
  }

  /** `length` uniform bytes. */
  bytes(length: number): Uint8Array {
    const bytes = keystream(this.#key, this.#position, length);
    this.#position += length;
    return bytes;
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const offset = this.#position - this.#bufferStart;
    if (offset < 0 || offset + 4 > this.#buffer.length) {
      this.#buffer = keystream(this.#key, this.#position, CHUNK);
      this.#bufferStart = this.#position;
    }
    const at = this.#position - this.#bufferStart;
    const b = this.#buffer;
    this.#position += 4;
    return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in [0, n), without bias. */
  int(n: number): number {
    const limit = 4294967296 - (4294967296 % n);
    for (;;) {
      const x = this.uint32();
      if (x < limit) return x % n;
    }
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }

  /** Fisher–Yates, in place. */
  shuffle<A extends unknown[] | Int32Array>(items: A): A {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}

function digest(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, BLOCK);
}

/** Bytes [position, position + length) of the key's stream. */
function keystream(key: Buffer, position: number, length: number): Uint8Array {
  const iv = Buffer.alloc(BLOCK);
  iv.writeBigUInt64BE(BigInt(Math.floor(position / BLOCK)), 8);
  const skip = position % BLOCK;
  const bytes = createCipheriv('aes-128-ctr', key, iv).update(Buffer.alloc(skip + length));
  return skip === 0 ? bytes : bytes.subarray(skip);
}
