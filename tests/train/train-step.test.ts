import { describe, expect, it } from 'vitest';
import { pairExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { zeros } from '../../src/nn/initializers.ts';
import { targetCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import type { Objective } from '../../src/objectives/objective.ts';
import { buildOptimizer } from '../../src/optim/index.ts';
import { ALONE, type Group } from '../../src/runtime/group.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { type StepOptions, TrainStep } from '../../src/train/train-step.ts';
import { buildTrainingGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';
import { smallModel } from './toy.ts';

const ids = { padId: 0, bosId: 1, eosId: 2 };
const sentence = (length: number, first: number) =>
  Int32Array.from({ length }, (_, i) => 3 + ((first + 5 * i) % 17));
const lengths = [5, 5, 4, 7, 2, 3];
const pairs = {
  src: Sequences.build(lengths.length, (i) => sentence(lengths[i]!, i)),
  tgt: Sequences.build(lengths.length, (i) => sentence(lengths[i]! + 1, 2 * i)),
};

/** A step over a model of its own, always with the same parameters; without dropout. */
async function buildStep(
  clipNorm = 0,
  group: Group = ALONE,
  opensAfter: StepOptions['opensAfter'] & {} = () => 0,
): Promise<TrainStep> {
  const config = encoderDecoderSchema.parse({ ...smallModel, dropout: 0 });
  const model = new EncoderDecoder(config, { srcVocabSize: 20, tgtVocabSize: 20, padId: ids.padId });
  const objective = targetCrossEntropy(model, { labelSmoothing: 0.1, padId: ids.padId });
  const graph = buildTrainingGraph(objective);
  const session = await Session.create(graph.model, { threads: 1 });
  const parameters = new Parameters(graph.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  const optimizer = buildOptimizer({ type: 'sgd', momentum: 0, clipNorm });
  return new TrainStep(objective, session, graph.declared.masks, parameters, optimizer, clipNorm, undefined, {
    group,
    opensAfter,
  });
}

const run = (step: TrainStep, groups: number[][]) =>
  step.run(
    groups.map((rows) => pairExamples(pairs, ids).collate(rows, {})),
    0.5,
    1,
    Rng.fromSeed(1),
  );

it('what is to be done meanwhile is done while gradients are summed', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  // The gradients of the other rank come only once this one has done it.
  const sum = (values: Float32Array | Float64Array) =>
    values instanceof Float32Array ? opened : Promise.resolve();
  const step = await buildStep(0, { ...ALONE, size: 2, sum });
  const batch = pairExamples(pairs, ids).collate([0, 1], {});
  const { loss } = await step.run([batch], 0.5, 1, Rng.fromSeed(1), async () => open());
  expect(loss).toBeGreaterThan(0);
});

it('two unequal parts of a batch update as the whole batch does', async () => {
  const [whole, parts] = [await buildStep(), await buildStep()];
  const before = whole.parameters.flat.slice();
  const expected = await run(whole, [[0, 1, 2, 3, 4, 5]]);
  const found = await run(parts, [
    [0, 2, 3],
    [5, 1, 4],
  ]);
  expect(found.weights).toEqual(expected.weights);
  for (const key of ['loss', 'gradientNorm'] as const) expect(found[key]).toBeCloseTo(expected[key], 5);
  expect(found.sums.nll).toBeCloseTo(expected.sums.nll!, 3);
  const differences = whole.parameters.flat.map((x, i) => Math.abs(x - parts.parameters.flat[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-6);
  expect(whole.parameters.flat).not.toEqual(before);
});

it('clips the norm of the whole gradient', async () => {
  const [free, clipped] = [await buildStep(), await buildStep(0.01)];
  const start = free.parameters.flat.slice();
  const { gradientNorm } = await run(free, [[0, 1]]);
  expect(gradientNorm).toBeGreaterThan(0.01);
  expect((await run(clipped, [[0, 1]])).gradientNorm).toBeCloseTo(gradientNorm, 5);
  const moved = clipped.parameters.flat.map((x, i) => x - start[i]!);
  expect(Math.hypot(...moved)).toBeCloseTo(0.5 * 0.01, 5);
});

it('leaves parameters alone until they are opened, and their gradients out of the norm', async () => {
  const whole = await buildStep();
  const step = await buildStep(0, ALONE, (name) => (name.startsWith('encoder') ? 1 : 0));
  const before = step.parameters.flat.slice();
  const batch = pairExamples(pairs, ids).collate([0, 1, 2], {});
  const all = await whole.run([batch], 0.5, 1, Rng.fromSeed(1));
  const open = await step.run([batch], 0.5, 1, Rng.fromSeed(1));
  expect(open.loss).toBe(all.loss);
  expect(open.gradientNorm).toBeLessThan(all.gradientNorm);
  const changed = () =>
    [...step.parameters.views].filter(([, view]) => {
      const from = (view.byteOffset - step.parameters.flat.byteOffset) / 4;
      return view.some((x, i) => x !== before[from + i]);
    });
  expect(changed().length).toBeGreaterThan(0);
  expect(changed().filter(([name]) => name.startsWith('encoder'))).toEqual([]);
  await step.run([batch], 0.5, 2, Rng.fromSeed(1));
  expect(changed().some(([name]) => name.startsWith('encoder'))).toBe(true);
});

describe('what a session gives', () => {
  const objective: Objective = {
    inputs: {},
    terms: { crossEntropy: { per: 'tokens', scale: 1 } },
    statistics: { nll: { per: 'tokens' } },
    signature: '',
    build: () => ({}),
  };
  const batch = (tokens: number) => ({ inputs: {}, sizes: { B: 1 }, weights: { tokens }, rows: [0] });
  const tensor = (data: number[]) => new Tensor('float32', Float32Array.from(data), [data.length]);

  /** A step of two parameters over made-up results, one a batch; it must be asked for their share. */
  function fake(results: { sum: number; gradient: number[] }[], tokens: number) {
    const parameters = new Parameters([{ name: 'w', shape: [2], initializer: zeros }]);
    const optimizer = buildOptimizer({ type: 'sgd', momentum: 0, clipNorm: 0 });
    let next = 0;
    const session = {
      run: async (feeds: Feeds) => {
        expect(feeds['scale/crossEntropy']!.data[0]).toBeCloseTo(1 / tokens, 6);
        const { sum, gradient } = results[next++]!;
        return { crossEntropy: tensor([sum]), nll: tensor([sum / 2]), 'grad/w': tensor(gradient) };
      },
    } as unknown as Session;
    return new TrainStep(objective, session, [], parameters, optimizer, 0);
  }

  it('is summed over the batches of an update; the loss is its mean', async () => {
    const step = fake(
      [
        { sum: 6, gradient: [1, 0] },
        { sum: 4, gradient: [2, 4] },
      ],
      5,
    );
    const result = await step.run([batch(2), batch(3)], 0.5, 1, Rng.fromSeed(1));
    expect(result).toEqual({
      sums: { crossEntropy: 10, nll: 5 },
      weights: { tokens: 5 },
      loss: 2,
      gradientNorm: 5,
      skipped: false,
    });
    expect([...step.parameters.flat]).toEqual([-1.5, -2]);
  });

  it.each([
    ['the loss', Number.NaN, [1, 1]],
    ['the loss', Number.POSITIVE_INFINITY, [1, 1]],
    ['the gradient', 1, [1, Number.NaN]],
    ['the gradient', 1, [Number.NEGATIVE_INFINITY, 1]],
  ])('changes nothing where %s alone is not finite (%d, %j)', async (_, sum, gradient) => {
    const step = fake([{ sum, gradient }], 1);
    expect((await step.run([batch(1)], 0.5, 1, Rng.fromSeed(1))).skipped).toBe(true);
    expect([...step.parameters.flat]).toEqual([0, 0]);
  });

  it('has no share in a term that nothing counts for', async () => {
    const parameters = new Parameters([{ name: 'w', shape: [1], initializer: zeros }]);
    const optimizer = buildOptimizer({ type: 'sgd', momentum: 0.5, clipNorm: 0 });
    const scales: unknown[] = [];
    const session = {
      run: async (feeds: Feeds) => {
        scales.push(feeds['scale/crossEntropy']!.data[0]);
        return { crossEntropy: tensor([0]), nll: tensor([0]), 'grad/w': tensor([1]) };
      },
    } as unknown as Session;
    const step = new TrainStep(objective, session, [], parameters, optimizer, 0);
    expect((await step.run([batch(0)], 1, 1, Rng.fromSeed(1))).skipped).toBe(true);
    await step.run([batch(4)], 1, 1, Rng.fromSeed(1));
    await step.run([batch(2)], 1, 2, Rng.fromSeed(1));
    expect(scales).toEqual([0, 0.25, 0.5]);
    // The momentum is kept from update to update: 1, then 1.5.
    expect([...step.parameters.flat]).toEqual([-2.5]);
    expect([...step.state.get('m')![0]!]).toEqual([1.5]);
  });

  it('comes of masks drawn for the sizes of each batch', async () => {
    const parameters = new Parameters([{ name: 'w', shape: [1], initializer: zeros }]);
    const optimizer = buildOptimizer({ type: 'sgd', momentum: 0, clipNorm: 0 });
    const masks = [
      { name: 'mask/a', rate: 0.5, shape: ['B', 64] },
      { name: 'mask/b', rate: 0.25, shape: ['B', 'B', 16] },
    ];
    const drawn: { dims: readonly number[]; data: number[] }[][] = [];
    const session = {
      run: async (feeds: Feeds) => {
        drawn.push(
          masks.map(({ name }) => {
            const { dims, data } = feeds[name]!;
            return { dims, data: [...(data as Uint8Array)] };
          }),
        );
        return { crossEntropy: tensor([1]), nll: tensor([1]), 'grad/w': tensor([1]) };
      },
    } as unknown as Session;
    const step = new TrainStep(objective, session, masks, parameters, optimizer, 0);
    const sized = (B: number) => ({ ...batch(1), sizes: { B } });
    await step.run([sized(2), sized(3)], 1, 1, Rng.fromSeed(1));
    await step.run([sized(2)], 1, 2, Rng.fromSeed(1));
    expect(drawn.map((call) => call.map(({ dims }) => dims))).toEqual([
      [
        [2, 64],
        [2, 2, 16],
      ],
      [
        [3, 64],
        [3, 3, 16],
      ],
      [
        [2, 64],
        [2, 2, 16],
      ],
    ]);
    for (const call of drawn) {
      for (const [i, { dims, data }] of call.entries()) {
        expect(data).toHaveLength(dims.reduce((a, b) => a * b));
        const ones = data.reduce((a, b) => a + b) / data.length;
        expect(Math.abs(ones - [0.5, 0.75][i]!)).toBeLessThan(0.2);
      }
    }
    const [first, second, again] = drawn.map((call) => call.map(({ data }) => data.join('')));
    // Places and batches draw what is their own; the same generator draws the same.
    expect(first![0]!.slice(0, 64)).not.toBe(first![1]!.slice(0, 64));
    expect(second![0]!.slice(0, 64)).not.toBe(first![0]!.slice(0, 64));
    expect(again).toEqual(first);
  });

  it('is timed', async () => {
    const startedAt = performance.now();
    const step = fake([{ sum: 1, gradient: [1, 1] }], 1);
    await step.run([batch(1)], 0.5, 1, Rng.fromSeed(1));
    const { masks, session, update } = step.timings;
    for (const part of [masks, session, update]) expect(part).toBeGreaterThanOrEqual(0);
    expect(masks + session + update).toBeGreaterThan(0);
    expect(masks + session + update).toBeLessThanOrEqual(performance.now() - startedAt);
  });
});

it('a loss that is not finite changes nothing', async () => {
  const step = await buildStep();
  step.parameters.flat[0] = Number.NaN;
  const before = step.parameters.flat.slice();
  expect((await run(step, [[0, 1]])).gradientNorm).toBeNaN();
  expect(step.parameters.flat).toEqual(before);
});
