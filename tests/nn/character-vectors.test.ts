// Against the sums themselves, whatever the padding.
import { beforeAll, expect, it } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { characterVectors } from '../../src/nn/character-vectors.ts';
import { Scope } from '../../src/nn/scope.ts';
import { type Feeds, Session, Tensor } from '../../src/runtime/session.ts';
import { Parameters } from '../../src/train/parameters.ts';
import { Rng } from '../../src/util/rng.ts';

const [COUNT, E, F, D] = [7, 3, 4, 5];

/** Vectors of words, padded to `length`, with windows of `width`. */
async function vectorsOf(words: number[][], length: number, width: number) {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const ids = graph.input('ids', 'int32', ['U', 'C']);
  const options = { count: COUNT, size: E, filters: F, width, dropout: 0, dModel: D };
  const output = characterVectors(scope, ids, options);
  const session = await Session.create(exportModel(graph, { outputs: { output } }).model, { threads: 1 });
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(5));
  parameters.views.get('filters.bias')!.set([0.5, -0.1, 0.2, 0]);
  const rows = words.flatMap((word) => [...word, ...Array<number>(length - word.length).fill(0)]);
  const feeds: Feeds = { ids: new Tensor('int32', Int32Array.from(rows), [words.length, length]) };
  const { data } = (await session.run({ ...feeds, ...parameters.feeds })).output!;
  await session.release();
  return { data: [...(data as Float32Array)], views: parameters.views };
}

const words = [[2, 4, 5, 3], [2, 6, 3], []];
let found: Awaited<ReturnType<typeof vectorsOf>>;
beforeAll(async () => {
  found = await vectorsOf(words, 6, 4);
});

it('of each filter the greatest value over a window that moves over the word', () => {
  const { views } = found;
  const [table, kernel, bias] = ['embed.weight', 'filters.weight', 'filters.bias'].map(
    (name) => views.get(name)!,
  );
  const [out, last] = ['output.weight', 'output.bias'].map((name) => views.get(name)!);
  const expected = words.flatMap((word) => {
    const most = Array.from({ length: F }, (_, f) =>
      Math.max(
        0,
        ...word.map((_, t) => {
          let sum = bias![f]!;
          for (let k = 0; k < 4; k++) {
            const c = word[t - 1 + k];
            if (c === undefined) continue;
            for (let e = 0; e < E; e++) sum += table![c * E + e]! * kernel![(k * E + e) * F + f]!;
          }
          return sum;
        }),
      ),
    );
    return Array.from({ length: D }, (_, d) => most.reduce((s, x, f) => s + x * out![f * D + d]!, last![d]!));
  });
  for (const [i, x] of expected.entries()) expect(found.data[i]).toBeCloseTo(x, 5);
});

it('a word has the same vector in longer rows', async () => {
  const longer = await vectorsOf(words, 11, 4);
  for (const [i, x] of longer.data.entries()) expect(found.data[i]).toBeCloseTo(x, 5);
});
