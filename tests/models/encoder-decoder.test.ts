// The EncoderDecoder against PyTorch's: losses, log-probabilities, every gradient, and fifty steps of training.
import { describe, expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { logSoftmax } from '../../src/graph/ops/normalization.ts';
import { reshape, unsqueeze } from '../../src/graph/ops/shape.ts';
import { encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { causalContext } from '../../src/models/stack.ts';
import { KeyValueCache } from '../../src/nn/key-values.ts';
import { Scope } from '../../src/nn/scope.ts';
import { targetCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import { clipScale, globalNorm } from '../../src/optim/global-norm.ts';
import { buildOptimizer } from '../../src/optim/index.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { buildTrainingGraph, gradientName } from '../../src/train/training-graph.ts';
import { type Golden, loadGolden, toFeeds, toTensor, variants } from './goldens.ts';

interface Losses {
  loss: number;
  nll: number;
}

const THREADS = { threads: 1 };
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data as Float32Array);

/** Largest |a − b|, and NaN where there is one. */
function distance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, x, i) => {
    const difference = Math.abs(x - b[i]!);
    return difference > worst || Number.isNaN(difference) ? difference : worst;
  }, 0);
}

const objectiveOf = ({ model, config }: Golden<unknown>) =>
  targetCrossEntropy(model, { labelSmoothing: config.labelSmoothing, padId: 0 });

/** The loss is the mean over `tokens`. */
const scaleFeed = (tokens: number): Feeds => ({
  'scale/crossEntropy': new Tensor('float32', Float32Array.of(1 / tokens), []),
});

const countTokens = (labels: readonly number[]): number => labels.filter((id) => id !== 0).length;

