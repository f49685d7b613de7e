// The graphs of training and evaluation: their inputs and outputs, and that padding changes nothing.
// Their numbers are tested against PyTorch in tests/models.
import { describe, expect, test } from 'vitest';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { targetCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { buildEvalGraph, buildTrainingGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';

const config = encoderDecoderSchema.parse({
  numEncoderLayers: 1,
  numDecoderLayers: 1,
  dModel: 8,
  dFf: 12,
  numHeads: 2,
  dropout: 0.5,
  activation: 'gelu',
  maxLength: 10,
});
const model = new EncoderDecoder(config, { srcVocabSize: 11, tgtVocabSize: 11, padId: 0 });
const objectiveOf = (of: EncoderDecoder) => targetCrossEntropy(of, { labelSmoothing: 0.1, padId: 0 });
const training = buildTrainingGraph(objectiveOf(model));
const evaluation = buildEvalGraph(objectiveOf(model)).model;

const matrix = (rows: number[][]) =>
  new Tensor('int32', Int32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
const padded = (rows: number[][], length: number) =>
  matrix(rows.map((row) => [...row, ...new Array<number>(length - row.length).fill(0)]));

const src = [
  [5, 6, 7, 3],
  [8, 3],
];
const tgtIn = [
  [2, 4],
  [2, 9, 10],
];
const tgtOut = [
  [4, 3],
  [9, 10, 3],
];
const batch = (srcLength: number, tgtLength: number) => ({
  src: padded(src, srcLength),
  tgtIn: padded(tgtIn, tgtLength),
  tgtOut: padded(tgtOut, tgtLength),
  'scale/crossEntropy': new Tensor('float32', Float32Array.of(1 / 5), []),
});

/** All-one masks. */
const masks = (srcLength: number, tgtLength: number) =>
  Object.fromEntries(
    training.declared.masks.map(({ name, shape }) => {
      const rows = 2 * (String(shape[0]).includes('S') ? srcLength : tgtLength);
      return [name, new Tensor('uint8', new Uint8Array(rows * config.dModel).fill(1), [rows, config.dModel])];
    }),
  );

const parameters = new Parameters(training.declared.parameters.values());
parameters.initialize(Rng.fromSeed(1));

async function run(graph: typeof evaluation, feeds: Record<string, Tensor>) {
  const session = await Session.create(graph, { threads: 1 });
  const result = await session.run({ ...parameters.feeds, ...feeds });
  await session.release();
  return Object.fromEntries(
    Object.entries(result).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

describe('training graph', () => {
  test('takes the batch, one mask a dropout place, and the parameters', () => {
    const names = training.model.graph.input.map(({ name }) => name);
    const places = [
      'src',
      'encoder.0.selfAttn',
      'encoder.0.ff',
      'tgt',
      'decoder.0.selfAttn',
      'decoder.0.crossAttn',
      'decoder.0.ff',
    ];
    expect(training.declared.masks.map(({ name }) => name)).toEqual(places.map((place) => `mask/${place}`));
    expect(new Set(training.declared.masks.map(({ rate }) => rate))).toEqual(new Set([0.5]));
    expect(names.sort()).toEqual(
      [
        'src',
        'tgtIn',
        'tgtOut',
        'scale/crossEntropy',
        ...places.map((place) => `mask/${place}`),
        ...parameters.views.keys(),
      ].sort(),
    );
  });

  test('gives the losses and one gradient a parameter', () => {
    const outputs = training.model.graph.output.map(({ name }) => name);
    expect(outputs).toEqual([
      'crossEntropy',
      'nll',
      ...[...parameters.views.keys()].map((name) => `grad/${name}`),
    ]);
  });

  test('gives the same losses and gradients however far rows are padded', async () => {
    const near = await run(training.model, { ...batch(4, 3), ...masks(4, 3) });
    const far = await run(training.model, { ...batch(9, 8), ...masks(9, 8) });
    for (const [name, values] of Object.entries(near)) {
      values.forEach((x, i) => {
        expect(far[name]![i], name).toBeCloseTo(x, 5);
      });
    }
    expect(near.nll![0]! / 5).toBeGreaterThan(1);
  });

  test('a dropped place changes the loss', async () => {
    const kept = masks(4, 3);
    const dropped = { ...kept, 'mask/encoder.0.ff': new Tensor('uint8', new Uint8Array(8 * 8), [8, 8]) };
    const [a, b] = [
      await run(training.model, { ...batch(4, 3), ...kept }),
      await run(training.model, { ...batch(4, 3), ...dropped }),
    ];
    expect(a!.crossEntropy).not.toEqual(b!.crossEntropy);
  });

  test('counts the operations of its products', () => {
    const sizes = { B: 2, S: 4, T: 3 };
    const weights = parameters.specs.filter(
      ({ name, shape }) => shape.length === 2 && name !== 'embed.weight',
    );
    // Forward and twice that backward, for the rows that each weight meets; attention and the output come on top.
    const rows = (name: string) => (name.startsWith('encoder') || /crossAttn\.[kv]/.test(name) ? 8 : 6);
    const linear = weights.reduce((sum, { name, shape: [a, b] }) => sum + 6 * a! * b! * rows(name), 0);
    const output = 6 * 6 * 8 * 11;
    expect(training.flops(sizes)).toBeGreaterThan(linear + output);
    expect(training.flops(sizes)).toBeLessThan(1.5 * (linear + output));
    expect(training.flops({ ...sizes, B: 4 })).toBeGreaterThan(1.9 * training.flops(sizes));
  });
});

describe('evaluation graph', () => {
  test('gives sums, without masks', async () => {
    expect(evaluation.graph.input.map(({ name }) => name).filter((name) => name.startsWith('mask/'))).toEqual(
      [],
    );
    const { crossEntropy, nll } = await run(evaluation, batch(5, 4));
    // The training graph's mask of ones keeps all and scales by 1 / (1 − 0.5), so only a model without dropout agrees.
    const plain = new EncoderDecoder({ ...config, dropout: 0 }, model.vocabulary);
    const own = await run(buildTrainingGraph(objectiveOf(plain)).model, batch(5, 4));
    expect(own.crossEntropy![0]).toBeCloseTo(crossEntropy![0]!, 4);
    expect(own.nll![0]).toBeCloseTo(nll![0]!, 5);
  });
});
