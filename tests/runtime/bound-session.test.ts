// Sessions whose outputs are bound: the numbers of plain ones, in the same arrays at every run.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { cast, mul, neg } from '../../src/graph/ops/elementwise.ts';
import { matMul } from '../../src/graph/ops/matmul.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { openBound } from '../../src/runtime/bound-session.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';

afterEach(() => {
  vi.doUnmock('koffi');
  vi.resetModules();
});

/** x [B, 3], mask [B, 3] of uint8, w [3, 2]: Σ (x ⊙ mask) w over the rows, and Σ w. */
function build() {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['B', 3]);
  const mask = graph.input('mask', 'uint8', ['B', 3]);
  const w = graph.input('w', 'float32', [3, 2]);
  const rows = reduceSum(matMul(mul(x, cast(mask, 'float32')), w), [0], false);
  return exportModel(graph, { outputs: { rows, total: reduceSum(w, [0, 1], false) } }).model;
}

function feedsOf(rows: number) {
  const ramp = (length: number) => Float32Array.from({ length }, (_, i) => (i * 7 + rows) % 5);
  return {
    x: new Tensor('float32', ramp(rows * 3), [rows, 3]),
    mask: new Tensor(
      'uint8',
      Uint8Array.from({ length: rows * 3 }, (_, i) => i % 2),
      [rows, 3],
    ),
    w: new Tensor('float32', ramp(6), [3, 2]),
  };
}

const data = (result: Record<string, Tensor>) => [result.rows!.data.slice(), result.total!.data.slice()];

describe('bound outputs', () => {
  test('are those of a plain session, whatever the shapes of the inputs, in the same arrays', async () => {
    const model = build();
    const bound = await openBound(model, { threads: 1 });
    const plain = await Session.create(model, { threads: 1 });
    let arrays: unknown[] | undefined;
    for (const rows of [2, 40, 1, 2]) {
      const result = await bound.run({ ...feedsOf(rows), other: new Tensor('float32', [1], [1]) });
      expect(data(result)).toEqual(data(await plain.run(feedsOf(rows))));
      expect(result.total!.dims).toEqual([]);
      arrays ??= [result.rows!.data, result.total!.data];
      expect(result.rows!.data).toBe(arrays[0]);
      expect(result.total!.data).toBe(arrays[1]);
    }
    await bound.release();
    await plain.release();
  });

  test('follow what is written into a fed array', async () => {
    const bound = await openBound(build(), { threads: 1 });
    const feeds = feedsOf(2);
    await bound.run(feeds);
    (feeds.w.data as Float32Array).fill(1);
    expect((await bound.run(feeds)).total!.data).toEqual(Float32Array.of(6));
    await bound.release();
  });

  test('leave the event loop a turn at each run', async () => {
    const bound = await openBound(build(), { threads: 1 });
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    for (let i = 0; i < 5; i++) await bound.run(feedsOf(1));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(5);
    await bound.release();
  });

  test('say what is missing or wrong, and go on', async () => {
    const bound = await openBound(build(), { threads: 1 });
    const { mask, ...others } = feedsOf(2);
    await expect(bound.run(others)).rejects.toThrow("no value for the graph's input mask");
    const wrong = { ...others, mask: new Tensor('float32', new Float32Array(6), [2, 3]) };
    await expect(bound.run(wrong)).rejects.toThrow(/onnxruntime: .*expected: \(tensor\(uint8/);
    const plain = await Session.create(build(), { threads: 1 });
    expect(data(await bound.run({ ...others, mask }))).toEqual(data(await plain.run({ ...others, mask })));
    await bound.release();
    await plain.release();
  });

  test('shapes that depend on the inputs: a plain session', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['B']);
    const session = await openBound(exportModel(graph, { outputs: { y: neg(x) } }).model, { threads: 1 });
    expect(session).toBeInstanceOf(Session);
    await session.release();
  });

  test('without koffi: a plain session', async () => {
    vi.resetModules();
    vi.doMock('koffi', () => {
      throw new Error('not installed');
    });
    const [{ openBound: open }, { Session: Plain }] = await Promise.all([
      import('../../src/runtime/bound-session.ts'),
      import('../../src/runtime/session.ts'),
    ]);
    const session = await open(build(), { threads: 1 });
    expect(session).toBeInstanceOf(Plain);
    await session.release();
  });
});
