// The edits of TER (Snover et al., 2006): edit distance with shifts. The best shift is an exponential search, so this
// follows sacreBLEU's version of the Tercom program in every limit, order and tie: the numbers depend on them.
// Equal words are equal integers; a hypothesis word that no reference has may be any negative one.

/** A shifted phrase's words at most, and its distance from its counterpart in the reference. */
const MAX_SHIFT_SIZE = 10;
const MAX_SHIFT_DISTANCE = 50;
/** Shifts that are tried a sentence; when there are as many, those found last are not made. */
const MAX_CANDIDATES = 1000;
/** The edit distance keeps to so many columns on each side of the diagonal. */
const BEAM_WIDTH = 25;
const INFINITE = 2 ** 30;

/** Operations on the hypothesis; 0 is a cell outside the beam. */
const MATCH = 1;
const SUBSTITUTE = 2;
const DELETE = 3;
const INSERT = 4;

/** The edits that make `ref` of `hyp`, each shift counting as one. */
export function countEdits(hyp: Int32Array, ref: Int32Array): number {
  if (ref.length === 0) return hyp.length;
  const distances = new EditDistance(hyp.length, ref);
  let words = hyp;
  let shifts = 0;
  let candidates = 0;
  for (;;) {
    const distance = distances.align(words);
    const search = findShift(words, ref, distances, distance, candidates);
    candidates = search.candidates;
    if (candidates >= MAX_CANDIDATES || search.shift === undefined) return shifts + distance;
    words = search.shift;
    shifts++;
  }
}

/** Levenshtein's distance of any order of the hypothesis' words from the reference, inside the beam. */
class EditDistance {
  readonly #ref: Int32Array;
  readonly #rows: number;
  readonly #columns: number;
  /** By row of the hypothesis and column of the reference, for the words last aligned. */
  readonly #costs: Int32Array;
  readonly #operations: Uint8Array;
  /** The beam: columns from `#from[row]` to before `#to[row]`. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  #above: Int32Array;
  #row: Int32Array;

  constructor(hypLength: number, ref: Int32Array) {
    this.#ref = ref;
    this.#rows = hypLength + 1;
    this.#columns = ref.length + 1;
    this.#costs = new Int32Array(this.#rows * this.#columns);
    this.#operations = new Uint8Array(this.#rows * this.#columns);
    this.#from = new Int32Array(this.#rows);
    this.#to = new Int32Array(this.#rows);
    this.#above = new Int32Array(this.#columns);
    this.#row = new Int32Array(this.#columns);
    const slope = hypLength > 0 ? ref.length / hypLength : 1;
    // Against a reference far longer than the hypothesis rows would not overlap otherwise.
    const width = BEAM_WIDTH < slope / 2 ? Math.ceil(slope / 2 + BEAM_WIDTH) : BEAM_WIDTH;
    for (let i = 1; i <= hypLength; i++) {
      const diagonal = Math.floor(i * slope);
      this.#from[i] = Math.max(0, diagonal - width);
      this.#to[i] = i === hypLength ? this.#columns : Math.min(this.#columns, diagonal + width);
    }
  }

  /** The distance of `words`, which the operations and later trials refer to. */
  align(words: Int32Array): number {
    const columns = this.#columns;
    const costs = this.#costs;
    const operations = this.#operations;
    costs.fill(INFINITE);
    for (let j = 0; j < columns; j++) {
      costs[j] = j;
      operations[j] = INSERT;
    }
    for (let i = 1; i < this.#rows; i++) {
      const word = words[i - 1]!;
      const end = this.#to[i]!;
      for (let j = this.#from[i]!; j < end; j++) {
        const at = i * columns + j;
        let best = INFINITE;
        let operation = 0;
        // Of equal costs the first: a match or substitution, a deletion, an insertion.
        if (j > 0) {
          const isMatch = word === this.#ref[j - 1];
          const cost = costs[at - columns - 1]! + (isMatch ? 0 : 1);
          if (cost < best) {
            best = cost;
            operation = isMatch ? MATCH : SUBSTITUTE;
          }
        }
        if (costs[at - columns]! + 1 < best) {
          best = costs[at - columns]! + 1;
          operation = DELETE;
        }
        if (j > 0 && costs[at - 1]! + 1 < best) {
          best = costs[at - 1]! + 1;
          operation = INSERT;
        }
        costs[at] = best;
        operations[at] = operation;
      }
    }
    return costs[costs.length - 1]!;
  }