/** Parameters, batch and masks of a golden, as session inputs. */
function feedsOf(
  golden: Golden<unknown>,
  masks: Iterable<{ name: string; shape: readonly unknown[] }>,
): Feeds {
  const bytes = golden.tensors('mask');
  const rows = [...masks].map(({ name }) => {
    const { data, dims } = bytes.get(name.replace(/^mask\//, ''))!;
    // The model works on rows: [B, T, D] is [B·T, D] there, [B, H, T, S] stays.
    const shape = dims.length === 3 ? [dims[0]! * dims[1]!, dims[2]!] : dims;
    return [name, new Tensor('uint8', data as Uint8Array, [...shape])] as const;
  });
  return {
    ...toFeeds(golden.tensors('param')),
    ...toFeeds(golden.tensors('batch')),
    ...Object.fromEntries(rows),
  };
}

describe('training graph', () => {
  test.each([...variants, 'dropout'])('%s', async (name) => {
    const golden = loadGolden<Losses>(name);
    const { model, declared } = buildTrainingGraph(objectiveOf(golden));
    const expectedGradients = golden.tensors('grad');
    expect([...declared.parameters.keys()].sort()).toEqual([...expectedGradients.keys()].sort());
    expect(declared.masks.length).toBe(golden.tensors('mask').size);
    const session = await Session.create(model, THREADS);
    const tokens = countTokens(numbers(toTensor(golden.tensors('batch').get('tgtOut')!)));
    const result = await session.run({ ...feedsOf(golden, declared.masks), ...scaleFeed(tokens) });
    await session.release();
    expect(Math.abs(numbers(result.crossEntropy)[0]! / tokens - golden.facts.loss)).toBeLessThan(1e-5);
    expect(Math.abs(numbers(result.nll)[0]! / tokens - golden.facts.nll)).toBeLessThan(1e-5);
    for (const [parameter, tensor] of expectedGradients) {
      const expected = numbers(toTensor(tensor));
      const actual = result[gradientName(parameter)];
      expect(actual!.dims, parameter).toEqual(tensor.dims);
      // A key's bias moves all scores of a query alike: its gradient is zero but for rounding.
      const scale = parameter.endsWith('.k.bias') ? 1e-3 : Math.max(...expected.map(Math.abs));
      expect(distance(numbers(actual), expected), parameter).toBeLessThan(5e-4 * scale);
    }
  });
});

describe('log-probabilities', () => {
  test.each(variants)('%s', async (name) => {
    const golden = loadGolden<Losses>(name);
    const graph = new Graph();
    const scope = new Scope(graph, { training: false });
    const src = graph.input('src', 'int32', ['B', 'S']);
    const tgtIn = graph.input('tgtIn', 'int32', ['B', 'T']);
    const memory = golden.model.encode(scope, src);
    const hidden = golden.model.decode(scope, tgtIn, { ...causalContext(graph, 'T'), memory });
    const logits = matMul(hidden, golden.model.outputEmbedding(scope), { transB: true });
    const logProbs = reshape(logSoftmax(logits), ['B', 'T', golden.config.vocabSize]);
    const session = await Session.create(exportModel(graph, { outputs: { logProbs } }).model, THREADS);
    const result = await session.run(feedsOf(golden, []));
    await session.release();
    const { dims } = golden.tensors('batch').get('tgtIn')!;
    expect(result.logProbs!.dims).toEqual([...dims, golden.config.vocabSize]);
    expect(distance(numbers(result.logProbs), golden.logProbs)).toBeLessThan(1e-5);
  });

  // Two hypotheses a sentence, fed the same tokens, must both give what the whole sequence gives.
  test.each(variants)('%s, one token at a time', async (name) => {
    const golden = loadGolden<Losses>(name);
    const { model, config } = golden;
    const hypotheses = 2;
    const graph = new Graph();
    const scope = new Scope(graph, { training: false });
    const src = graph.input('src', 'int32', ['B', 'S']);
    const tokens = graph.input('tokens', 'int32', ['2*B']);
    const position = graph.input('position', 'int64', [1]);
    const headDim = config.dModel / config.numHeads;
    const cache = (part: string) => graph.input(part, 'float32', ['2*B', config.numHeads, 'P', headDim]);
    const layers = Array.from({ length: config.numLayers }, (_, i) => i);
    const past = layers.map((i) => [i, { keys: cache(`keys${i}`), values: cache(`values${i}`) }] as const);
    const keyValues = new KeyValueCache(new Map(past));
    const memory = model.encode(scope, src);
    const hidden = model.decode(scope, unsqueeze(tokens, [1]), { places: position, keyValues, memory });
    const outputs = {
      logProbs: logSoftmax(matMul(hidden, model.outputEmbedding(scope), { transB: true })),
      ...Object.fromEntries(
        [...keyValues.entries().values()].flatMap(({ keys, values }, i) => [
          [`next/keys${i}`, keys],
          [`next/values${i}`, values],
        ]),
      ),
    };
    const session = await Session.create(exportModel(graph, { outputs }).model, THREADS);
    const [batch, length] = golden.tensors('batch').get('tgtIn')!.dims as [number, number];
    const ids = numbers(toTensor(golden.tensors('batch').get('tgtIn')!));
    const rows = batch * hypotheses;
    const empty = () => new Tensor('float32', new Float32Array(0), [rows, config.numHeads, 0, headDim]);
    let state: Feeds = Object.fromEntries(
      layers.flatMap((i) => [
        [`keys${i}`, empty()],
        [`values${i}`, empty()],
      ]),
    );
    for (let t = 0; t < length; t++) {
      const fed = Int32Array.from(
        { length: rows },
        (_, row) => ids[Math.floor(row / hypotheses) * length + t]!,
      );
      const feeds = {
        ...feedsOf(golden, []),
        ...state,
        tokens: new Tensor('int32', fed, [rows]),
        position: new Tensor('int64', BigInt64Array.of(BigInt(t)), [1]),
      };
      const result = await session.run(feeds);
      const v = config.vocabSize;
      const now = Array.from({ length: rows }, (_, row) => {
        const start = (Math.floor(row / hypotheses) * length + t) * v;
        return golden.logProbs.slice(start, start + v);
      });
      expect(distance(numbers(result.logProbs), now.flat())).toBeLessThan(1e-5);
      state = Object.fromEntries(Object.keys(state).map((key) => [key, result[`next/${key}`]!]));
      expect(state.keys0!.dims).toEqual([rows, config.numHeads, t + 1, headDim]);
    }
    await session.release();
  });
});

describe('training', () => {
  interface Trajectory {
    optimizer: { learningRate: number; betas: [number, number]; eps: number; clipNorm: number };
    losses: number[];
    gradNorms: number[];
  }

  test('fifty steps of Adam follow PyTorch', async () => {
    const golden = loadGolden<Trajectory>('trajectory');
    const { learningRate, betas, eps, clipNorm } = golden.facts.optimizer;
    const adam = buildOptimizer({ type: 'adam', betas, epsilon: eps, biasCorrection: true, clipNorm });
    const { model } = buildTrainingGraph(objectiveOf(golden));
    const session = await Session.create(model, THREADS);
    const parameters = golden.tensors('param');
    const state = new Map(
      [...parameters].map(([name, { data }]) => [
        name,
        adam.stateNames.map(() => new Float32Array(data.length)),
      ]),
    );
    const batches = golden.tensors('batch');
    for (const [i, expected] of golden.facts.losses.entries()) {
      const batch = [...batches].map(([name, { dtype, dims, data }]) => {
        const size = data.length / dims[0]!;
        const own = (data as Int32Array).subarray(i * size, (i + 1) * size);
        return [name, { dtype, dims: dims.slice(1), data: own }] as const;
      });
      const feeds = { ...toFeeds(parameters), ...toFeeds(batch) };
      const tokens = countTokens(numbers(feeds.tgtOut));
      const result = await session.run({ ...feeds, ...scaleFeed(tokens) });
      const loss = numbers(result.crossEntropy)[0]! / tokens;
      expect(Math.abs(loss / expected - 1), `loss of step ${i}: ${loss} against ${expected}`).toBeLessThan(
        1e-3,
      );
      const gradients = new Map(
        [...parameters.keys()].map((name) => [name, result[gradientName(name)]!.data as Float32Array]),
      );
      const norm = globalNorm(gradients.values());
      expect(Math.abs(norm / golden.facts.gradNorms[i]! - 1), `norm of step ${i}`).toBeLessThan(1e-2);
      const options = { learningRate, step: i + 1, gradientScale: clipScale(norm, clipNorm), decay: false };
      for (const [name, { data }] of parameters) {
        adam.update(data as Float32Array, gradients.get(name)!, state.get(name)!, options);
      }
    }
    await session.release();
  });
});

describe('configuration', () => {
  test('defaults are those of the base model', () => {
    expect(encoderDecoderSchema.parse({})).toEqual({
      type: 'encoderDecoder',
      numEncoderLayers: 6,
      numDecoderLayers: 6,
      dModel: 512,
      dFf: 2048,
      numHeads: 8,
      bias: true,
      dropout: 0.1,
      attentionDropout: 0,
      activationDropout: 0,
      norm: 'post',
      normType: 'layer',
      scaleEmbedding: true,
      positions: 'sinusoidal',
      tie: 'three',
      activation: 'relu',
      maxLength: 512,
      kvOwner: {},
    });
  });

  test('refuses what cannot be built', () => {
    const messageOf = (config: object) => encoderDecoderSchema.safeParse(config).error?.issues[0]?.message;
    expect(messageOf({ dModel: 10, numHeads: 4 })).toBe(
      'numHeads must divide dModel where headDim is not given',
    );
    expect(messageOf({ dModel: 9, numHeads: 3 })).toBe('sinusoidal positions need an even dModel');
    expect(messageOf({ dModel: 9, numHeads: 3, positions: 'learned' })).toBeUndefined();
    expect(messageOf({ dModel: 10, numHeads: 4, headDim: 3 })).toBeUndefined();
    expect(messageOf({ positions: 'rotary', headDim: 3 })).toBe('rotary positions need an even headDim');
    expect(messageOf({ numKvHeads: 3 })).toBe('numKvHeads must divide numHeads');
    const owners = (cross: number[]) => messageOf({ numDecoderLayers: 3, kvOwner: { cross } });
    expect(owners([0, 0, 2])).toBeUndefined();
    expect(owners([0, 0])).toBe('needs one entry for each of the 3 layers; it has 2');
    expect(owners([1, 1, 1])).toBe('layer 0 cannot read from layer 1, which comes later');
    expect(owners([0, 0, 1])).toBe('layer 2 cannot read from layer 1, which reads from layer 0');
  });
});
