import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/data/batch.ts';
import { heldOutBatches, IS_NEXT, IS_RANDOM, pretrainingBatches } from '../../src/data/pretraining.ts';
import { Sentences } from '../../src/data/sentences.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { Rng } from '../../src/util/rng.ts';

const [PAD, CLS, SEP, MASK] = [0, 2, 3, 4];
const vocabulary = {
  size: 1000,
  padId: PAD,
  maskId: MASK,
  frame: { start: [CLS], between: [SEP], end: [SEP] },
  continuesWord: () => false,
};
const masking = { probability: 0.15, mask: 1, random: 0, wholeWords: false };
const options = { contextLength: 24, shortProbability: 0.1, nextSentence: true, masking };

/** Document d has sentence s of ids 10 d + 100 + s, repeated. */
const rows = Array.from({ length: 12 }, (_, d) => [
  ...Array.from({ length: 6 }, (_, s) => new Int32Array(3 + ((d + s) % 7)).fill(100 + 10 * d + s)),
  new Int32Array(0),
]).flat();
const sentences = new Sentences(Sequences.build(rows.length, (i) => rows[i]!));
const source = (over: Partial<Parameters<typeof pretrainingBatches>[1]> = {}, seed = 1) =>
  pretrainingBatches(sentences, { ...options, ...over }, vocabulary, { batchTokens: 96 }, Rng.fromSeed(seed));
const epoch = (batches: ReturnType<typeof source>): Batch[] =>
  Array.from({ length: batches.epochLength }, () => batches.next());
/** What a batch has, row by row, with hidden words put back. */
function readRows({ inputs, sizes }: Batch) {
  const { B, S } = sizes as { B: number; S: number };
  const array = (name: string) => [...((inputs[name]?.data ?? []) as Int32Array)];
  const ids = array('ids');
  array('places').forEach((place, m) => {
    expect(ids[place]).toBe(MASK);
    ids[place] = array('targets')[m]!;
  });
  const row = (values: number[], b: number) => values.slice(b * S, (b + 1) * S);
  return Array.from({ length: B }, (_, b) => ({
    ids: row(ids, b),
    segments: row(array('segments'), b),
    label: array('labels')[b],
    masked: array('places').filter((place) => Math.floor(place / S) === b).length,
  }));
}

describe('a batch', () => {
  const batches = epoch(source());

  it('has pairs in their frame, padded, told apart, with their classes', () => {
    for (const batch of batches) {
      const { B, S, M } = batch.sizes as { B: number; S: number; M: number };
      expect(batch.inputs.ids!.dims).toEqual([B, S]);
      expect(batch.inputs.segments!.dims).toEqual([B, S]);
      expect(batch.inputs.places!.dims).toEqual([M]);
      expect(batch.inputs.targets!.dims).toEqual([M]);
      expect(batch.inputs.labels!.dims).toEqual([B]);
      expect(batch.weights).toEqual({ masked: M, pairs: B });
      expect(B * S).toBeLessThanOrEqual(96);
      for (const { ids, segments, label, masked } of readRows(batch)) {
        const length = ids.indexOf(PAD) < 0 ? ids.length : ids.indexOf(PAD);
        expect(length).toBeLessThanOrEqual(24);
        expect(ids.slice(length).every((id) => id === PAD)).toBe(true);
        const middle = ids.indexOf(SEP);
        expect([ids[0], ids[length - 1], ids.lastIndexOf(SEP)]).toEqual([CLS, SEP, length - 1]);
        const [a, b] = [ids.slice(1, middle), ids.slice(middle + 1, length - 1)];
        expect(Math.min(a.length, b.length)).toBeGreaterThan(0);
        expect(segments).toEqual(ids.map((_, place) => (place > middle && place < length ? 1 : 0)));
        const documentOf = (id: number) => Math.floor(id / 10);
        expect(label).toBe(documentOf(a[0]!) === documentOf(b[0]!) ? IS_NEXT : IS_RANDOM);
        if (label === IS_NEXT) expect([0, 1]).toContain(b[0]! - a.at(-1)!);
        expect(masked).toBe(Math.max(1, Math.round(0.15 * length)));
      }
    }
    const labels = batches.flatMap((batch) => readRows(batch).map(({ label }) => label));
    expect(new Set(labels)).toEqual(new Set([IS_NEXT, IS_RANDOM]));
  });

  it('without next sentences has single texts', () => {
    for (const batch of epoch(source({ nextSentence: false }))) {
      expect(Object.keys(batch.inputs)).toEqual(['ids', 'places', 'targets']);
      for (const { ids } of readRows(batch)) {
        const texts = ids.filter((id) => id !== PAD);
        expect([texts[0], texts.indexOf(SEP)]).toEqual([CLS, texts.length - 1]);
        expect(texts.length).toBeLessThanOrEqual(24);
      }
    }
  });
});

describe('epochs', () => {
  const texts = (batches: Batch[]) =>
    batches
      .flatMap((batch) => readRows(batch).map(({ ids }) => ids.filter((id) => id !== PAD).join(' ')))
      .sort();
  const masks = (batches: Batch[]) =>
    batches
      .flatMap(({ inputs, sizes: { B, S } }) =>
        Array.from({ length: B! }, (_, b) =>
          [...(inputs.ids!.data as Int32Array).subarray(b * S!, (b + 1) * S!)]
            .filter((id) => id !== PAD)
            .join(' '),
        ),
      )
      .sort();

  it('have pairs and masks of their own; the same seed has the same', () => {
    const [one, other] = [source(), source()];
    const [first, second] = [epoch(one), epoch(one)];
    expect([epoch(other), epoch(other)]).toEqual([first, second]);
    expect(texts(second)).not.toEqual(texts(first));
    expect(epoch(source({}, 2))).not.toEqual(first);
  });

  it('come again after dupeFactor of them, in another order', () => {
    const batches = source({ dupeFactor: 2 });
    const [a, b, c, d] = [epoch(batches), epoch(batches), epoch(batches), epoch(batches)];
    expect(masks(c)).toEqual(masks(a));
    expect(masks(d)).toEqual(masks(b));
    expect(masks(b)).not.toEqual(masks(a));
    expect(c).not.toEqual(a);
  });

  it.each([0, 1, 7, 40])('can be continued from a stored state, after %d batches', (before) => {
    const first = source();
    for (let i = 0; i < before; i++) first.next();
    const second = source();
    second.restore(JSON.parse(JSON.stringify(first.state())));
    for (let i = 0; i < 12; i++) expect(second.next()).toEqual(first.next());
  });
});

it('held-out batches have every pair once, the same each time', () => {
  const held = () =>
    heldOutBatches(sentences, options, vocabulary, { batchTokens: 96 }, Rng.fromSeed(0).split('valid'));
  const batches = held();
  expect(held()).toEqual(batches);
  const all = batches.flatMap(({ rows }) => rows).sort((a, b) => a - b);
  expect(all).toEqual(all.map((_, i) => i));
});

it('is refused where there is nothing to train on', () => {
  const none = new Sentences(Sequences.build(2, (i) => (i === 0 ? [7] : [])));
  expect(() => pretrainingBatches(none, options, vocabulary, { batchTokens: 96 }, Rng.fromSeed(1))).toThrow(
    'nothing is left to train on',
  );
});
