import { describe, expect, it } from 'vitest';
import { buildAlphabet } from '../../src/data/characters.ts';
import { type SpanTargets, spanExamples } from '../../src/data/spans.ts';
import type { WordPooling, WordSentence } from '../../src/data/tree-words.ts';
import { spanIndex } from '../../src/trees/chart.ts';

/** Two words, of two pieces and one, and one word of one. */
const sentences: WordSentence[] = [
  {
    ids: Int32Array.of(1, 10, 11, 12, 2),
    words: [
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 5],
    ],
    spellings: ['abc', 'd'],
  },
  {
    ids: Int32Array.of(1, 13, 2),
    words: [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
    spellings: ['d'],
  },
];
const targets: SpanTargets[] = [
  {
    labels: [
      [spanIndex(0, 2), 3],
      [spanIndex(0, 1), -1],
    ],
    tags: [5, -1],
  },
  { labels: [[spanIndex(0, 1), 4]], tags: [6] },
];
const collate = (pooling: WordPooling, rows = [0, 1], padToMultiple = 1) =>
  spanExamples(sentences, targets, { padId: 0, pooling }).collate(rows, { padToMultiple });

it('pads pieces, and counts the words that are seen', () => {
  const { inputs, sizes, weights } = collate('first', [0, 1], 4);
  expect(sizes).toEqual({ B: 2, S: 8, W: 4, P: 8, N: 3, M: 3 });
  expect(weights).toEqual({ words: 3 });
  expect(inputs.ids).toEqual({
    dtype: 'int32',
    dims: [2, 8],
    data: Int32Array.of(1, 10, 11, 12, 2, 0, 0, 0, 1, 13, 2, 0, 0, 0, 0, 0),
  });
});

describe.each<[WordPooling, number[]]>([
  ['first', [0, 1, 0, 0, 0]],
  ['last', [0, 0, 1, 0, 0]],
  ['mean', [0, 0.5, 0.5, 0, 0]],
])('words by %s', (pooling, ofWord) => {
  it('have the weights of their places; rows of padding have none', () => {
    const { dims, data } = collate(pooling).inputs.pooling!;
    expect(dims).toEqual([2, 4, 5]);
    const rows = Array.from({ length: 8 }, (_, r) => [...(data as Float32Array).slice(5 * r, 5 * r + 5)]);
    expect(rows[0]).toEqual([1, 0, 0, 0, 0]);
    expect(rows[1]).toEqual(ofWord);
    expect(rows[3]).toEqual([0, 0, 0, 0, 1]);
    expect(rows.slice(4)).toEqual([
      [1, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });
});

it('spans are differences of the places at their ends', () => {
  const { dims, data } = collate('first').inputs.spans!;
  expect(dims).toEqual([3, 3]);
  // (0, 1), (0, 2), (1, 2)
  expect([...(data as Float32Array)]).toEqual([-1, 1, 0, -1, 0, 1, 0, -1, 1]);
});

it('targets: none for spans without a label, and nothing to tell of padding', () => {
  const { labels, tags } = collate('first').inputs;
  expect([labels!.dims, [...labels!.data]]).toEqual([
    [2, 3],
    [-1, 3, 0, 4, -1, -1],
  ]);
  expect([tags!.dims, [...tags!.data]]).toEqual([
    [2, 4],
    [-1, 5, -1, -1, -1, 6, -1, -1],
  ]);
  const bare = spanExamples(sentences, undefined, { padId: 0, pooling: 'mean' }).collate([1], {});
  expect(Object.keys(bare.inputs)).toEqual(['ids', 'pooling', 'tokens', 'rowOf', 'spans']);
});

it('with an alphabet the different words by their characters, and the word of each place', () => {
  const alphabet = buildAlphabet(['a', 'd']);
  const { inputs, sizes } = spanExamples(sentences, undefined, {
    padId: 0,
    pooling: 'mean',
    alphabet,
  }).collate([0, 1], {});
  expect(sizes).toMatchObject({ U: 3, C: 5 });
  // No word; begin, a, unknown, unknown, end; begin, d, end.
  expect([...inputs.characters!.data]).toEqual([0, 0, 0, 0, 0, 2, 4, 1, 1, 3, 2, 5, 3, 0, 0]);
  expect([...inputs.wordOf!.data]).toEqual([0, 1, 1, 2, 0, 0, 2, 0, 0, 0]);
});
