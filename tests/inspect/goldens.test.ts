// What is seen inside encoders against transformers, and rollout and flow against NumPy (tests/reference/inspection.py).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, test } from 'vitest';
import { exportModel } from '../../src/graph/export.ts';
import { Graph } from '../../src/graph/graph.ts';
import { headWeights, meanWeights } from '../../src/inspect/inspection.ts';
import { flow, rollout } from '../../src/inspect/rollout.ts';
import { chooseTaps, readAttention, readHidden } from '../../src/inspect/taps.ts';
import { Scope } from '../../src/nn/scope.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Session } from '../../src/runtime/session.ts';
import { Inspector } from '../../src/tasks/inspector.ts';
import { type OpenEncoder, openEncoder } from '../../src/tasks/open-encoder.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { folderOf, loadGolden, names } from '../exchange/checkpoints.ts';
import { toTensor } from '../models/goldens.ts';

const at = (name: string) => fileURLToPath(new URL(`../reference/${name}`, import.meta.url));

/** The largest difference of what `counts`. */
const distance = (found: ArrayLike<number>, wanted: ArrayLike<number>, counts = (_: number) => true) => {
  expect(found.length).toBe(wanted.length);
  return Array.from(wanted).reduce(
    (most, x, i) => (counts(i) ? Math.max(most, Math.abs(x - found[i]!)) : most),
    0,
  );
};

/** Attention and hidden states of a batch, by the taps that the inspector asks for. */
async function look({ model, weights }: OpenEncoder, batch: Record<string, TensorData>) {
  const scope = new Scope(new Graph(), { training: false });
  const matrix = (name: string) => scope.graph.input(name, 'int32', ['B', 'S']);
  model.encode(scope, matrix('ids'), { segments: 'segments' in batch ? matrix('segments') : undefined });
  const wanted = { parts: ['queries', 'keys', 'scores', 'masked', 'values', 'mixed'], hidden: true } as const;
  const outputs = chooseTaps(scope.declared, wanted);
  const session = await Session.create(
    exportModel(scope.graph, { outputs, weights: weights.tensors }).model,
    { threads: 1 },
  );
  const feeds = Object.entries(batch).map(([name, data]) => [name, toTensor(data)] as const);
  const found = await session.run(Object.fromEntries(feeds));
  await session.release();
  return {
    found,
    attention: readAttention(found, () => new Float32Array(), wanted),
    hidden: readHidden(found, 'encoder'),
  };
}

