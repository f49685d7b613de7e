import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderedContexts, PackedBatches, type PackOptions } from '../../src/data/packed.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { Rng } from '../../src/util/rng.ts';

const SEPARATOR = 1;
const NO_LABEL = -1;
const options = (over: Partial<PackOptions> = {}): PackOptions => ({
  contextLength: 4,
  rows: 2,
  separator: SEPARATOR,
  noLabel: NO_LABEL,
  segments: true,
  ...over,
});
const documents = (...rows: number[][]) => Sequences.build(rows.length, (i) => rows[i]!);
const matrix = (...rows: number[][]) => ({
  dtype: 'int32',
  dims: [rows.length, rows[0]!.length],
  data: Int32Array.from(rows.flat()),
});

test('contexts, written out', () => {
  // 1 10 11 12 1 20 1 30 31 32 33: eleven tokens, ten labels.
  const [first, second] = orderedContexts(documents([10, 11, 12], [20], [30, 31, 32, 33]), options());
  expect(first).toEqual({
    inputs: {
      ids: matrix([1, 10, 11, 12], [1, 20, 1, 30]),
      labels: matrix([10, 11, 12, 1], [20, 1, 30, 31]),
      segments: matrix([0, 0, 0, 0], [0, 0, 1, 1]),
    },
    sizes: { B: 2, T: 4 },
    weights: { tokens: 8 },
    rows: [0, 1],
  });
  expect(second).toMatchObject({
    inputs: { labels: matrix([32, 33, NO_LABEL, NO_LABEL]) },
    sizes: { B: 1, T: 4 },
    weights: { tokens: 2 },
  });
  expect(Object.keys(orderedContexts(documents([2, 3]), options({ segments: false }))[0]!.inputs)).toEqual([
    'ids',
    'labels',
  ]);
});

test('contexts that overlap count each label once, where most of its text stands before it', () => {
  const [first, second] = orderedContexts(documents([10, 11, 12], [20, 21, 22]), options(), 3);
  // 1 10 11 12 1 20 21 22
  expect(first!.inputs).toMatchObject({
    ids: matrix([1, 10, 11, 12], [12, 1, 20, 21]),
    labels: matrix([10, 11, 12, 1], [NO_LABEL, 20, 21, 22]),
  });
  expect([first!.weights, second]).toEqual([{ tokens: 7 }, undefined]);
});

const corpora = fc
  .array(fc.nat(12), { minLength: 1, maxLength: 20 })
  .map((lengths) => lengths.map((length, i) => Array.from({ length }, (_, k) => 100 * (i + 1) + k)));
const shapes = fc.record({
  contextLength: fc.integer({ min: 1, max: 9 }),
  rows: fc.integer({ min: 1, max: 4 }),
});

describe('an epoch', () => {
  test('has every document once, each token but the first as a label, in the order of its document', () => {
    fc.assert(
      fc.property(corpora, shapes, fc.nat(1000), (texts, shape, seed) => {
        const total = texts.reduce((sum, text) => sum + text.length + 1, 0);
        fc.pre(total > 1);
        const batches = new PackedBatches(documents(...texts), options(shape), Rng.fromSeed(seed));
        for (const epoch of [0, 1]) {
          expect(batches.state()).toEqual({ epoch, position: 0 });
          const drawn = Array.from({ length: batches.epochLength }, () => batches.next());
          const labels = drawn.flatMap(({ inputs }) => [...(inputs.labels!.data as Int32Array)]);
          const counted = labels.filter((label) => label !== NO_LABEL);
          expect(drawn.reduce((sum, { weights }) => sum + weights.tokens!, 0)).toBe(total - 1);
          expect(counted.length).toBe(total - 1);
          // Contexts in the order of the text: the labels are the text but for its first token, a separator.
          const { contextLength } = shape;
          const rows = drawn.flatMap(({ rows, inputs }) =>
            rows.map((context, b) => ({
              context,
              ids: [...(inputs.ids!.data as Int32Array).subarray(b * contextLength, (b + 1) * contextLength)],
              own: [
                ...(inputs.labels!.data as Int32Array).subarray(b * contextLength, (b + 1) * contextLength),
              ],
            })),
          );
          rows.sort((a, b) => a.context - b.context);
          const text = [SEPARATOR, ...rows.flatMap(({ own }) => own.filter((label) => label !== NO_LABEL))];
          expect(rows.flatMap(({ ids, own }) => ids.filter((_, t) => own[t] !== NO_LABEL))).toEqual(
            text.slice(0, -1),
          );
          const found = text
            .join(' ')
            .split(/\b1\b/)
            .slice(1)
            .map((document) => document.trim());
          expect(found.sort()).toEqual(texts.map((document) => document.join(' ')).sort());
        }
      }),
      { numRuns: 60 },
    );
  });

  test('can be continued from a stored state', () => {
    fc.assert(
      fc.property(corpora, shapes, fc.nat(30), (texts, shape, before) => {
        fc.pre(texts.flat().length + texts.length > 1);
        const create = () => new PackedBatches(documents(...texts), options(shape), Rng.fromSeed(5));
        const first = create();
        for (let i = 0; i < before; i++) first.next();
        const second = create();
        second.restore(JSON.parse(JSON.stringify(first.state())));
        for (let i = 0; i < 5; i++) expect(second.next()).toEqual(first.next());
      }),
      { numRuns: 30 },
    );
  });

  test('is in another order than the one before', () => {
    const texts = documents(...Array.from({ length: 50 }, (_, i) => [10 + i, 10 + i]));
    const batches = new PackedBatches(texts, options({ rows: 100 }), Rng.fromSeed(2));
    expect(batches.next().inputs.ids).not.toEqual(batches.next().inputs.ids);
  });
});

test('no text is refused, and a state of other data', () => {
  const rng = Rng.fromSeed(0);
  expect(() => new PackedBatches(documents(), options(), rng)).toThrow('the training corpus is empty');
  const batches = new PackedBatches(documents([2, 3, 4]), options(), rng);
  expect(() => batches.restore({ epoch: 0, position: 1 })).toThrow(
    'cannot resume at batch 1 of an epoch of 1',
  );
});

test('in order, every label but the first token comes once, however far contexts overlap', () => {
  fc.assert(
    fc.property(corpora, shapes, fc.integer({ min: 1, max: 9 }), (texts, shape, asked) => {
      const stride = Math.min(asked, shape.contextLength);
      const batches = orderedContexts(documents(...texts), options(shape), stride);
      const labels = batches.flatMap(({ inputs }) => [...(inputs.labels!.data as Int32Array)]);
      const whole = texts.flatMap((text) => [SEPARATOR, ...text]);
      expect(labels.filter((label) => label !== NO_LABEL)).toEqual(whole.slice(1));
      const tokens = batches.reduce((sum, { weights }) => sum + weights.tokens!, 0);
      expect(tokens).toBe(whole.length - 1);
    }),
  );
});
