// The gradients of an update, and their sums over the ranks of a group.
import type { Group } from '../runtime/group.ts';
import { Bf16Sum } from './bf16-sum.ts';
import type { Parameters } from './parameters.ts';

/** The numbers as which gradients go from rank to rank. */
export const reductions = ['float32', 'bf16'] as const;
export type Reduction = (typeof reductions)[number];

/** Those of several batches or of a group lie in one flat buffer, which a group sums at once. */
export class Gradients {
  readonly #group: Group;
  readonly #lengths: readonly number[];
  readonly #reduction: Reduction;
  #flat: Float32Array | undefined;
  #views: Float32Array[] = [];
  #bf16: Bf16Sum | undefined;

  constructor({ trained, views }: Parameters, group: Group, reduction: Reduction = 'float32') {
    this.#group = group;
    this.#lengths = trained.map(({ name }) => views.get(name)!.length);
    this.#reduction = reduction;
  }

  /**
   * Those of the first of `batches` batches, as arrays that those of the others are added to. What the session gave
   * is good until its next run.
   */
  begin(first: Float32Array[], batches: number): Float32Array[] {
    if (this.#group.size === 1 && batches === 1) return first;
    if (this.#flat === undefined) this.#allocate();
    for (const [i, gradient] of first.entries()) this.#views[i]!.set(gradient);
    return this.#views;
  }

  async sum(): Promise<void> {
    if (this.#group.size > 1) await (this.#bf16 ?? this.#group).sum(this.#flat!);
  }

  #allocate(): void {
    const flat = new Float32Array(this.#lengths.reduce((sum, length) => sum + length, 0));
    let offset = 0;
    this.#views = this.#lengths.map((length) => flat.subarray(offset, (offset += length)));
    if (this.#reduction === 'bf16' && this.#group.size > 1)
      this.#bf16 = new Bf16Sum(this.#group, flat.length);
    this.#flat = flat;
  }
}
