// What an encoder's own settings change. That BERT's are BERT's is held against transformers in tests/exchange.
import { expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { Rng } from '../../src/util/rng.ts';

const SIZES = { numLayers: 1, dModel: 8, dFf: 12, numHeads: 2, maxLength: 6 };
const vocabulary = { vocabSize: 11, padId: 0 };

/** A model's graph, its parameters as they begin, and how many values they have by name. */
function build(settings: object, withSegments = true) {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const model = new EncoderModel(encoderSchema.parse({ ...SIZES, ...settings }), vocabulary);
  const matrix = (name: string) => graph.input(name, 'int32', ['B', 'S']);
  const { rows } = model.encode(scope, matrix('ids'), {
    segments: withSegments ? matrix('segments') : undefined,
  });
  const specs = [...scope.declared.parameters.values()];
  const weights = new Map<string, TensorData>(
    specs.map(({ name, shape, initializer }) => {
      const data = initializer(shape, Rng.fromSeed(1).split(name)).map(
        (x) => x + 0.1 * Math.sin(name.length),
      );
      return [name, { dtype: 'float32', dims: [...shape], data }];
    }),
  );
  return { model, specs, weights, exported: exportModel(graph, { outputs: { rows }, weights }) };
}

async function run({ exported }: ReturnType<typeof build>, segments: number[]): Promise<number[]> {
  const session = await Session.create(exported.model, { threads: 1 });
  const tensor = (data: number[]) => new Tensor('int32', Int32Array.from(data), [1, data.length]);
  const { rows } = await session.run({ ids: tensor([3, 4, 5, 6]), segments: tensor(segments) });
  await session.release();
  return [...(rows!.data as Float32Array)];
}

test('without its own settings it has no parameters but those of embeddings and layers', () => {
  const names = build({}).specs.map(({ name }) => name);
  expect(names.filter((name) => !name.startsWith('encoder.'))).toEqual(['embed.weight']);
  const all = build({ segments: 2, embeddingNorm: true, positions: 'learned' }).specs.map(({ name }) => name);
  expect(all.filter((name) => !name.startsWith('encoder.'))).toEqual([
    'positions.weight',
    'segments.weight',
    'embed.weight',
    'embedNorm.weight',
    'embedNorm.bias',
  ]);
});

test('segments tell texts apart where there are rows for them', async () => {
  for (const [settings, differs] of [
    [{ segments: 2 }, true],
    [{ segments: 1 }, false],
    [{}, false],
  ] as const) {
    const model = build(settings);
    const [one, other] = [await run(model, [0, 0, 0, 0]), await run(model, [0, 0, 1, 1])];
    expect(JSON.stringify(one) !== JSON.stringify(other)).toBe(differs);
    // Not given, all are of the first text.
    expect(await run(build(settings, false), [0, 0, 0, 0])).toEqual(one);
  }
});

test('positions from an offset read later rows of a longer table', async () => {
  const [plain, later] = [
    build({ positions: 'learned' }),
    build({ positions: 'learned', positionOffset: 2 }),
  ];
  const [from, to] = [plain, later].map(({ weights }) => weights.get('positions.weight')!);
  expect([from!.dims, to!.dims]).toEqual([
    [6, 8],
    [8, 8],
  ]);
  (to!.data as Float32Array).set(from!.data as Float32Array, 16);
  expect(await run(later, [0, 0, 0, 0])).toEqual(await run(plain, [0, 0, 0, 0]));
  const parsed = encoderSchema.safeParse({ ...SIZES, positions: 'rotary', positionOffset: 2 });
  expect(parsed.error?.issues[0]?.message).toBe('positionOffset needs positions: learned');
});

test('a causal one sees at each place itself and those before alone', async () => {
  const vectors = async (settings: object, ids: number[]) => {
    const session = await Session.create(build(settings).exported.model, { threads: 1 });
    const tensor = (data: number[]) => new Tensor('int32', Int32Array.from(data), [1, data.length]);
    const { rows } = await session.run({ ids: tensor(ids), segments: tensor(ids.map(() => 0)) });
    await session.release();
    return ids.map((_, i) => [...(rows!.data as Float32Array)].slice(8 * i, 8 * (i + 1)));
  };
  for (const causal of [true, false]) {
    const [one, other] = [
      await vectors({ causal, segments: 1 }, [3, 4, 5, 6]),
      await vectors({ causal, segments: 1 }, [3, 4, 7, 6]),
    ];
    expect(one.map((vector, i) => JSON.stringify(vector) === JSON.stringify(other[i]))).toEqual(
      causal ? [true, true, false, false] : [false, false, false, false],
    );
    // Padding is hidden from all.
    const padded = await vectors({ causal, segments: 1 }, [3, 4, 5, 6, 0]);
    for (const [i, vector] of one.entries())
      for (const [d, x] of vector.entries()) expect(padded[i]![d]).toBeCloseTo(x, 5);
  }
  const parsed = encoderSchema.safeParse({ ...SIZES, causal: true, pooler: true });
  expect(parsed.error?.issues[0]?.message).toMatch(/^causal: the first place/);
});

test('norms take the epsilon that is given', async () => {
  const rows = await Promise.all(
    [undefined, 1e-5, 1].map((normEpsilon) => run(build({ normEpsilon }), [0, 0, 0, 0])),
  );
  expect(rows[0]).toEqual(rows[1]);
  expect(rows[2]).not.toEqual(rows[1]);
  expect(build({ normType: 'rms', normEpsilon: 1e-6 }).exported.model).toEqual(
    build({ normType: 'rms' }).exported.model,
  );
});

test('a deviation of matrices is that of all of them, vectors aside', () => {
  const { specs } = build({ initialization: 0.02, segments: 2, positions: 'learned', dFf: 400 });
  for (const { name, shape, initializer } of specs) {
    const values = initializer(shape, Rng.fromSeed(3).split(name));
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    if (shape.length > 1) expect(deviation / 0.02, name).toBeCloseTo(1, name.includes('ff') ? 1 : -1);
    else expect([0, 1], name).toContain(deviation);
  }
});

test('it has a pooler where it is given one', () => {
  expect(build({}).model.pool).toBeUndefined();
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const { model } = build({ pooler: true });
  const hidden = model.encode(scope, graph.input('ids', 'int32', ['B', 'S']));
  expect(model.pool!(scope, hidden).shape).toEqual(['B', 8]);
  expect(scope.declared.parameters.get('pooler.weight')!.shape).toEqual([8, 8]);
});
