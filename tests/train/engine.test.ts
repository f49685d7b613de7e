import { describe, expect, it } from 'vitest';
import { BatchIterator, orderedBatches } from '../../src/data/batches.ts';
import { pairExamples } from '../../src/data/pairs.ts';
import { Sequences } from '../../src/data/sequences.ts';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { targetCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import { Session } from '../../src/runtime/session.ts';
import { Engine } from '../../src/train/engine.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { buildEvalGraph } from '../../src/train/training-graph.ts';
import { Rng } from '../../src/util/rng.ts';
import { smallModel, Toy } from './toy.ts';

const toy = new Toy();
toy.remove();

const ids = { padId: 0, bosId: 1, eosId: 2 };

/** An engine over pairs of made-up lines. */
async function engineOver(pairs: Record<'src' | 'tgt', Sequences>, over: Record<string, unknown> = {}) {
  const config = encoderDecoderSchema.parse({ ...smallModel, dropout: 0 });
  const model = new EncoderDecoder(config, { srcVocabSize: 20, tgtVocabSize: 20, padId: ids.padId });
  const objective = targetCrossEntropy(model, { labelSmoothing: 0.1, padId: ids.padId });
  const examples = pairExamples(pairs, ids);
  const options = { batchTokens: 4096 };
  const system = {
    objective,
    dModel: config.dModel,
    batches: (rng: Rng) => new BatchIterator(() => examples, options, rng),
    held: { valid: orderedBatches(examples, options) },
    hasTest: false,
    mainFigure: 'loss',
    artifacts: () => ({}),
    record: {},
  };
  return { objective, engine: await Engine.create(system, toy.config({ seed: 3, ...over })) };
}

it('the loss is the mean over all target tokens, whatever batches they come in', async () => {
  const rng = Rng.fromSeed(1);
  // More than a batch holds, of lengths that differ.
  const side = () =>
    Sequences.build(400, (i) => Array.from({ length: 1 + ((7 * i) % 29) }, () => 3 + rng.int(17)));
  const pairs = { src: side(), tgt: side() };
  const { objective, engine } = await engineOver(pairs);
  const { parameters } = engine;
  const session = await Session.create(buildEvalGraph(objective).model, { threads: 1 });
  let [smoothed, nll, tokens] = [0, 0, 0];
  for (let i = 0; i < 400; i++) {
    const batch = pairExamples(pairs, ids).collate([i], {});
    const result = await session.run({ ...batchFeeds(batch), ...parameters.feeds });
    tokens += pairs.tgt.lengthOf(i) + 1;
    nll += Number(result.nll!.data[0]);
    smoothed += Number(result[Object.keys(objective.terms)[0]!]!.data[0]);
  }
  const means = await engine.means(engine.system.held.valid);
  expect(Object.keys(means).sort()).toEqual(['loss', 'nll', 'perplexity']);
  expect(means.perplexity).toBe(Math.exp(means.nll!));
  expect(means.loss).toBeCloseTo(smoothed / tokens, 4);
  expect(means.nll).toBeCloseTo(nll / tokens, 4);
  // Of 20 words without any training.
  expect(means.nll).toBeGreaterThan(Math.log(20) - 0.5);
  await session.release();
  await engine.release();
});

describe('optimizer.rates', () => {
  const line = () => Sequences.build(3, (i) => [3 + i, 4, 5]);
  const pairs = { src: line(), tgt: line() };
  /** How far each parameter goes in a step of gradient descent. */
  async function moves(rates?: Record<string, number>) {
    const { engine } = await engineOver(pairs, { optimizer: { type: 'sgd', momentum: 0, rates } });
    const { parameters, step, batches, rng } = engine;
    const before = new Map([...parameters.views].map(([name, view]) => [name, view.slice()]));
    await step.run([batches.next()], 0.5, 1, rng);
    await engine.release();
    return new Map(
      [...parameters.views].map(([name, view]) => {
        return [name, Math.hypot(...view.map((x, i) => x - before.get(name)![i]!))];
      }),
    );
  }

  it('multiply the learning rates of what a pattern stands for; the first that fits', async () => {
    const [plain, scaled] = [await moves(), await moves({ 'encoder.*.ff': 0.25, encoder: 0.5 })];
    for (const [name, norm] of plain) {
      const rate = name.startsWith('encoder.') ? (name.includes('.ff.') ? 0.25 : 0.5) : 1;
      expect(scaled.get(name), name).toBeCloseTo(rate * norm, 5);
    }
    expect(plain.get('encoder.0.ff.in.weight')).toBeGreaterThan(0.001);
  });

  it('are refused where there is no such parameter', async () => {
    await expect(moves({ encodr: 0.5 })).rejects.toThrow(
      'optimizer.rates: no parameter is called encodr; did you mean encoder?',
    );
  });
});
