// Sentence pairs as token ids, the form in which filters and batches take a corpus.
import { type Batch, type Padding, paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import { MemorySequencesBuilder, Sequences } from './sequences.ts';

/** Source and target of pair i are sequences i, without bos and eos. */
export interface EncodedPairs {
  src: Sequences;
  tgt: Sequences;
}

/** The ids that frame and fill the rows. */
export interface SpecialIds {
  padId: number;
  bosId: number;
  eosId: number;
}

/** In memory, what `pair` gives for 0 to length − 1, asked in this order. */
export function collectPairs(
  length: number,
  pair: (i: number) => { src: ArrayLike<number>; tgt: ArrayLike<number> },
): EncodedPairs {
  const rows = new MemorySequencesBuilder();
  for (let i = 0; i < length; i++) {
    const { src, tgt } = pair(i);
    rows.add(src);
    rows.add(tgt);
  }
  return pairsOf(rows.finish());
}

/** Pairs of which one's source and target follow each other. */
export const pairsOf = (rows: Sequences): EncodedPairs => ({
  src: Sequences.every(2, 0, rows),
  tgt: Sequences.every(2, 1, rows),
});

/**
 * Pairs for training: `src` [B, S], tokens, eos, padding; `tgtIn` [B, T], bos and the tokens; `tgtOut` [B, T], the
 * labels: the tokens and eos. `tokens` counts labels. Batches are sorted by target first.
 */
export function pairExamples(pairs: EncodedPairs, ids: SpecialIds): Examples {
  const { src, tgt } = pairs;
  return {
    count: src.length,
    extraTokens: 1,
    sides: [tgt, src],
    collate: (rows, padding) => {
      const source = sourceExamples(src, ids).collate(rows, padding);
      const targets = rows.map((i) => tgt.at(i));
      const length = widthOf(targets, padding);
      const tgtOut = padRows(targets, length, ids.padId);
      endRows(tgtOut.data as Int32Array, targets, length, ids.eosId);
      const tgtIn = padRows(targets, length, ids.padId, 1);
      rows.forEach((_, b) => {
        tgtIn.data[b * length] = ids.bosId;
      });
      return {
        inputs: { ...source.inputs, tgtIn, tgtOut },
        sizes: { ...source.sizes, T: length },
        weights: { tokens: targets.reduce((sum, row) => sum + row.length + 1, 0) },
        rows,
      };
    },
  };
}

/** Sources alone, for searching: `src` [B, S]. */
export function sourceExamples(src: Sequences, { padId, eosId }: SpecialIds): Examples {
  return {
    count: src.length,
    extraTokens: 1,
    sides: [src],
    collate: (rows, padding): Batch => {
      const sources = rows.map((i) => src.at(i));
      const length = widthOf(sources, padding);
      const matrix = padRows(sources, length, padId);
      endRows(matrix.data as Int32Array, sources, length, eosId);
      return { inputs: { src: matrix }, sizes: { B: rows.length, S: length }, weights: {}, rows };
    },
  };
}

const widthOf = (rows: readonly Int32Array[], padding: Padding): number =>
  paddedLength(1 + Math.max(...rows.map((row) => row.length)), padding);

/** Puts eos behind each row's tokens. */
function endRows(matrix: Int32Array, rows: readonly Int32Array[], length: number, eosId: number): void {
  rows.forEach((row, b) => {
    matrix[b * length + row.length] = eosId;
  });
}
