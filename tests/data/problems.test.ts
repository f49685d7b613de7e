// Problems as batches: what is a label, what a row holds, and that a place in the data is two numbers.
import { describe, expect, it } from 'vitest';
import {
  heldOutProblems,
  ProblemBatches,
  type ProblemOptions,
  ProblemVocabulary,
} from '../../src/data/problems.ts';
import { ExampleSource } from '../../src/rasp/generators/examples.ts';
import type { Example } from '../../src/rasp/generators/generator.ts';
import { buildGenerator, generatorSchema } from '../../src/rasp/generators/index.ts';
import { Rng } from '../../src/util/rng.ts';

const NO = -1;
const vocabulary = new ProblemVocabulary(['=', '$', '0', '1', '2']);
const options: ProblemOptions = {
  vocabulary,
  contextLength: 12,
  rows: 3,
  packed: false,
  segments: false,
  maxOffset: 0,
  learnsPrompt: false,
  noLabel: NO,
};
const copy = (text: string): Example => {
  const tokens = text.split('');
  return { prompt: [...tokens, '='], answer: [...tokens, '$'], problem: text };
};
const dataOf = (x: { data: ArrayLike<number | bigint> } | undefined) => Array.from(x!.data, Number);

it('a vocabulary has an id for each token, beside that of padding', () => {
  expect(vocabulary.size).toBe(6);
  expect(vocabulary.encode(['=', '2'])).toEqual([1, 5]);
  expect(vocabulary.decode([1, 5, 0])).toEqual(['=', '2', '?']);
  expect([vocabulary.idOf('$'), vocabulary.idOf('x')]).toEqual([2, undefined]);
});

describe('a problem alone', () => {
  it('has the answer as labels, each at the place before', () => {
    const [batch, ...others] = heldOutProblems([copy('12'), copy('0')], options);
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ sizes: { B: 2, T: 6 }, weights: { tokens: 5 }, rows: [0, 1] });
    expect(dataOf(batch!.inputs.ids)).toEqual([4, 5, 1, 4, 5, 2, 3, 1, 3, 2, 0, 0]);
    expect(dataOf(batch!.inputs.labels)).toEqual([NO, NO, 4, 5, 2, NO, NO, 3, 2, NO, NO, NO]);
    expect(Object.keys(batch!.inputs)).toEqual(['ids', 'labels']);
  });

  it('has the prompt as labels too where that is learned', () => {
    const [batch] = heldOutProblems([copy('12')], { ...options, learnsPrompt: true });
    expect(dataOf(batch!.inputs.labels)).toEqual([5, 1, 4, 5, 2, NO]);
  });

  it('is never cut, and begins at place 0', () => {
    const [batch] = heldOutProblems([copy('0120120')], { ...options, maxOffset: 9, segments: true });
    expect(batch!.sizes.T).toBe(16);
    expect(dataOf(batch!.inputs.offsets)).toEqual([0]);
    expect(new Set(dataOf(batch!.inputs.segments))).toEqual(new Set([0]));
  });
});

describe('training', () => {
  const source = () =>
    new ExampleSource(
      buildGenerator(generatorSchema.parse({ generator: 'copy', symbols: 'repeat', numbers: 3 })),
      [1, 5],
    );
  const batches = (given: Partial<ProblemOptions> = {}) =>
    new ProblemBatches(source(), { ...options, ...given }, Rng.fromSeed(3), 4);

  it('passes over batches that another process has', () => {
    const [whole, sharing] = [batches(), batches()];
    for (const isTaken of [true, false, false, true, false, true]) {
      const batch = whole.next();
      if (isTaken) expect(sharing.next()).toEqual(batch);
      else sharing.skip();
      expect(sharing.state()).toEqual(whole.state());
    }
  });

  it('fills contexts with problems, the last of which is cut off', () => {
    const batch = batches({ packed: true, segments: true, maxOffset: 20 }).next();
    expect(batch.sizes).toEqual({ B: 3, T: 12 });
    const ids = dataOf(batch.inputs.ids);
    const segments = dataOf(batch.inputs.segments);
    const labels = dataOf(batch.inputs.labels);
    expect(ids).not.toContain(0);
    for (let row = 0; row < 3; row++) {
      const own = Array.from({ length: 12 }, (_, i) => 12 * row + i);
      for (const at of own.slice(0, -1)) {
        const isLast = segments[at] !== segments[at + 1];
        expect(isLast).toBe(ids[at] === 2);
        if (isLast) expect(labels[at]).toBe(NO);
        else if (labels[at] !== NO) expect(labels[at]).toBe(ids[at + 1]);
      }
      // Behind each = the answer is told.
      for (const at of own) if (ids[at] === 1) expect(labels[at]).toBeGreaterThan(0);
    }
    const offsets = dataOf(batch.inputs.offsets);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(20);
    expect(new Set(offsets).size).toBeGreaterThan(1);
    expect(batch.weights.tokens).toBe(labels.filter((label) => label !== NO).length);
  });

  it('has a row for each problem otherwise, and counts padding', () => {
    const own = batches();
    expect(own.padding()).toBeGreaterThan(0);
    expect(batches({ packed: true }).padding()).toBe(0);
    expect(own.largest()).toEqual([{ B: 3, T: 12 }]);
    expect(own.next().sizes.T).toBeLessThanOrEqual(12);
  });

  it('never repeats, and goes on from any state with the same batches', () => {
    const all = batches();
    const drawn = Array.from({ length: 9 }, () => ({
      state: all.state(),
      ids: dataOf(all.next().inputs.ids),
    }));
    expect(all.state()).toEqual({ epoch: 2, position: 1 });
    expect(new Set(drawn.map(({ ids }) => ids.join())).size).toBe(9);
    const other = batches();
    for (const k of [5, 0, 8]) {
      other.restore(drawn[k]!.state);
      expect(dataOf(other.next().inputs.ids)).toEqual(drawn[k]!.ids);
    }
  });
});
