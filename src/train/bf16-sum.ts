// Sums over ranks that are sent as bfloat16, which is half the bytes: each rank has a part of the numbers, gets that part
// from all ranks, adds it up in float32 and sends the sum to all. So a number is rounded twice, to 8 bits of
// significand: g at its rank, Σ g once. All ranks get the same bits. What rounding takes away is not kept for the next
// update (error feedback, Seide et al. 2014): it would be a state of each rank, and a checkpoint is one of any number of
// ranks.
import { accumulate } from '../optim/accumulate.ts';
import type { Group } from '../runtime/group.ts';
import { narrowBf16, widenBf16 } from '../tensor/half.ts';

export class Bf16Sum {
  readonly #group: Group;
  readonly #length: number;
  readonly #own: Uint16Array;
  readonly #received: Uint16Array;
  /** Of this rank's part. */
  readonly #total: Float32Array;
  readonly #addend: Float32Array;

  /** Of so many numbers; in the end zeros fill the last part up. */
  constructor(group: Group, length: number) {
    this.#group = group;
    this.#length = length;
    const part = Math.ceil(length / group.size);
    this.#own = new Uint16Array(part * group.size);
    this.#received = new Uint16Array(part * group.size);
    this.#total = new Float32Array(part);
    this.#addend = new Float32Array(part);
  }

  /** The sums over all ranks, in place. */
  async sum(values: Float32Array): Promise<void> {
    const { rank, size, exchange, collect } = this.#group;
    const part = this.#total.length;
    const partOf = (all: Uint16Array, r: number) => all.subarray(r * part, (r + 1) * part);
    narrowBf16(values, this.#own);
    await exchange(this.#own, this.#received);
    this.#total.fill(0);
    for (let r = 0; r < size; r++)
      accumulate(this.#total, widenBf16(partOf(this.#received, r), this.#addend));
    narrowBf16(this.#total, partOf(this.#own, rank));
    await collect(this.#own);
    widenBf16(this.#own.subarray(0, this.#length), values);
  }
}
