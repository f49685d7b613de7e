// Where rows of different lengths lie that stand end to end, in little more than two bytes for each of millions.

/** Rows between places that are stored. */
const STRIDE = 64;
const MAX_SHORT = 0xffff;

export type LengthArray = Uint16Array | Uint32Array;

export class RowLengths {
  readonly length: number;
  /** Of all rows together. */
  readonly total: number;
  /** By row. */
  readonly lengths: LengthArray;
  /** Where every row begins whose number is a multiple of STRIDE. */
  readonly #starts: Float64Array;

  constructor(lengths: LengthArray) {
    this.length = lengths.length;
    this.lengths = lengths;
    this.#starts = new Float64Array(Math.ceil(lengths.length / STRIDE));
    let end = 0;
    for (let i = 0; i < lengths.length; i++) {
      if (i % STRIDE === 0) this.#starts[i / STRIDE] = end;
      end += lengths[i]!;
    }
    this.total = end;
  }

  startOf(i: number): number {
    const block = Math.floor(i / STRIDE);
    let start = this.#starts[block]!;
    for (let k = block * STRIDE; k < i; k++) start += this.lengths[k]!;
    return start;
  }

  /** The row that holds a place below the total. */
  find(place: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= place) low = middle;
      else high = middle;
    }
    let i = low * STRIDE;
    for (let end = this.#starts[low]!; (end += this.lengths[i]!) <= place; ) i++;
    return i;
  }
}

/** Takes lengths one by one. */
export class RowLengthsBuilder {
  #lengths: LengthArray = new Uint16Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(length: number): void {
    if (length > MAX_SHORT && this.#lengths instanceof Uint16Array)
      this.#lengths = new Uint32Array(this.#lengths);
    if (this.#count === this.#lengths.length) {
      const Type = this.#lengths.constructor as Uint16ArrayConstructor;
      const grown = new Type(2 * this.#count);
      grown.set(this.#lengths);
      this.#lengths = grown;
    }
    this.#lengths[this.#count++] = length;
  }

  finish(): RowLengths {
    return new RowLengths(this.#lengths.slice(0, this.#count));
  }
}

export function lengthsOf(count: number, lengthOf: (i: number) => number): RowLengths {
  const builder = new RowLengthsBuilder();
  for (let i = 0; i < count; i++) builder.add(lengthOf(i));
  return builder.finish();
}
