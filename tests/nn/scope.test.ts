// Taps of a scope, and edits of what is tapped.
import { expect, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { add, mul } from '../../src/graph/ops/elementwise.ts';
import { Scope } from '../../src/nn/scope.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';

/** x + 1, tapped as `inner.sum`, times 10. */
const build = (scope: Scope): Value =>
  mul(scope.at('inner').tap('sum', add(scope.graph.input('x', 'float32', [2]), 1)), 10);

async function compute(scope: Scope, outputs: Record<string, Value>): Promise<Record<string, number[]>> {
  const session = await Session.create(exportModel(scope.graph, { outputs }).model, { threads: 1 });
  const found = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2), [2]) });
  await session.release();
  return Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, [...(data as Float32Array)]]),
  );
}

test('a tap is known by its path, and changes nothing', async () => {
  const scope = new Scope(new Graph(), { training: false });
  const product = build(scope);
  expect([...scope.declared.taps.keys()]).toEqual(['inner.sum']);
  expect(await compute(scope, { product, sum: scope.declared.taps.get('inner.sum')! })).toEqual({
    product: [20, 30],
    sum: [2, 3],
  });
});

test('an edit stands in for what is tapped, in scopes of parts too', async () => {
  const paths: string[] = [];
  const scope = new Scope(new Graph(), {
    training: false,
    edit: (path, value) => {
      paths.push(path);
      return mul(value, 2);
    },
  });
  const product = build(scope);
  expect(paths).toEqual(['inner.sum']);
  expect(await compute(scope, { product, sum: scope.declared.taps.get('inner.sum')! })).toEqual({
    product: [40, 60],
    sum: [4, 6],
  });
});
