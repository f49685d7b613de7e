// Sentence pairs as token ids, the form in which filters and batches take a corpus.
import { type Batch, type Padding, paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import { MemorySequencesBuilder, Sequences, type SequencesBuilder } from './sequences.ts';

/** Ids without bos and eos. Where source tokens are to be told of, `tags` has a class for each, padId where it has none. */
export interface Pair {
  src: ArrayLike<number>;
  tgt: ArrayLike<number>;
  tags?: ArrayLike<number> | undefined;
}

/** Of pair i the sequences i. */
export interface EncodedPairs {
  src: Sequences;
  tgt: Sequences;
  tags?: Sequences;
}

/** The ids that frame and fill the rows. */
export interface SpecialIds {
  padId: number;
  bosId: number;
  eosId: number;
}

/** In memory, what `pair` gives for 0 to length − 1, asked in this order; all of them have tags, or none has. */
export function collectPairs(length: number, pair: (i: number) => Pair, isTagged = false): EncodedPairs {
  const rows = new MemorySequencesBuilder();
  for (let i = 0; i < length; i++) addPair(rows, pair(i));
  return pairsOf(rows.finish(), isTagged);
}

/** Adds a pair to rows that pairsOf is to read. */
export function addPair(rows: Pick<SequencesBuilder, 'add'>, { src, tgt, tags }: Pair): void {
  rows.add(src);
  rows.add(tgt);
  if (tags !== undefined) rows.add(tags);
}

/** Pairs of which one's source, target and, where they have them, tags follow each other. */
export function pairsOf(rows: Sequences, isTagged: boolean): EncodedPairs {
  const column = (first: number) => Sequences.every(isTagged ? 3 : 2, first, rows);
  return { src: column(0), tgt: column(1), ...(isTagged && { tags: column(2) }) };
}

/** Not to be written to. */
export const pairAt = ({ src, tgt, tags }: EncodedPairs, i: number): Pair => ({
  src: src.at(i),
  tgt: tgt.at(i),
  ...(tags && { tags: tags.at(i) }),
});

/**
 * Pairs for training: `src` [B, S], tokens, eos, padding; `tgtIn` [B, T], bos and the tokens; `tgtOut` [B, T], the
 * labels: the tokens and eos; `tags` [B, S], where there are any. `tokens` counts labels, `words` tags. Batches are
 * sorted by target first.
 */
export function pairExamples(pairs: EncodedPairs, ids: SpecialIds): Examples {
  const { src, tgt, tags } = pairs;
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
      const told =
        tags &&
        padRows(
          rows.map((i) => tags.at(i)),
          source.sizes.S!,
          ids.padId,
        );
      return {
        inputs: { ...source.inputs, tgtIn, tgtOut, ...(told && { tags: told }) },
        sizes: { ...source.sizes, T: length },
        weights: {
          tokens: targets.reduce((sum, row) => sum + row.length + 1, 0),
          ...(told && { words: countOther(told.data as Int32Array, ids.padId) }),
        },
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

const countOther = (ids: Int32Array, id: number): number => ids.filter((one) => one !== id).length;
