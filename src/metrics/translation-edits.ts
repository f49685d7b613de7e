// The edits of TER (Snover et al., 2006): edit distance with shifts. The best shift is an exponential search, so this
// follows sacreBLEU's version of the Tercom program in every limit, order and tie: the numbers depend on them.
// Equal words are equal integers; a hypothesis word that no reference has may be any negative one.
import { EditDistance } from './edit-distance.ts';

/** A shifted phrase's words at most, and its distance from its counterpart in the reference. */
const MAX_SHIFT_SIZE = 10;
const MAX_SHIFT_DISTANCE = 50;
/** Shifts that are tried a sentence; when there are as many, those found last are not made. */
const MAX_CANDIDATES = 1000;

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
          const end = moveWords(words, start, length, target, trial);
          moved.saved = distance - distances.try(trial, Math.min(start, target), end, limit);
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

/**
 * Writes `words` with the phrase moved to before `target`, or by `target - start` if that is inside the phrase; gives
 * the place from which on all words are where they were.
 */
function moveWords(
  words: Int32Array,
  start: number,
  length: number,
  target: number,
  out: Int32Array,
): number {
  const end = start + length;
  out.set(words);
  if (target < start) {
    out.copyWithin(target + length, target, start);
    for (let k = 0; k < length; k++) out[target + k] = words[start + k]!;
    return end;
  }
  const next = Math.min(words.length, target > end ? target : target + length);
  out.copyWithin(start, end, next);
  for (let k = 0; k < length; k++) out[next - length + k] = words[start + k]!;
  return next;
}
