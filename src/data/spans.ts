// Sentences with labelled spans of their words, as training takes them.
import { countSpans, spanIndex } from '../trees/chart.ts';
import { type Batch, type Padding, paddedLength, padRows } from './batch.ts';
import type { Examples } from './batches.ts';
import type { Alphabet } from './characters.ts';

/** A sentence as a model reads it. */
export interface SpanSentence {
  /** In its frame. */
  ids: Int32Array;
  /** Of each word that the model sees, and of the sentence's two ends before and after them: places [from, to). */
  words: readonly (readonly [from: number, to: number])[];
  /** The words themselves, without the ends. */
  spellings: readonly string[];
}

/** What is to be told of a sentence. */
export interface SpanTargets {
  /** Spans that have a label, by their places in the list of all (spanIndex), below 0 where it is not known. */
  labels: readonly (readonly [at: number, label: number])[];
  /** Of each word, below 0 where the tag is not known. */
  tags: readonly number[];
}

/** What a word's vector is: that of its first piece, that of its last, the mean of all. */
export const wordPoolings = ['first', 'last', 'mean'] as const;
export type WordPooling = (typeof wordPoolings)[number];

export interface SpanBatching {
  padId: number;
  pooling: WordPooling;
  /** Where words are read by their characters too. */
  alphabet?: Alphabet | undefined;
}

/** The class of a span without a label, and what stands where nothing is to be told. */
const NONE = 0;
const UNKNOWN = -1;

/**
 * `ids` int32 [B, S], `pooling` float32 [B, W, S] and `spans` float32 [M, N] as objectives/spans.ts has them: with n
 * words in the longest sentence W = n + 2, N = n + 1 and M = n(n + 1)/2. With targets also `labels` int32 [B, M] and
 * `tags` int32 [B, W], with an alphabet `characters` int32 [U, C] of the different words, the first row being none, and
 * `wordOf` int32 [B, S], the row for each place. `words` counts words that are seen.
 */
export function spanExamples(
  sentences: readonly SpanSentence[],
  targets: readonly SpanTargets[] | undefined,
  { padId, pooling, alphabet }: SpanBatching,
): Examples {
  return {
    count: sentences.length,
    extraTokens: 0,
    sides: [{ lengthOf: (i) => sentences[i]!.ids.length }],
    collate: (rows, padding: Padding): Batch => {
      const chosen = rows.map((i) => sentences[i]!);
      const S = paddedLength(Math.max(...chosen.map(({ ids }) => ids.length)), padding);
      const n = Math.max(...chosen.map(({ words }) => words.length)) - 2;
      const [B, W, N, M] = [rows.length, n + 2, n + 1, countSpans(n)];
      const spelt = alphabet && spellWords(chosen, S, alphabet);
      return {
        inputs: {
          ids: padRows(
            chosen.map(({ ids }) => ids),
            S,
            padId,
          ),
          pooling: { dtype: 'float32', dims: [B, W, S], data: poolWords(chosen, W, S, pooling) },
          spans: { dtype: 'float32', dims: [M, N], data: incidence(n) },
          ...(targets &&
            targetInputs(
              rows.map((i) => targets[i]!),
              M,
              W,
            )),
          ...spelt?.inputs,
        },
        sizes: { B, S, W, N, M, ...spelt?.sizes },
        weights: { words: chosen.reduce((sum, { words }) => sum + words.length - 2, 0) },
        rows,
      };
    },
  };
}

function targetInputs(targets: readonly SpanTargets[], M: number, W: number): Batch['inputs'] {
  const B = targets.length;
  const labels = new Int32Array(B * M).fill(UNKNOWN);
  const tags = new Int32Array(B * W).fill(UNKNOWN);
  for (const [b, own] of targets.entries()) {
    labels.fill(NONE, b * M, b * M + countSpans(own.tags.length));
    for (const [at, label] of own.labels) labels[b * M + at] = label;
    tags.set(own.tags, b * W + 1);
  }
  return {
    labels: { dtype: 'int32', dims: [B, M], data: labels },
    tags: { dtype: 'int32', dims: [B, W], data: tags },
  };
}

/** Each of the different words once, and at each place of a word its row. */
function spellWords(
  sentences: readonly SpanSentence[],
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
  sentences: readonly SpanSentence[],
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

/** −1 where each span begins and 1 where it ends. */
function incidence(n: number): Float32Array {
  const data = new Float32Array(countSpans(n) * (n + 1));
  for (let j = 1; j <= n; j++) {
    for (let i = 0; i < j; i++) {
      const row = spanIndex(i, j) * (n + 1);
      data[row + i] = -1;
      data[row + j] = 1;
    }
  }
  return data;
}
