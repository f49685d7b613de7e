// One batch: sentences as padded matrices of ids, row-major. B rows, S source length, T target length.
import type { EncodedPairs } from './pairs.ts';
import type { Sequences } from './sequences.ts';

/** The ids that frame and fill the rows. */
export interface SpecialIds {
  padId: number;
  bosId: number;
  eosId: number;
}

export interface SourceBatch {
  /** B. */
  rows: number;
  /** S: the longest source and its eos, padded to the asked multiple. */
  srcLength: number;
  /** [B, S]: the tokens, eos, padding. */
  src: Int32Array;
  /** [B]: tokens of each row with eos. */
  srcLengths: Int32Array;
  /** Tokens that are not padding. */
  srcTokens: number;
  /** [B]: positions of the sentences in the corpus. */
  indices: number[];
}

export interface Batch extends SourceBatch {
  /** T: the longest target and its eos (or bos), padded likewise. */
  tgtLength: number;
  /** [B, T]: bos, the tokens, padding. */
  tgtIn: Int32Array;
  /** [B, T]: the tokens, eos, padding; the labels. */
  tgtOut: Int32Array;
  /** [B]: labels of each row, eos among them. */
  tgtLengths: Int32Array;
  /** Labels that are not padding. */
  tgtTokens: number;
}

/** The sentences at `indices`, source side alone; S is a multiple of `padToMultiple`. */
export function buildSourceBatch(
  sentences: Sequences,
  indices: readonly number[],
  ids: SpecialIds,
  padToMultiple = 1,
): SourceBatch {
  const rows = indices.map((i) => sentences.at(i));
  const { length, matrix, lengths, tokens } = buildMatrix(rows, ids.padId, padToMultiple, 0);
  lengths.forEach((rowLength, b) => {
    matrix[b * length + rowLength - 1] = ids.eosId;
  });
  return {
    rows: rows.length,
    srcLength: length,
    src: matrix,
    srcLengths: lengths,
    srcTokens: tokens,
    indices: [...indices],
  };
}

/** The pairs at `indices`; S and T are multiples of `padToMultiple`. */
export function buildBatch(
  pairs: EncodedPairs,
  indices: readonly number[],
  ids: SpecialIds,
  padToMultiple = 1,
): Batch {
  const rows = indices.map((i) => pairs.tgt.at(i));
  const labels = buildMatrix(rows, ids.padId, padToMultiple, 0);
  const inputs = buildMatrix(rows, ids.padId, padToMultiple, 1);
  labels.lengths.forEach((rowLength, b) => {
    inputs.matrix[b * inputs.length] = ids.bosId;
    labels.matrix[b * labels.length + rowLength - 1] = ids.eosId;
  });
  return {
    ...buildSourceBatch(pairs.src, indices, ids, padToMultiple),
    tgtLength: labels.length,
    tgtIn: inputs.matrix,
    tgtOut: labels.matrix,
    tgtLengths: labels.lengths,
    tgtTokens: labels.tokens,
  };
}

/** Positions of a row for the longest of the sentences: its tokens and one special id, rounded up to a multiple. */
export function paddedLength(tokens: number, padToMultiple: number): number {
  return Math.ceil((tokens + 1) / padToMultiple) * padToMultiple;
}

/** Rows shifted right by `offset`, in a matrix with a place more than the longest of them. */
function buildMatrix(rows: Int32Array[], padId: number, padToMultiple: number, offset: number) {
  const longest = rows.reduce((max, row) => Math.max(max, row.length), 0);
  const length = paddedLength(longest, padToMultiple);
  const matrix = new Int32Array(rows.length * length).fill(padId);
  rows.forEach((row, b) => {
    matrix.set(row, b * length + offset);
  });
  const lengths = Int32Array.from(rows, (row) => row.length + 1);
  return { length, matrix, lengths, tokens: lengths.reduce((sum, n) => sum + n, 0) };
}
