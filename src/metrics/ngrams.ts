// Counting the n-grams that two sequences share, exactly: a trie in one hash table. A slot is the n-gram of its
// parent's slot and one more item, so equal slots are equal n-grams and no hash stands for one.
import type { IntRows } from './int-rows.ts';

export class NgramTable {
  // By slot. `seen` is the number of the last reference that has the n-gram; below #first the slot is free.
  #seen = new Int32Array(0);
  #parents = new Int32Array(0);
  #items = new Int32Array(0);
  /** Times in that reference. */
  #counts = new Int32Array(0);
  /** The most in any reference, less what the hypothesis has used up. */
  #limits = new Int32Array(0);
  #mask = 0;
  #first = 1;
  #reference = 0;

  /** Forgets all n-grams and makes room for `size`. */
  reset(size: number): void {
    let slots = 64;
    while (slots < 2 * size) slots *= 2;
    if (slots > this.#seen.length) {
      this.#seen = new Int32Array(slots);
      this.#parents = new Int32Array(slots);
      this.#items = new Int32Array(slots);
      this.#counts = new Int32Array(slots);
      this.#limits = new Int32Array(slots);
    }
    this.#mask = slots - 1;
    this.#first = this.#reference + 1;
  }

  /** Adds a reference's n-grams of order 1 to `order`, items of which are 0 or more. */
  add(rows: IntRows, row: number, order: number): void {
    const { values } = rows;
    const end = rows.start(row + 1);
    const reference = ++this.#reference;
    const seen = this.#seen;
    const counts = this.#counts;
    const limits = this.#limits;
    for (let start = rows.start(row); start < end; start++) {
      const stop = Math.min(end, start + order);
      let parent = -1;
      for (let i = start; i < stop; i++) {
        const slot = this.#findSlot(parent, values[i]!);
        if (seen[slot]! < this.#first) {
          this.#parents[slot] = parent;
          this.#items[slot] = values[i]!;
          counts[slot] = 0;
          limits[slot] = 0;
        } else if (seen[slot] !== reference) {
          counts[slot] = 0;
        }
        seen[slot] = reference;
        if (++counts[slot]! > limits[slot]!) limits[slot] = counts[slot]!;
        parent = slot;
      }
    }
  }

  /**
   * Adds to `out[at + (n - 1) * stride]` how many n-grams of a hypothesis the references have, each at most as often
   * as one of them has it. It uses them up: one call between two resets.
   */
  match(rows: IntRows, row: number, order: number, out: Float64Array, at: number, stride: number): void {
    const { values } = rows;
    const end = rows.start(row + 1);
    const seen = this.#seen;
    const limits = this.#limits;
    for (let start = rows.start(row); start < end; start++) {
      const stop = Math.min(end, start + order);
      let parent = -1;
      for (let i = start; i < stop; i++) {
        const slot = this.#findSlot(parent, values[i]!);
        if (seen[slot]! < this.#first) break; // nor is a longer one there
        if (limits[slot]! > 0) {
          limits[slot]!--;
          out[at + (i - start) * stride]!++;
        }
        parent = slot;
      }
    }
  }

  /** The slot of an n-gram, or the free one that it would take. */
  #findSlot(parent: number, item: number): number {
    // Multipliers are odd with bits all over: the golden ratio's 2^32 / φ, and one of MurmurHash3.
    const hash = Math.imul(Math.imul(parent, 0x9e3779b1) ^ item, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    while (
      this.#seen[slot]! >= this.#first &&
      (this.#items[slot] !== item || this.#parents[slot] !== parent)
    ) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
