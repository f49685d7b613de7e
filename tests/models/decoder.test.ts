// The decoder alone: whole sequences and cached steps give the same logits, whatever shares keys and values.
import { describe, expect, test } from 'vitest';
import { DecoderModel, decoderSchema } from '../../src/models/decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';
import { bothWays, expectClose, ids, LENGTH, open, ROWS, tensorOf, VOCAB_SIZE } from './both-ways.ts';

const SHAPE = { numLayers: 4, dModel: 12, dFf: 10, numHeads: 4, maxLength: 8, dropout: 0 };

const decoder = (settings: object) => decoderSchema.parse({ ...SHAPE, ...settings });
const COMMON = { headDim: 6, norm: 'pre', normType: 'rms', activation: 'swiglu', bias: false };
const HEADS = [1, 2, 4];
const POSITIONS = ['sinusoidal', 'learned', 'rotary', 'none'];

// Every form of a map; the names stand for three maps from six layers on.
describe.each<[unknown, object, readonly string[]]>([
  [undefined, {}, POSITIONS],
  [[0, 0, 2, 2], {}, POSITIONS],
  ['0_1_1_1', { kvNorm: true }, POSITIONS],
  [{ cla: 4 }, { kvNorm: true }, POSITIONS],
  [{ cla: 3 }, { numLayers: 5 }, ['rotary']],
  ['keepEnds', { numLayers: 6 }, ['rotary', 'learned']],
  ['denseFront', { numLayers: 6, kvNorm: true }, ['rotary', 'learned']],
  ['denseBack', { numLayers: 6 }, ['rotary', 'learned']],
])('keys and values of layers %j %j', (kvOwner, settings, positions) => {
  describe.each(HEADS)('%i heads of keys and values', (numKvHeads) => {
    test.each(positions)('%s positions', async (positions) => {
      const { whole, stepwise } = await bothWays(
        decoder({ kvOwner, numKvHeads, positions, ...COMMON, ...settings }),
      );
      expect(whole.some((x) => Math.abs(x) > 0.1)).toBe(true);
      expectClose(stepwise, whole);
    });
  });
});

test('values of another size than queries and keys', async () => {
  const { whole, stepwise } = await bothWays(
    decoder({ headDim: 2, valueDim: 5, numKvHeads: 2, kvOwner: [0, 0, 2, 2] }),
  );
  expectClose(stepwise, whole);
});

test('post-norm with untied output and biases', async () => {
  const { whole, stepwise } = await bothWays(
    decoder({ tie: false, norm: 'post', positions: 'rotary', headDim: 4 }),
  );
  expectClose(stepwise, whole);
});

test('rotary positions tell the order, no positions only the set', async () => {
  const first = async (positions: string, rows: number[][]) => {
    const model = new DecoderModel(
      decoderSchema.parse({ ...SHAPE, numLayers: 1, headDim: 4, positions }),
      VOCAB_SIZE,
    );
    const { session, declared } = await open(model, (graph) => ({
      context: causalContext(graph, 'T'),
      outputs: () => ({}),
    }));
    const parameters = new Parameters(declared.parameters.values());
    parameters.initialize(Rng.fromSeed(3));
    const { logits } = await session.run({ ids: tensorOf(rows), ...parameters.feeds });
    await session.release();
    return (logits!.data as Float32Array).slice(-VOCAB_SIZE);
  };
  const [order, other] = [[[1, 2, 3]], [[2, 1, 3]]];
  expectClose(await first('none', order), await first('none', other));
  const [a, b] = [await first('rotary', order), await first('rotary', other)];
  expect(Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))).toBeGreaterThan(1e-3);
});

test('attention weights can be tapped: rows sum to one, nothing ahead is seen', async () => {
  const model = new DecoderModel(decoderSchema.parse({ ...SHAPE, numKvHeads: 2 }), VOCAB_SIZE);
  const { session, declared } = await open(model, (graph, scope) => ({
    context: causalContext(graph, 'T'),
    outputs: () => ({ weights: scope.declared.taps.get('decoder.3.selfAttn.weights')! }),
  }));
  const parameters = new Parameters(declared.parameters.values());
  parameters.initialize(Rng.fromSeed(3));
  const { weights } = await session.run({ ids: tensorOf(ids), ...parameters.feeds });
  await session.release();
  expect(weights!.dims).toEqual([ROWS, SHAPE.numHeads, LENGTH, LENGTH]);
  const data = weights!.data as Float32Array;
  for (let row = 0; row < ROWS * SHAPE.numHeads * LENGTH; row++) {
    const values = [...data.subarray(row * LENGTH, (row + 1) * LENGTH)];
    expect(Math.abs(values.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    expect(values.slice((row % LENGTH) + 1).every((x) => x === 0)).toBe(true);
  }
});