  /**
   * The distance of `words`, the first `same` of which are those aligned, or a lower bound of it if that is `limit` or
   * more.
   */
  try(words: Int32Array, same: number, limit: number): number {
    const ref = this.#ref;
    const columns = this.#columns;
    const offset = same * columns;
    for (let j = 0; j < columns; j++) this.#above[j] = this.#costs[offset + j]!;
    for (let i = same + 1; i < this.#rows; i++) {
      const above = this.#above;
      const row = this.#row;
      const word = words[i - 1]!;
      const start = this.#from[i]!;
      const end = this.#to[i]!;
      row.fill(INFINITE);
      let left = INFINITE;
      let least = INFINITE;
      for (let j = start; j < end; j++) {
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
    return this.#above[columns - 1]!;
  }

  /** What the aligned words are to the reference. */
  readAlignment(): Alignment {
    const columns = this.#columns;
    const aligned = new Int32Array(columns - 1);
    const hypErrors = new Int32Array(this.#rows);
    const refErrors = new Int32Array(columns);
    let i = this.#rows - 1;
    let j = columns - 1;
    while (i > 0 || j > 0) {
      const operation = this.#operations[i * columns + j]!;
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

interface Alignment {
  /** By reference position the hypothesis position that is its own or, if it has none, the last one before; from -1. */
  aligned: Int32Array;
  /** Words that do not match among the first k, by k. */
  hypErrors: Int32Array;
  refErrors: Int32Array;
}

interface ShiftSearch {
  /** The words after the shift that saves most, or undefined if none saves anything. */
  shift: Int32Array | undefined;
  /** All that were tried for this sentence so far. */
  candidates: number;
}

/** Tries to move phrases that both sides have, and that are wrong on both sides, to where the reference has them. */
function findShift(
  words: Int32Array,
  ref: Int32Array,
  distances: EditDistance,
  distance: number,
  candidatesBefore: number,
): ShiftSearch {
  const { aligned, hypErrors, refErrors } = distances.readAlignment();
  let candidates = candidatesBefore;
  let shift: Int32Array | undefined;
  // The most saved, then the longest phrase, then the earliest, then the earliest target.
  let best = { saved: 0, length: 0, start: 0, target: 0 };
  let trial: Int32Array = new Int32Array(words.length);

  for (let start = 0; start < words.length; start++) {
    const refEnd = Math.min(ref.length, start + MAX_SHIFT_DISTANCE + 1);
    for (let refStart = Math.max(0, start - MAX_SHIFT_DISTANCE); refStart < refEnd; refStart++) {
      const longest = Math.min(MAX_SHIFT_SIZE, words.length - start, ref.length - refStart);
      for (let length = 1; length <= longest; length++) {
        if (words[start + length - 1] !== ref[refStart + length - 1]) break;
        if (hypErrors[start + length] === hypErrors[start]) continue;
        if (refErrors[refStart + length] === refErrors[refStart]) continue;
        // A phrase does not move into itself.
        if (start <= aligned[refStart]! && aligned[refStart]! < start + length) continue;

        let previous = -1;
        for (let offset = -1; offset < length; offset++) {
          const at = refStart + offset;
          const target = at === -1 ? 0 : aligned[at]! + 1;
          if (target === previous) continue;
          previous = target;
          candidates++;
          const moved = { saved: best.saved, length, start, target };
          const isLess = compareShifts(moved, best) < 0;
          // To be better than the best it must save more, or as much if it wins the tie.
          const limit = distance - best.saved + (isLess || best.saved === 0 ? 0 : 1);
          moveWords(words, start, length, target, trial);
          moved.saved = distance - distances.try(trial, Math.min(start, target), limit);
          if (moved.saved > 0 && compareShifts(moved, best) > 0) {
            best = moved;
            [shift, trial] = [trial, shift ?? new Int32Array(words.length)];
          }
        }
        if (candidates >= MAX_CANDIDATES) return { shift, candidates };
      }
    }
  }
  return { shift, candidates };
}

interface Shift {
  saved: number;
  length: number;
  start: number;
  target: number;
}

/** Above 0 if `a` is to be preferred. */
function compareShifts(a: Shift, b: Shift): number {
  return a.saved - b.saved || a.length - b.length || b.start - a.start || b.target - a.target;
}

/** Writes `words` with the phrase moved to before `target`, or by `target - start` if that is inside the phrase. */
function moveWords(words: Int32Array, start: number, length: number, target: number, out: Int32Array): void {
  const end = start + length;
  out.set(words);
  if (target < start) {
    out.copyWithin(target + length, target, start);
    for (let k = 0; k < length; k++) out[target + k] = words[start + k]!;
  } else {
    const next = Math.min(words.length, target > end ? target : target + length);
    out.copyWithin(start, end, next);
    for (let k = 0; k < length; k++) out[next - length + k] = words[start + k]!;
  }
}
