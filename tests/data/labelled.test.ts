import { expect, it } from 'vitest';
import {
  classLabels,
  labelledExamples,
  NO_TAG,
  scoreLabels,
  setLabels,
  tagLabels,
} from '../../src/data/labelled.ts';
import { Sequences } from '../../src/data/sequences.ts';

const sequences = (rows: number[][]) => Sequences.build(rows.length, (i) => rows[i]!);
const ids = sequences([
  [5, 6, 1, 7, 1],
  [8, 1, 9, 1],
  [4, 1],
]);
const seconds = Int32Array.of(3, 2, 2);

it('ids are padded; of pairs the second text and what follows it is segment 1', () => {
  const { inputs, sizes, weights, rows } = labelledExamples({ ids, seconds }, 0).collate([1, 0], {
    padToMultiple: 6,
  });
  expect(inputs.ids).toEqual({
    dtype: 'int32',
    dims: [2, 6],
    data: Int32Array.of(8, 1, 9, 1, 0, 0, 5, 6, 1, 7, 1, 0),
  });
  expect(inputs.segments!.data).toEqual(Int32Array.of(0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0));
  expect(inputs.tokens!.data).toEqual(Int32Array.of(0, 1, 2, 3, 6, 7, 8, 9, 10));
  expect(inputs.rowOf!.data).toEqual(Int32Array.of(1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 9, 0));
  expect([sizes, weights, rows]).toEqual([{ B: 2, S: 6, P: 9 }, { examples: 2 }, [1, 0]]);
});

it('a class each; with weights, what the classes count for', () => {
  const collate = (weights?: number[]) =>
    labelledExamples({ ids }, 0, classLabels([2, 0, 1], weights)).collate([0, 2], {});
  expect(collate().inputs.labels).toEqual({ dtype: 'int32', dims: [2], data: Int32Array.of(2, 1) });
  expect(collate().weights).toEqual({ examples: 2 });
  expect(collate([1, 0.5, 4]).weights).toEqual({ examples: 2, classWeight: 4.5 });
});

it('several classes, or none', () => {
  const labels = setLabels([[0, 2], [], [1]], 3);
  const { inputs, weights } = labelledExamples({ ids }, 0, labels).collate([1, 0], {});
  expect(inputs.labels).toEqual({
    dtype: 'float32',
    dims: [2, 3],
    data: Float32Array.of(0, 0, 0, 1, 0, 1),
  });
  expect(weights).toEqual({ examples: 2 });
});

it('scores', () => {
  const { inputs } = labelledExamples({ ids }, 0, scoreLabels([0.5, -1, 2])).collate([2, 1], {});
  expect(inputs.labels).toEqual({ dtype: 'float32', dims: [2], data: Float32Array.of(2, -1) });
});

it('tags stand at the first places of words; words that are not seen have none', () => {
  const firsts = sequences([[0, 1, 3], [0, -1], [0]]);
  const tags = sequences([[1, 2, 0], [2, 1], [0]]);
  const labels = tagLabels(firsts, tags, [1, 10, 100]);
  const { inputs, weights } = labelledExamples({ ids }, 0, labels).collate([0, 1], {});
  const [x, none] = [NO_TAG, NO_TAG];
  expect(inputs.labels).toEqual({
    dtype: 'int32',
    dims: [2, 5],
    data: Int32Array.of(1, 2, x, 0, x, 2, none, x, x, x),
  });
  expect(weights).toEqual({ examples: 2, allWords: 5, words: 4, classWeight: 10 + 100 + 1 + 100 });
});
