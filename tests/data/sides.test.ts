import { expect, it } from 'vitest';
import { sideExamples } from '../../src/data/sides.ts';
import type { WordSentence } from '../../src/data/tree-words.ts';

it('has labels of words and of the gaps after them at the words, and nothing to tell elsewhere', () => {
  const sentence = (count: number): WordSentence => ({
    ids: Int32Array.from({ length: count + 2 }, (_, i) => i + 1),
    words: Array.from({ length: count + 2 }, (_, i) => [i, i + 1] as const),
    spellings: Array.from({ length: count }, (_, i) => `w${i}`),
  });
  const sentences = [sentence(3), sentence(1)];
  const targets = [
    { leaves: [4, 5, 6], gaps: [7, -1], tags: [1, 2, 3] },
    { leaves: [8], gaps: [], tags: [0] },
  ];
  const batching = { padId: 0, pooling: 'last' as const };
  const { inputs, sizes, weights } = sideExamples(sentences, targets, batching).collate([0, 1], {});
  expect(sizes).toEqual({ B: 2, S: 5, W: 5, P: 8 });
  expect(weights).toEqual({ words: 4 });
  expect([...inputs.leaves!.data]).toEqual([-1, 4, 5, 6, -1, -1, 8, -1, -1, -1]);
  expect([...inputs.gaps!.data]).toEqual([-1, 7, -1, -1, -1, -1, -1, -1, -1, -1]);
  expect([...inputs.tags!.data]).toEqual([-1, 1, 2, 3, -1, -1, 0, -1, -1, -1]);
  const bare = sideExamples(sentences, undefined, batching).collate([1], {});
  expect(Object.keys(bare.inputs)).toEqual(['ids', 'pooling', 'tokens', 'rowOf']);
});
