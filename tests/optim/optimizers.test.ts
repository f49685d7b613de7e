import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clipScale, globalNorm } from '../../src/optim/global-norm.ts';
import { buildOptimizer, optimizerSchema } from '../../src/optim/index.ts';
import type { Optimizer } from '../../src/optim/optimizer.ts';
import { buildUpdateModel } from '../../src/optim/update-graph.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Rng } from '../../src/util/rng.ts';

interface GoldenTensor {
  shape: number[];
  data: number[];
}
type Named = Record<'a' | 'b', GoldenTensor>;
interface Golden {
  start: Named;
  grads: Named[];
  cases: {
    name: 'adam' | 'adamw' | 'sgd';
    options: { lr: number; betas?: [number, number]; eps?: number; weight_decay?: number; momentum?: number };
    clipNorm: number | null;
    gradNorms: number[];
    parameters: Named[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/goldens/optimizers.json', import.meta.url), 'utf8'),
);
const names = ['a', 'b'] as const;

function configOf({ name, options }: Golden['cases'][number]) {
  const { betas, eps, weight_decay, momentum } = options;
  return optimizerSchema.parse({
    type: name,
    ...(betas && { betas, epsilon: eps }),
    ...(name === 'adamw' && { weightDecay: weight_decay }),
    ...(momentum !== undefined && { momentum }),
  });
}

describe.each(golden.cases)('$name, clipped to $clipNorm', (example) => {
  const optimizer = buildOptimizer(configOf(example));

  it('follows PyTorch for ten steps', () => {
    const parameters = names.map((name) => Float32Array.from(golden.start[name].data));
    const state = parameters.map((p) => optimizer.stateNames.map(() => new Float32Array(p.length)));
    golden.grads.forEach((grads, t) => {
      const gradients = names.map((name) => Float32Array.from(grads[name].data));
      const norm = globalNorm(gradients);
      expect(norm).toBeCloseTo(example.gradNorms[t]!, 9);
      const gradientScale = example.clipNorm === null ? 1 : clipScale(norm, example.clipNorm);
      const options = { learningRate: example.options.lr, step: t + 1, gradientScale, decay: true };
      parameters.forEach((p, i) => {
        optimizer.update(p, gradients[i]!, state[i]!, options);
        expectClose(p, example.parameters[t]![names[i]!].data, 1e-6);
      });
    });
  });
});

const variants: [string, Record<string, unknown>][] = [
  ['adam', { type: 'adam' }],
  ['adam with other constants', { type: 'adam', betas: [0.8, 0.95], epsilon: 1e-3 }],
  ['adam without bias correction', { type: 'adam', biasCorrection: false }],
  ['adamw', { type: 'adamw', weightDecay: 0.1 }],
  ['adamw without bias correction', { type: 'adamw', weightDecay: 0.1, biasCorrection: false }],
  ['sgd', { type: 'sgd' }],
  ['sgd with momentum', { type: 'sgd', momentum: 0.9 }],
];

it.each([
  [{ type: 'sgd' }, []],
  [{ type: 'sgd', momentum: 0.9 }, ['m']],
  [{ type: 'adam' }, ['m', 'v']],
  [{ type: 'adamw' }, ['m', 'v']],
])('%j keeps %j for each parameter', (settings, stateNames) => {
  const optimizer = buildOptimizer(optimizerSchema.parse(settings));
  expect(optimizer.name).toBe(settings.type);
  expect(optimizer.stateNames).toEqual(stateNames);
  const { graph } = buildUpdateModel(optimizer, [{ name: 'w', shape: [2], decay: true }]);
  const next = ['next/w', ...stateNames.map((name) => `next/${name}/w`)];
  expect(graph.output.map(({ name }) => name)).toEqual(next);
});

describe('the update graph', () => {
  const specs = [
    { name: 'layer.weight', shape: [5, 7], decay: true, rate: 0.25 },
    { name: 'layer.bias', shape: [7], decay: false, rate: 1 },
  ];

  it.each(variants)('%s: equals the update in place', async (_, settings) => {
    const optimizer = buildOptimizer(optimizerSchema.parse(settings));
    const session = await Session.create(buildUpdateModel(optimizer, specs), { threads: 1 });
    const rng = Rng.fromSeed(1);
    const draw = (length: number) => new Float32Array(length).map(() => rng.normal());
    const inPlace = specs.map(({ shape }) => withState(optimizer, draw(shape.reduce((a, b) => a * b))));
    let byGraph: Float32Array[][] = inPlace.map((arrays) => arrays.map((x) => x.slice()));
    for (let step = 1; step <= 20; step++) {
      const gradients = inPlace.map(([p]) => draw(p!.length));
      const [learningRate, gradientScale] = [0.02 / step, 0.3];
      specs.forEach(({ decay, rate }, i) => {
        const [p, ...state] = inPlace[i]!;
        const options = { learningRate: rate * learningRate, step, gradientScale, decay };
        optimizer.update(p!, gradients[i]!, state, options);
      });
      const feeds: Feeds = {
        learningRate: new Tensor('float32', [learningRate], []),
        gradientScale: new Tensor('float32', [gradientScale], []),
        step: new Tensor('int64', [BigInt(step)], []),
      };
      specs.forEach(({ name, shape }, i) => {
        keysOf(optimizer, name).forEach((key, k) => {
          feeds[key] = new Tensor('float32', byGraph[i]![k]!, shape);
        });
        feeds[`grad/${name}`] = new Tensor('float32', gradients[i]!, shape);
      });
      const next = await session.run(feeds);
      byGraph = specs.map(({ name }) =>
        keysOf(optimizer, name).map((key) => next[`next/${key}`]!.data as Float32Array),
      );
      byGraph.forEach((arrays, i) => {
        arrays.forEach((x, k) => {
          expectClose(x, inPlace[i]![k]!, 1e-6);
        });
      });
    }
    await session.release();
  });

  const withState = (optimizer: Optimizer, p: Float32Array) => [
    p,
    ...optimizer.stateNames.map(() => new Float32Array(p.length)),
  ];
  const keysOf = (optimizer: Optimizer, name: string) => [
    name,
    ...optimizer.stateNames.map((s) => `${s}/${name}`),
  ];
});

describe('weight decay', () => {
  it('acts only where it is asked for, and only in adamw', () => {
    const optimizer = buildOptimizer(optimizerSchema.parse({ type: 'adamw', weightDecay: 0.5 }));
    const run = (decay: boolean) => {
      const p = Float32Array.of(2);
      const state = [new Float32Array(1), new Float32Array(1)];
      optimizer.update(p, Float32Array.of(0), state, { learningRate: 0.1, step: 1, gradientScale: 1, decay });
      return p[0];
    };
    expect(run(true)).toBeCloseTo(1.9, 6);
    expect(run(false)).toBe(2);
  });
});

describe('optimizerSchema', () => {
  it('fills in defaults', () => {
    expect(optimizerSchema.parse({ type: 'adam' })).toEqual({
      type: 'adam',
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      biasCorrection: true,
      clipNorm: 0,
    });
  });

  it.each([
    {},
    { type: 'lion' },
    { type: 'adam', momentum: 0.9 },
    { type: 'adam', betas: [0.9] },
    { type: 'adam', betas: [0.9, 1] },
    { type: 'adam', epsilon: 0 },
    { type: 'adamw', weightDecay: -1 },
    { type: 'sgd', momentum: 1 },
    { type: 'sgd', clipNorm: -1 },
    { type: 'sgd', clipNorm: Number.POSITIVE_INFINITY },
  ])('refuses %j', (config) => {
    expect(optimizerSchema.safeParse(config).success).toBe(false);
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (!(error <= tolerance)) expect.fail(`entry ${i}: ${actual[i]} is not ${expected[i]}`);
  }
}
