// Levenshtein's distance inside a beam, as sacreBLEU's version of the Tercom program has it: the numbers of TER depend
// on its beam and its ties. Equal words are equal integers.

/** The edit distance keeps to so many columns on each side of the diagonal. */
const BEAM_WIDTH = 25;
const INFINITE = 2 ** 30;

/** Operations on the hypothesis; 0 is a cell outside the beam. */
const MATCH = 1;
const SUBSTITUTE = 2;
const DELETE = 3;
const INSERT = 4;

/**
 * Levenshtein's distance of any order of the hypothesis' words from the reference, inside the beam. Only the beam is
 * kept: some 50 cells a word of the hypothesis and 3 a word of the reference.
 */
export class EditDistance {
  readonly #ref: Int32Array;
  readonly #rows: number;
  /** The beam: columns from `#from[row]` to before `#to[row]`. Neither falls, but that row 0 has all columns. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** Cell (i, j), a row of the hypothesis and a column of the reference, is at `#at[i] + j` of the next three. */
  readonly #at: Int32Array;
  /** For the words last aligned: what it costs to come to a cell, by which operation, and to go on to the last. */
  readonly #costs: Int32Array;
  readonly #operations: Uint8Array;
  readonly #remaining: Int32Array;
  #words: Int32Array = new Int32Array(0);
  #remainingKnown = false;
  #above: Int32Array;
  #row: Int32Array;

