// The gradients of an update, and their sums over the ranks of a group.
import type { Group } from '../runtime/group.ts';
import { Bf16Sum } from './bf16-sum.ts';
import type { Parameters } from './parameters.ts';

/** The numbers as which gradients go from rank to rank. */
export const reductions = ['float32', 'bf16'] as const;
export type Reduction = (typeof reductions)[number];

/** Those of a group lie in one flat buffer, which is summed at once. */
export class Gradients {
  readonly #group: Group;
  readonly #flat: Float32Array;
  readonly #views: Float32Array[] = [];
  readonly #bf16: Bf16Sum | undefined;

  constructor({ trained, views }: Parameters, group: Group, reduction: Reduction = 'float32') {
    this.#group = group;
    const lengths = group.size === 1 ? [] : trained.map(({ name }) => views.get(name)!.length);
    this.#flat = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
    let offset = 0;
    for (const length of lengths) this.#views.push(this.#flat.subarray(offset, (offset += length)));
    if (reduction === 'bf16' && group.size > 1) this.#bf16 = new Bf16Sum(group, this.#flat.length);
  }

  /** The gradients of the first batch, where those of others are added to them. */
  begin(first: Float32Array[]): Float32Array[] {
    if (this.#group.size === 1) return first;
    for (const [i, gradient] of first.entries()) this.#views[i]!.set(gradient);
    return this.#views;
  }

  sum(): Promise<void> {
    return this.#bf16 === undefined ? this.#group.sum(this.#flat) : this.#bf16.sum(this.#flat);
  }
}
