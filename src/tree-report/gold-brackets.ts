// The brackets of a gold tree, and what another tree over its words has more or less.
import { type BracketNode, constituents } from './bracket-tree.ts';

export class GoldBrackets {
  readonly #nodes: readonly BracketNode[];
  readonly #labels = new Map<string, number>();
  readonly #width: number;
  /** Places of the brackets in `#counts`. */
  readonly #places = new Map<number, number>();
  readonly #counts: Int32Array;
  readonly #left: Int32Array;

  constructor(gold: BracketNode) {
    this.#nodes = constituents(gold);
    this.#width = gold.end + 1;
    for (const { label } of this.#nodes) {
      if (!this.#labels.has(label)) this.#labels.set(label, this.#labels.size);
    }
    this.#counts = new Int32Array(this.#nodes.length);
    for (const node of this.#nodes) {
      const key = this.#keyOf(node)!;
      if (!this.#places.has(key)) this.#places.set(key, this.#places.size);
      this.#counts[this.#places.get(key)!]!++;
    }
    this.#left = this.#counts.slice();
  }

  /** How many brackets one side has more often than the other. */
  countErrors(test: BracketNode): number {
    this.#left.set(this.#counts);
    let errors = this.#nodes.length;
    for (const node of constituents(test)) errors += this.#take(node) ? -1 : 1;
    return errors;
  }

  /** The brackets that the other tree lacks, and its own that it has too often, each before those within it. */
  compare(test: BracketNode): { missing: BracketNode[]; extra: BracketNode[] } {
    this.#left.set(this.#counts);
    const extra = constituents(test).filter((node) => !this.#take(node));
    const missing = this.#nodes.filter((node) => this.#take(node));
    return { missing, extra };
  }

  #take(node: BracketNode): boolean {
    const key = this.#keyOf(node);
    const place = key === undefined ? undefined : this.#places.get(key);
    if (place === undefined || this.#left[place] === 0) return false;
    this.#left[place]!--;
    return true;
  }

  #keyOf({ label, start, end }: BracketNode): number | undefined {
    const id = this.#labels.get(label);
    return id === undefined ? undefined : (id * this.#width + start) * this.#width + end;
  }
}
