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
  /** S: the longest source and its eos, padded as asked. */
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

/** How far rows are padded beyond the longest of them. */
export interface Padding {
  /** S and T are rounded up to a multiple of this; 1 by default. */
  padToMultiple?: number;
  /** Positions that the model has, beyond which nothing is padded; no limit by default. */
  maxLength?: number;
}

/** The sentences at `indices`, source side alone. */
export function buildSourceBatch(
  sentences: Sequences,
  indices: readonly number[],
  ids: SpecialIds,
  padding: Padding = {},
): SourceBatch {
  const rows = indices.map((i) => sentences.at(i));
  const { length, matrix, lengths, tokens } = buildMatrix(rows, ids.padId, padding, 0);
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

/** The pairs at `indices`. */
export function buildBatch(
  pairs: EncodedPairs,
  indices: readonly number[],
  ids: SpecialIds,
  padding: Padding = {},
): Batch {
  const rows = indices.map((i) => pairs.tgt.at(i));
  const labels = buildMatrix(rows, ids.padId, padding, 0);
  const inputs = buildMatrix(rows, ids.padId, padding, 1);
  labels.lengths.forEach((rowLength, b) => {
    inputs.matrix[b * inputs.length] = ids.bosId;
    labels.matrix[b * labels.length + rowLength - 1] = ids.eosId;
  });
  return {
    ...buildSourceBatch(pairs.src, indices, ids, padding),
    tgtLength: labels.length,
    tgtIn: inputs.matrix,
    tgtOut: labels.matrix,
    tgtLengths: labels.lengths,
    tgtTokens: labels.tokens,
  };
}

/**
 * Positions of a row for the longest of the sentences: its tokens and one special id, rounded up to a multiple as far
 * as the model has positions.
 */
export function paddedLength(
  tokens: number,
  { padToMultiple = 1, maxLength = Number.POSITIVE_INFINITY }: Padding,
): number {
  const padded = Math.ceil((tokens + 1) / padToMultiple) * padToMultiple;
  return Math.max(tokens + 1, Math.min(padded, maxLength));
}

/** Rows shifted right by `offset`, in a matrix with a place more than the longest of them. */
function buildMatrix(rows: Int32Array[], padId: number, padding: Padding, offset: number) {
  const longest = rows.reduce((max, row) => Math.max(max, row.length), 0);
  const length = paddedLength(longest, padding);
  const matrix = new Int32Array(rows.length * length).fill(padId);
  rows.forEach((row, b) => {
    matrix.set(row, b * length + offset);
  });
  const lengths = Int32Array.from(rows, (row) => row.length + 1);
  return { length, matrix, lengths, tokens: lengths.reduce((sum, n) => sum + n, 0) };
}
