// Layers against PyTorch: values and gradients of Σ output·dy, from tests/reference/layers.py.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backward } from '../../src/autograd/backward.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add, cast, div, equal, mul } from '../../src/graph/ops/elementwise.ts';
import { gather } from '../../src/graph/ops/indexing.ts';
import { crossEntropy } from '../../src/graph/ops/loss.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { range, reshape, unsqueeze } from '../../src/graph/ops/shape.ts';
import type { Activation } from '../../src/nn/activations.ts';
import { attend, projectKeysValues, projectQueries } from '../../src/nn/attention.ts';
import { feedForward } from '../../src/nn/feed-forward.ts';
import { normal, xavierUniform } from '../../src/nn/initializers.ts';
import { linear } from '../../src/nn/linear.ts';
import { layerNorm, rmsNorm } from '../../src/nn/normalization.ts';
import { causalMask, MASKED, sinusoidalPositions, sinusoidTable } from '../../src/nn/positions.ts';
import { Scope } from '../../src/nn/scope.ts';
import { Rng } from '../../src/util/rng.ts';
import { evaluate, type NdArray } from '../graph/evaluate.ts';

interface Golden {
  shape: number[];
  data: number[];
}
interface LayerCase {
  name: string;
  constants: Record<string, Golden>;
  inputs: Record<string, Golden>;
  output: Golden;
  dy: Golden;
  grads: Record<string, Golden>;
}

