// Sentences with labelled spans of their words, as training takes them.
import { countSpans, spanIndex } from '../trees/chart.ts';
import type { Batch } from './batch.ts';
import type { Examples } from './batches.ts';
import { UNKNOWN, type WordBatching, type WordSentence, wordExamples } from './tree-words.ts';

/** What is to be told of a sentence. */
export interface SpanTargets {
  /** Spans that have a label, by their places in the list of all (spanIndex), below 0 where it is not known. */
  labels: readonly (readonly [at: number, label: number])[];
  /** Of each word, below 0 where the tag is not known. */
  tags: readonly number[];
}

/** The class of a span without a label. */
const NONE = 0;

/**
 * Inputs of words, and `spans` float32 [M, N] as objectives/spans.ts has them: with n words in the longest sentence
 * N = n + 1 and M = n(n + 1)/2. With targets also `labels` int32 [B, M] and `tags` int32 [B, W].
 */
export function spanExamples(
  sentences: readonly WordSentence[],
  targets: readonly SpanTargets[] | undefined,
  batching: WordBatching,
): Examples {
  return wordExamples(sentences, batching, (rows, n) => {
    const [N, M] = [n + 1, countSpans(n)];
    const chosen = targets && rows.map((i) => targets[i]!);
    return {
      inputs: {
        spans: { dtype: 'float32', dims: [M, N], data: incidence(n) },
        ...(chosen && targetInputs(chosen, M, n + 2)),
      },
      sizes: { N, M },
    };
  });
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
