// Sentences of words as models of trees read them: pieces, the places of each word's, the words' characters.
import { type Batch, type Padding, packTokens, paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import type { Alphabet } from './characters.ts';

/** A sentence as a model reads it. */
export interface WordSentence {
  /** In its frame. */
  ids: Int32Array;
  /** Of each word that the model sees, and of the sentence's two ends before and after them: places [from, to). */
  words: readonly (readonly [from: number, to: number])[];
  /** The words themselves, without the ends. */
  spellings: readonly string[];
}

/** What a word's vector is: that of its first piece, that of its last, the mean of all. */
export const wordPoolings = ['first', 'last', 'mean'] as const;
export type WordPooling = (typeof wordPoolings)[number];

export interface WordBatching {
  padId: number;
  pooling: WordPooling;
  /** Where words are read by their characters too. */
  alphabet?: Alphabet | undefined;
}

/** What stands where nothing is to be told. */
export const UNKNOWN = -1;

/** Inputs of a batch beside those of words, and their sizes; `n` words has the longest of the sentences. */
export type MoreInputs = (rows: readonly number[], n: number) => Pick<Batch, 'inputs' | 'sizes'>;

/**
 * `ids` int32 [B, S] and `pooling` float32 [B, W, S] as objectives/tree-words.ts has them: with n words in the longest
 * sentence W = n + 2; with an alphabet `characters` int32 [U, C] of the different words, the first row being none, and
 * `wordOf` int32 [B, S], the row for each place; and the places of the tokens (see packTokens). `words` counts words
 * that are seen.
 */
export function wordExamples(
  sentences: readonly WordSentence[],
  { padId, pooling, alphabet }: WordBatching,
  more: MoreInputs,
): Examples {
  return {
    count: sentences.length,
    extraTokens: 0,
    sides: [{ lengthOf: (i) => sentences[i]!.ids.length }],
    collate: (rows, padding: Padding): Batch => {
      const chosen = rows.map((i) => sentences[i]!);
      const S = paddedLength(Math.max(...chosen.map(({ ids }) => ids.length)), padding);
      const n = Math.max(...chosen.map(({ words }) => words.length)) - 2;
      const [B, W] = [rows.length, n + 2];
      const spelt = alphabet && spellWords(chosen, S, alphabet);
      const added = more(rows, n);
      const ids = chosen.map((sentence) => sentence.ids);
      const packed = packTokens(
        ids.map((row) => row.length),
        S,
      );
      return {
        inputs: {
          ids: padRows(ids, S, padId),
          pooling: { dtype: 'float32', dims: [B, W, S], data: poolWords(chosen, W, S, pooling) },
          ...packed.inputs,
          ...added.inputs,
          ...spelt?.inputs,
        },
        sizes: { B, S, W, P: packed.size, ...added.sizes, ...spelt?.sizes },
        weights: { words: chosen.reduce((sum, { words }) => sum + words.length - 2, 0) },
        rows,
      };
    },
  };
}

/** Each of the different words once, and at each place of a word its row. */
function spellWords(
  sentences: readonly WordSentence[],
  S: number,
  { idsOf }: Alphabet,
): Pick<Batch, 'inputs' | 'sizes'> {
  const rows = new Map<string, number>();
  const wordOf = new Int32Array(sentences.length * S);
  for (const [b, { words, spellings }] of sentences.entries()) {
    for (const [w, spelling] of spellings.entries()) {
      const row = rows.get(spelling) ?? rows.size + 1;
      rows.set(spelling, row);
      const [from, to] = words[w + 1]!;
      wordOf.fill(row, b * S + from, b * S + to);
    }
  }
  const spelt = [[], ...Array.from(rows.keys(), idsOf)];
  const C = Math.max(...spelt.map((ids) => ids.length));
  return {
    inputs: {
      characters: padRows(spelt, C, 0),
      wordOf: { dtype: 'int32', dims: [sentences.length, S], data: wordOf },
    },
    sizes: { U: spelt.length, C },
  };
}

function poolWords(
  sentences: readonly WordSentence[],
  W: number,
  S: number,
  pooling: WordPooling,
): Float32Array {
  const data = new Float32Array(sentences.length * W * S);
  for (const [b, { words }] of sentences.entries()) {
    for (const [w, [from, to]] of words.entries()) {
      const row = (b * W + w) * S;
      if (pooling === 'mean') data.fill(1 / (to - from), row + from, row + to);
      else data[row + (pooling === 'first' ? from : to - 1)] = 1;
    }
  }
  return data;
}
