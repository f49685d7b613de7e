// Sessions: what they load, and what they say about feeds.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { add, neg } from '../../src/graph/ops/elementwise.ts';
import { encodeModel } from '../../src/onnx/schema.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';

const graph = new Graph();
const x = graph.input('x', 'float32', ['B']);
const y = graph.input('y', 'float32', ['B']);
const { model } = exportModel(graph, { outputs: { sum: add(x, y), negative: neg(x) } });
const vector = (...values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
const feeds = { x: vector(1, 2), y: vector(10, 20) };

describe('session', () => {
  test('loads a model, its bytes, or a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tx-session-'));
    const path = join(folder, 'model.onnx');
    const bytes = encodeModel(model);
    writeFileSync(path, bytes);
    for (const source of [model, bytes, path]) {
      const session = await Session.create(source, { threads: 1 });
      const { sum, negative } = await session.run(feeds);
      expect([sum!.data, negative!.data]).toEqual([Float32Array.of(11, 22), Float32Array.of(-1, -2)]);
      await session.release();
    }
    rmSync(folder, { recursive: true });
  });

  test('leaves out feeds that the graph does not know, and outputs that nobody asked for', async () => {
    const session = await Session.create(model, { threads: 1 });
    expect([...session.inputs].sort()).toEqual(['x', 'y']);
    const result = await session.run({ ...feeds, z: vector(0) }, ['negative']);
    expect(Object.keys(result)).toEqual(['negative']);
    await expect(session.run({ x: vector(1) })).rejects.toThrow("no value for the graph's input y");
    await session.release();
  });

  test('sees what is written into a fed array before the next run', async () => {
    const session = await Session.create(model, { threads: 1 });
    const data = Float32Array.of(1, 2);
    const own = { ...feeds, x: new Tensor('float32', data, [2]) };
    await session.run(own);
    data[0] = 5;
    expect((await session.run(own)).sum!.data).toEqual(Float32Array.of(15, 22));
    await session.release();
  });

  test('refuses bytes that are no model', async () => {
    await expect(Session.create(Uint8Array.of(1, 2, 3))).rejects.toThrow();
  });
});