test.each(names)('%s: attention and hidden states of all layers are those of transformers', async (name) => {
  const { tensors } = loadGolden(name);
  const batch: Record<string, TensorData> = { ids: tensors.get('ids')! };
  const segments = tensors.get('segments');
  if (segments !== undefined) batch.segments = segments;
  const encoder = openEncoder(folderOf(name));
  const { attention, hidden } = await look(encoder, batch);
  const attentions = loadSafetensors(at(`inspection/${name}.safetensors`)).tensors.get('attentions')!;
  const [layers, B, H, S] = attentions.dims as [number, number, number, number];
  expect(attention.map(({ path, layer }) => [path, layer])).toEqual(
    Array.from({ length: layers }, (_, i) => [`encoder.${i}.selfAttn`, i + 1]),
  );
  expect(hidden.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  const isPlace = (row: number) => batch.ids!.data[row] !== encoder.reader.padId;
  const all = attentions.data as Float32Array;
  const states = tensors.get('hidden')!.data as Float32Array;
  for (const [i, { weights }] of attention.entries()) {
    const wanted = all.subarray(i * weights.length, (i + 1) * weights.length);
    // Rows of padding mean nothing; its columns count.
    const counts = (w: number) => isPlace(Math.floor(w / (H * S * S)) * S + (Math.floor(w / S) % S));
    expect(distance(weights, wanted, counts), `layer ${i + 1}`).toBeLessThan(1e-5);
  }
  for (const [i, { rows }] of hidden.entries()) {
    const wanted = states.subarray(i * rows.length, (i + 1) * rows.length);
    const width = rows.length / (B * S);
    expect(distance(rows, wanted, (x) => isPlace(Math.floor(x / width)))).toBeLessThan(1e-5);
  }
});

test('the parts of attention make its weights, and these the mixed values', async () => {
  const { tensors } = loadGolden('bert');
  const { attention } = await look(openEncoder(folderOf('bert')), { ids: tensors.get('ids')! });
  const [B, H, S, K] = [3, 4, 9, 4];
  for (const { parts, weights } of attention) {
    const { queries, keys, scores, masked, values, mixed } = parts as Required<typeof parts>;
    for (let bh = 0; bh < B * H; bh++) {
      for (let i = 0; i < S; i++) {
        const row = Array.from({ length: S }, (_, j) => (bh * S + i) * S + j);
        const dot = (j: number) =>
          Array.from(
            { length: K },
            (_, k) => queries[(bh * S + i) * K + k]! * keys[(bh * S + j) * K + k]!,
          ).reduce((sum, x) => sum + x, 0) / Math.sqrt(K);
        for (const [j, w] of row.entries()) {
          expect(scores[w]).toBeCloseTo(dot(j), 4);
          const hides = tensors.get('ids')!.data[Math.floor(bh / H) * S + j] === 0;
          expect(masked[w]! < -1e8).toBe(hides);
        }
        const exps = row.map((w) => Math.exp(masked[w]!));
        const total = exps.reduce((sum, x) => sum + x, 0);
        for (const [j, w] of row.entries()) expect(weights[w]).toBeCloseTo(exps[j]! / total, 5);
        for (let k = 0; k < K; k++) {
          const sum = row.reduce((all, w, j) => all + weights[w]! * values[(bh * S + j) * K + k]!, 0);
          expect(mixed[(bh * S + i) * K + k]).toBeCloseTo(sum, 4);
        }
      }
    }
  }
});

test('what is looked at leaves the graph of the rest as it is', () => {
  const { model } = openEncoder(folderOf('bert'));
  const scope = new Scope(new Graph(), { training: false });
  const { rows } = model.encode(scope, scope.graph.input('ids', 'int32', ['B', 'S']));
  const alone = exportModel(scope.graph, { outputs: { rows } }).model;
  const types = alone.graph!.node!.map(({ op_type }) => op_type);
  expect(types.filter((type) => type === 'Softmax')).toHaveLength(2);
  // Of the products of queries and keys one a layer, and nothing that hands a tap out.
  expect(types.filter((type) => type === 'Identity')).toHaveLength(0);
  const taps = chooseTaps(scope.declared, { parts: ['masked'], hidden: false });
  expect(Object.keys(taps)).toEqual(
    [0, 1].flatMap((i) => [`encoder.${i}.selfAttn.weights`, `encoder.${i}.selfAttn.masked`]),
  );
});

interface Case {
  weights: number[][][][];
  rollout: number[][][];
  flow: number[][];
}
const { cases } = JSON.parse(readFileSync(at('goldens/rollout.json'), 'utf8')) as { cases: Case[] };

test.each(cases)('rollout and flow are those of NumPy', ({ weights, rollout: wanted, flow: flows }) => {
  const means = weights.map((heads) =>
    meanWeights({ weights: Float32Array.from(heads.flat(2)), numHeads: heads.length }),
  );
  for (const [i, layer] of rollout(means).entries())
    expect(distance(layer, wanted[i]!.flat())).toBeLessThan(1e-6);
  expect(distance(flow(means), flows.flat())).toBeLessThan(1e-6);
});

test('through two layers the flow is what the narrower edges of all paths carry', () => {
  const means = [
    [0.2, 0.8, 0.6, 0.4],
    [1, 0, 0.3, 0.7],
  ];
  const [below, above] = means.map((mean) => mean.map((w, i) => 0.5 * w + (i === 0 || i === 3 ? 0.5 : 0)));
  const wanted = [0, 1].flatMap((i) =>
    [0, 1].map((j) => [0, 1].reduce((sum, k) => sum + Math.min(above![2 * i + k]!, below![2 * k + j]!), 0)),
  );
  expect(distance(flow(means), wanted)).toBeLessThan(1e-12);
});

/** Where `data-scripts/huggingface.mjs` puts it. */
const FETCHED = 'huggingface/sentence-transformers/all-MiniLM-L6-v2/main';
const { TX_MINILM, TX_DATA } = process.env;
const minilm = [TX_MINILM, ...(TX_DATA ? [join(TX_DATA, 'minilm'), join(TX_DATA, FETCHED)] : [])].find(
  (folder) => folder && existsSync(join(folder, 'config.json')),
);

it.skipIf(!minilm)(
  'MiniLM-L6: all values are those of transformers (skipped: not under TX_DATA, no TX_MINILM)',
  async () => {
    const { tensors, metadata } = loadSafetensors(at('inspection/minilm-l6.safetensors'));
    const inspector = await Inspector.load(minilm!, { parts: [], hidden: true, threads: 1 });
    const { attention, hidden, sequences } = await inspector.inspect({
      text: JSON.parse(metadata.golden!).text,
    });
    await inspector.release();
    const ids = Array.from(tensors.get('ids')!.data as Int32Array);
    expect(sequences.encoder!.tokens.map(({ id }) => id)).toEqual(ids);
    expect([attention.length, hidden.length]).toEqual([6, 7]);
    const attentions = tensors.get('attentions')!.data as Float32Array;
    const size = attentions.length / attention.length;
    for (const [i, { weights }] of attention.entries())
      expect(distance(weights, attentions.subarray(i * size, (i + 1) * size))).toBeLessThan(1e-4);
    const states = tensors.get('hidden')!;
    const [, , S, width] = states.dims as [number, number, number, number];
    for (const [i, { rows }] of hidden.entries()) {
      const wanted = (states.data as Float32Array).subarray(i * S * width, (i + 1) * S * width);
      const first = Float32Array.from(wanted, (_, x) => rows[Math.floor(x / width) * 384 + (x % width)]!);
      expect(distance(first, wanted)).toBeLessThan(1e-4);
    }
    expect(headWeights(attention[0]!, 3)).toHaveLength(S * S);
  },
  60_000,
);