  constructor(hypLength: number, ref: Int32Array) {
    const columns = ref.length + 1;
    this.#ref = ref;
    this.#rows = hypLength + 1;
    this.#from = new Int32Array(this.#rows);
    this.#to = new Int32Array(this.#rows);
    this.#at = new Int32Array(this.#rows);
    this.#above = new Int32Array(columns);
    this.#row = new Int32Array(columns);
    const slope = hypLength > 0 ? ref.length / hypLength : 1;
    // Against a reference far longer than the hypothesis rows would not overlap otherwise.
    const width = BEAM_WIDTH < slope / 2 ? Math.ceil(slope / 2 + BEAM_WIDTH) : BEAM_WIDTH;
    this.#to[0] = columns;
    for (let i = 1; i <= hypLength; i++) {
      const diagonal = Math.floor(i * slope);
      this.#from[i] = Math.max(0, diagonal - width);
      this.#to[i] = i === hypLength ? columns : Math.min(columns, diagonal + width);
    }
    // Beside its part of the beam a row has the cells outside that its neighbours read: infinite for good.
    let cells = 0;
    for (let i = 0; i <= hypLength; i++) {
      const first = Math.min(this.#from[i]! - 1, this.#from[i - 1] ?? 0);
      const end = Math.max(this.#to[i]! + 1, this.#to[i + 1] ?? 0);
      this.#at[i] = cells - first;
      cells += end - first;
    }
    this.#costs = new Int32Array(cells).fill(INFINITE);
    this.#remaining = new Int32Array(cells).fill(INFINITE);
    this.#operations = new Uint8Array(cells);
    for (let j = 0; j < columns; j++) {
      this.#costs[this.#at[0]! + j] = j;
      this.#operations[this.#at[0]! + j] = INSERT;
    }
  }

  /** The distance of `words`, which the operations and later trials refer to. */
  align(words: Int32Array): number {
    const costs = this.#costs;
    const operations = this.#operations;
    this.#words = words;
    this.#remainingKnown = false;
    for (let i = 1; i < this.#rows; i++) {
      const word = words[i - 1]!;
      const end = this.#to[i]!;
      const above = this.#at[i - 1]!;
      const row = this.#at[i]!;
      for (let j = this.#from[i]!; j < end; j++) {
        let best = INFINITE;
        let operation = 0;
        // Of equal costs the first: a match or substitution, a deletion, an insertion.
        if (j > 0) {
          const isMatch = word === this.#ref[j - 1];
          const cost = costs[above + j - 1]! + (isMatch ? 0 : 1);
          if (cost < best) {
            best = cost;
            operation = isMatch ? MATCH : SUBSTITUTE;
          }
        }
        if (costs[above + j]! + 1 < best) {
          best = costs[above + j]! + 1;
          operation = DELETE;
        }
        if (j > 0 && costs[row + j - 1]! + 1 < best) {
          best = costs[row + j - 1]! + 1;
          operation = INSERT;
        }
        costs[row + j] = best;
        operations[row + j] = operation;
      }
    }
    return costs[this.#at[this.#rows - 1]! + this.#ref.length]!;
  }

  /**
   * The distance of `words`, which are those aligned but for the ones from `first` to before `end`, or a lower bound of
   * it if that is `limit` or more.
   */
  try(words: Int32Array, first: number, end: number, limit: number): number {
    if (!this.#remainingKnown) this.#findRemaining();
    const ref = this.#ref;
    const at = this.#at[first]!;
    const start = this.#from[first]!;
    this.#above.set(this.#costs.subarray(at + start, at + this.#to[first]!), start);
    for (let i = first + 1; i <= end; i++) {
      const above = this.#above;
      const row = this.#row;
      const word = words[i - 1]!;
      const from = this.#from[i]!;
      const to = this.#to[i]!;
      // Outside of the beam the row above holds what an earlier one has left.
      if (from > 0 && from === this.#from[i - 1]) above[from - 1] = INFINITE;
      above.fill(INFINITE, this.#to[i - 1], to);
      let left = INFINITE;
      let least = INFINITE;
      for (let j = from; j < to; j++) {
        let best = above[j]! + 1;
        if (j > 0) {
          const diagonal = above[j - 1]! + (word === ref[j - 1] ? 0 : 1);
          if (diagonal < best) best = diagonal;
          if (left + 1 < best) best = left + 1;
        }
        if (best > INFINITE) best = INFINITE;
        row[j] = left = best;
        if (best < least) least = best;
      }
      // Costs only grow along a path, and every path crosses this row.
      if (least >= limit) return least;
      this.#above = row;
      this.#row = above;
    }
    let least = INFINITE;
    for (let j = this.#from[end]!; j < this.#to[end]!; j++) {
      const cost = this.#above[j]! + this.#remaining[this.#at[end]! + j]!;
      if (cost < least) least = cost;
    }
    return least;
  }

  /** The costs backwards, from the last cell. */
  #findRemaining(): void {
    const remaining = this.#remaining;
    const last = this.#ref.length;
    for (let i = this.#rows - 1; i > 0; i--) {
      const word = this.#words[i];
      const row = this.#at[i]!;
      const from = this.#from[i]!;
      if (i === this.#rows - 1) {
        for (let j = last; j >= from; j--) remaining[row + j] = last - j;
        continue;
      }
      const below = this.#at[i + 1]!;
      for (let j = this.#to[i]! - 1; j >= from; j--) {
        let best = remaining[below + j]! + 1;
        if (j < last) {
          const diagonal = remaining[below + j + 1]! + (word === this.#ref[j] ? 0 : 1);
          if (diagonal < best) best = diagonal;
          if (remaining[row + j + 1]! + 1 < best) best = remaining[row + j + 1]! + 1;
        }
        remaining[row + j] = Math.min(best, INFINITE);
      }
    }
    this.#remainingKnown = true;
  }

  /** What the aligned words are to the reference. */
  readAlignment(): Alignment {
    const aligned = new Int32Array(this.#ref.length);
    const hypErrors = new Int32Array(this.#rows);
    const refErrors = new Int32Array(this.#ref.length + 1);
    let i = this.#rows - 1;
    let j = this.#ref.length;
    while (i > 0 || j > 0) {
      const operation = this.#operations[this.#at[i]! + j]!;
      if (operation !== DELETE) {
        aligned[j - 1] = i - 1;
        if (operation !== MATCH) refErrors[j] = 1;
      }
      if (operation !== INSERT && operation !== MATCH) hypErrors[i] = 1;
      if (operation !== DELETE) j--;
      if (operation !== INSERT) i--;
    }
    for (let k = 1; k < hypErrors.length; k++) hypErrors[k]! += hypErrors[k - 1]!;
    for (let k = 1; k < refErrors.length; k++) refErrors[k]! += refErrors[k - 1]!;
    return { aligned, hypErrors, refErrors };
  }
}

/** What aligned words are to the reference. */
export interface Alignment {
  /** By reference position the hypothesis position that is its own or, if it has none, the last one before; from -1. */
  aligned: Int32Array;
  /** Words that do not match among the first k, by k. */
  hypErrors: Int32Array;
  refErrors: Int32Array;
}
