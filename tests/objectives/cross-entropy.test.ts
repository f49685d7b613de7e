// The objectives over tokens: what they count, and a language model that learns a periodic text.
import { expect, test } from 'vitest';
import type { Batch } from '../../src/data/batch.ts';
import { orderedContexts, PackedBatches } from '../../src/data/packed.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { buildContinuationGraph } from '../../src/decode/continuation-graph.ts';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { NO_LABEL, nextTokenCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { Rng } from '../../src/util/rng.ts';
import { learn } from './learns.ts';

const VOCAB_SIZE = 12;
const model = new DecoderModel(
  decoderSchema.parse({
    numLayers: 1,
    dModel: 32,
    dFf: 64,
    numHeads: 2,
    positions: 'rotary',
    norm: 'pre',
    dropout: 0,
    maxLength: 32,
  }),
  VOCAB_SIZE,
);
const packing = { contextLength: 16, rows: 4, separator: 1, noLabel: NO_LABEL, segments: true };

/** Documents that repeat a phrase of three tokens. */
const periodic = Sequences.build(12, (i) => {
  const phrase = [3 + (i % 9), 3 + ((i * 2 + 1) % 9), 3 + ((i * 5 + 3) % 9)];
  return Array.from({ length: 20 }, (_, t) => phrase[t % 3]!);
});

test('a language model learns a periodic text, and goes on with it', async () => {
  const objective = nextTokenCrossEntropy(model, { labelSmoothing: 0, segments: true });
  const batches = new PackedBatches(periodic, packing, Rng.fromSeed(1));
  const { losses, figures, parameters } = await learn(objective, 120, () => batches.next());
  expect(losses[0]).toBeGreaterThan(2);
  // The first phrase of a document cannot be known; the rest can.
  const [held] = orderedContexts(periodic, { ...packing, rows: 100 });
  expect((await figures(held!)).nll).toBeLessThan(0.6);
  const decode = { beamSize: 2, lengthPenalty: 0, nBest: 1 };
  const ids = { padId: 0, bosId: 1, eosId: 1 };
  const { model: search } = buildContinuationGraph(model, {
    decode,
    ids,
    weights: parameters.tensors(),
  });
  const session = await Session.create(search, { threads: 1 });
  const [a, b, c] = [...periodic.at(2)] as [number, number, number];
  const { sequences } = await session.run({
    prefix: new Tensor('int32', Int32Array.of(1, a, b, c, a, b), [1, 6]),
    padding: new Tensor('int64', BigInt64Array.of(0n), [1]),
    last: new Tensor('int32', Int32Array.of(c), [1]),
    limits: new Tensor('int64', BigInt64Array.of(6n), [1]),
  });
  await session.release();
  expect([...(sequences!.data as Int32Array)]).toEqual([a, b, c, a, b, c]);
});

test('segments hide other documents: a document has the same loss alone and packed', async () => {
  const twoDocuments = Sequences.build(2, (i) => [3 + i, 5, 7, 4, 6 + i]);
  const options = { ...packing, contextLength: 12, rows: 1 };
  const alone = [0, 1].map(
    (i) =>
      orderedContexts(
        Sequences.build(1, () => twoDocuments.at(i)),
        { ...options, contextLength: 5 },
      )[0]!,
  );
  const [packed] = orderedContexts(twoDocuments, options);
  const objective = nextTokenCrossEntropy(model, { labelSmoothing: 0, segments: true });
  const { figures } = await learn(objective, 1, () => packed!);
  const total = async (batch: Batch) => (await figures(batch)).nll! * batch.weights.tokens!;
  // Packed, the first document's end predicts the separator besides: that label is taken out.
  const masked: Batch = {
    ...packed!,
    inputs: {
      ...packed!.inputs,
      labels: {
        ...packed!.inputs.labels!,
        data: (packed!.inputs.labels!.data as Int32Array).map((label, t) => (t === 5 ? NO_LABEL : label)),
      },
    },
  };
  const sum = (await total(alone[0]!)) + (await total(alone[1]!));
  expect((await figures(masked)).nll! * packed!.weights.tokens!).toBeCloseTo(sum, 3);
  expect(await total(packed!)).toBeGreaterThan(sum + 0.1);
});
