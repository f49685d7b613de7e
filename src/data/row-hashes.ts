// Which rows of ids have been seen, by 64 bits of each: of a hundred million different rows two are taken for one with
// a chance of 1 in 3,700.

export class RowHashes {
  /** Slots of two words; both 0 where a slot is free. */
  #slots = new Uint32Array(2 * 1024);
  #count = 0;

  /** Whether the pair of rows is new; then it is seen. */
  add(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
    const [high, low] = hashRows(one, other);
    if (!insert(this.#slots, high, low)) return false;
    if (++this.#count > this.#slots.length / 4) this.#grow();
    return true;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [high, low] = [this.#slots[at]!, this.#slots[at + 1]!];
      if (high !== 0 || low !== 0) insert(slots, high, low);
    }
    this.#slots = slots;
  }
}

/** Puts a hash into the first free slot from its own on; false where it is there. */
function insert(slots: Uint32Array, high: number, low: number): boolean {
  const mask = slots.length - 1;
  for (let at = (2 * low) & mask; ; at = (at + 2) & mask) {
    if (slots[at] === 0 && slots[at + 1] === 0) {
      slots[at] = high;
      slots[at + 1] = low;
      return true;
    }
    if (slots[at] === high && slots[at + 1] === low) return false;
  }
}

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

function finalize(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Two lanes of MurmurHash3 that feed each other. Never 0 and 0. */
function hashRows(one: ArrayLike<number>, other: ArrayLike<number>): [high: number, low: number] {
  let [a, b] = [0x9747b28c, 0x3c6ef372];
  const mix = (x: number) => {
    a ^= Math.imul(rotate(Math.imul(x, 0xcc9e2d51), 15), 0x1b873593);
    a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0;
    b ^= Math.imul(rotate(Math.imul(x, 0x38b34ae5), 18), 0x239b961b);
    b = (Math.imul(rotate(b, 13) + a, 5) + 0x32ac3b17) | 0;
  };
  // The first length tells where the rows meet.
  mix(one.length);
  for (let i = 0; i < one.length; i++) mix(one[i]!);
  for (let i = 0; i < other.length; i++) mix(other[i]!);
  a += b;
  b += a;
  const [high, low] = [finalize(a) >>> 0, finalize(b) >>> 0];
  return high === 0 && low === 0 ? [1, 0] : [high, low];
}