const TOLERANCE = 1e-5;

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../reference/goldens/${name}.json`, import.meta.url), 'utf8'));
}

const toArray = ({ shape, data }: Golden): NdArray => ({ dims: shape, data });

function expectClose(actual: NdArray | undefined, { shape, data }: Golden, what: string): void {
  expect(actual?.dims, what).toEqual(shape);
  const scale = Math.max(1, ...data.map(Math.abs));
  actual!.data.forEach((x, i) => {
    expect(Math.abs(x - data[i]!), `${what}[${i}]: ${x} against ${data[i]}`).toBeLessThan(TOLERANCE * scale);
  });
}

interface Layer {
  scope: Scope;
  /** Rows [N, D] of the input `x`, whose gradient is checked too. */
  rows: (name: string) => Value;
}

/** Checks a layer whose parameters have the golden's names; its other inputs are fed as rows. */
async function check(golden: LayerCase, build: (layer: Layer) => Value): Promise<void> {
  const graph = new Graph();
  const inputs = new Map<string, Value>();
  const input = (name: string) => {
    const { shape } = golden.inputs[name]!;
    inputs.set(name, graph.input(name, 'float32', shape));
    return inputs.get(name)!;
  };
  const rows = (name: string) => {
    const value = input(name);
    const width = value.shape.at(-1) as number;
    return reshape(value, [golden.inputs[name]!.data.length / width, width]);
  };
  const output = reshape(build({ scope: new Scope(graph, { training: true }), rows }), golden.output.shape);
  const dy = graph.input('dy', 'float32', golden.dy.shape);
  const loss = reduceSum(mul(output, dy), [...golden.dy.shape.keys()], false);
  const wrt = Object.keys(golden.grads).map((name) => inputs.get(name) ?? graph.parameters.get(name)!);
  const gradients = Object.fromEntries(backward(loss, wrt).map((dx, i) => [`grad/${wrt[i]!.name}`, dx]));
  const fed = { ...golden.inputs, ...golden.constants, dy: golden.dy };
  const feeds = Object.fromEntries(Object.entries(fed).map(([name, value]) => [name, toArray(value)]));
  const result = await evaluate(graph, { output, ...gradients }, feeds);
  expectClose(result.output, golden.output, 'output');
  for (const [name, expected] of Object.entries(golden.grads))
    expectClose(result[`grad/${name}`], expected, name);
}

const casesOf = (name: string) => load<{ cases: LayerCase[] }>(name).cases;

describe('linear', () => {
  test.each(casesOf('linear'))('$name', (golden) =>
    check(golden, ({ scope, rows }) => linear(scope, rows('x'), golden.output.shape.at(-1)!)),
  );
});

describe('layer norm', () => {
  const { eps, cases } = load<{ eps: number; cases: LayerCase[] }>('layer-norm');
  test.each(cases)('$name', (golden) => check(golden, ({ scope, rows }) => layerNorm(scope, rows('x'), eps)));
});

describe('RMS norm', () => {
  const { eps, cases } = load<{ eps: number; cases: LayerCase[] }>('rms-norm');
  test.each(cases)('$name', (golden) => check(golden, ({ scope, rows }) => rmsNorm(scope, rows('x'), eps)));
});

describe('attention', () => {
  const { numHeads, cases } = load<{ numHeads: number; cases: (LayerCase & { lengths?: number[] })[] }>(
    'attention',
  );
  test.each(cases)('$name', (golden) =>
    check(golden, ({ scope, rows }) => {
      const [batch, length] = golden.inputs.x!.shape as [number, number];
      const dModel = golden.inputs.x!.shape[2]!;
      const headDim = dModel / numHeads;
      const heads = { numHeads, numKvHeads: numHeads, headDim, valueDim: headDim, bias: true };
      const x = rows('x');
      const memory = golden.inputs.memory === undefined ? x : rows('memory');
      const sourceLength = (golden.inputs.memory ?? golden.inputs.x!).shape[1]!;
      const masks: Value[] = [];
      if (golden.name.includes('causal')) masks.push(causalMask(scope.graph, length));
      if (golden.lengths !== undefined) {
        const padded = golden.lengths.flatMap((n) =>
          Array.from({ length: sourceLength }, (_, i) => (i < n ? 0 : 1)),
        );
        const padding = scope.graph.constant(padded, [batch, sourceLength], 'int64');
        masks.push(unsqueeze(mul(cast(equal(padding, 1), 'float32'), MASKED), [1, 2]));
      }
      const mask = masks.length === 0 ? undefined : masks.reduce((a, b) => add(a, b));
      const queries = projectQueries(scope, x, { batch, length }, heads);
      const keysValues = projectKeysValues(scope, memory, { batch, length: sourceLength }, heads);
      return attend(scope, queries, keysValues, { dModel, bias: true, mask });
    }),
  );
});

describe('feed-forward', () => {
  test.each(casesOf('feed-forward'))('$name', (golden) =>
    check(golden, ({ scope, rows }) => {
      const dFf = golden.inputs['in.bias']!.shape[0]!;
      return feedForward(scope, rows('x'), {
        dFf,
        activation: golden.name as Activation,
        bias: true,
        dropout: 0,
      });
    }),
  );
});

describe('embedding with sinusoidal positions', () => {
  const { positions, cases } = load<{ positions: Golden; cases: LayerCase[] }>('embedding');
  const [maxLength, dModel] = positions.shape as [number, number];

  test('the table', () => {
    expectClose(
      { dims: positions.shape, data: [...sinusoidTable(maxLength, dModel)] },
      positions,
      'positions',
    );
  });

  test.each(cases)('$name', (golden) =>
    check(golden, ({ scope }) => {
      const [batch, length] = golden.constants.ids!.shape as [number, number];
      const ids = scope.graph.input('ids', 'int64', [batch, length]);
      const weight = scope.parameter('weight', golden.inputs.weight!.shape, normal(1));
      const embedded = mul(gather(weight, ids), Math.sqrt(dModel));
      return add(embedded, sinusoidalPositions(range(scope.graph, length), maxLength, dModel));
    }),
  );
});

describe('cross-entropy', () => {
  interface LossCase {
    labelSmoothing: number;
    logits: Golden;
    targets: Golden;
    weights: Golden;
    loss: number;
    nll: number;
    gradLogits: Golden;
  }

  // Hidden states are the logits where the output embedding is the identity matrix.
  test.each(load<{ cases: LossCase[] }>('cross-entropy').cases)(
    'smoothing $labelSmoothing, weights $weights.data',
    async ({ labelSmoothing, logits, targets, weights, loss, nll, gradLogits }) => {
      const graph = new Graph();
      const [, size] = logits.shape as [number, number];
      const eye = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
      const hidden = graph.input('logits', 'float32', ['N', size]);
      const w = graph.input('weights', 'float32', ['N']);
      const ids = graph.input('targets', 'int64', ['N']);
      const sums = crossEntropy(hidden, graph.constant(eye, [size, size], 'float32'), ids, w, labelSmoothing);
      const tokens = reduceSum(w, [0], false);
      const outputs = { loss: div(sums.smoothed, tokens), nll: div(sums.nll, tokens) };
      const feeds = { logits: toArray(logits), weights: toArray(weights), targets: toArray(targets) };
      const [gradient] = backward(outputs.loss, [hidden]);
      const result = await evaluate(graph, { ...outputs, gradient: gradient! }, feeds);
      expectClose(result.loss, { shape: [], data: [loss] }, 'loss');
      expectClose(result.nll, { shape: [], data: [nll] }, 'nll');
      expectClose(result.gradient, gradLogits, 'gradient');
    },
  );
});

describe('scope', () => {
  test('declares parameters under their paths, once', () => {
    const graph = new Graph();
    const scope = new Scope(graph, { training: false });
    const q = scope.at('encoder').at(0).at('q');
    expect(q.parameter('weight', [2, 3], normal(1))).toBe(q.parameter('weight', [2, 3], normal(1)));
    expect([...graph.parameters.keys()]).toEqual(['encoder.0.q.weight']);
    expect([...scope.declared.parameters.keys()]).toEqual(['encoder.0.q.weight']);
  });

  test('dropout scales what its mask keeps, and is nothing outside of training', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['N', 2]);
    expect(new Scope(graph, { training: false }).at('ff').dropout(x, 0.2)).toBe(x);
    const scope = new Scope(graph, { training: true });
    expect(scope.at('ff').dropout(x, 0)).toBe(x);
    const y = scope.at('ff').dropout(x, 0.2);
    expect(scope.declared.masks).toEqual([{ name: 'mask/ff', rate: 0.2, shape: ['N', 2] }]);
    const feeds = { x: { dims: [1, 2], data: [4, 8] }, 'mask/ff': { dims: [1, 2], data: [1, 0] } };
    expect((await evaluate(graph, { y }, feeds)).y!.data).toEqual([5, 0]);
  });
});

describe('initializers', () => {
  const moments = (values: Float32Array) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length),
    };
  };

  test('normal', () => {
    const { mean, deviation } = moments(normal(0.5)([100, 100], Rng.fromSeed(1)));
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.02);
  });

  test('Xavier uniform stays within its bound and fills it', () => {
    const bound = 0.5 * Math.sqrt(6 / 150);
    const values = xavierUniform(0.5)([100, 50], Rng.fromSeed(1));
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    expect(Math.abs(moments(values).deviation - bound / Math.sqrt(3))).toBeLessThan(0.02 * bound);
  });
});
