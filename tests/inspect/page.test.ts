// The page: what its script computes against what the rest of the room does, what it holds, and how large it becomes.
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { AttentionLayer, Inspection, Sequence } from '../../src/inspect/inspection.ts';
import { headWeights, meanWeights } from '../../src/inspect/inspection.ts';
import { renderInspectionPage } from '../../src/inspect/page.ts';
import { CORE_SCRIPT } from '../../src/inspect/page-core-script.ts';
import { type PageData, packInspection } from '../../src/inspect/page-data.ts';
import { flow, rollout } from '../../src/inspect/rollout.ts';
import { givenByAll, givenByHead, valueNorms, valuesOf } from '../../src/inspect/value-norms.ts';
import { viewMap } from '../../src/inspect/view.ts';
import { Rng } from '../../src/util/rng.ts';

interface Core {
  unpack(text: string): Promise<Uint8Array>;
  unpackVectors(vectors: object): Promise<Float32Array>;
  openLayer(layer: object): Promise<object>;
  mapOf(layer: object, opened: object, state: object): Float64Array;
  viewMap(
    weights: ArrayLike<number>,
    queries: Sequence,
    keys: Sequence,
    view: object,
  ): { weights: Float64Array; most: number };
  stepsOf(given: object): {
    rows: { weight: number; product: number; hidden: boolean }[];
    mixed: Float64Array;
  };
}
const core: Core = runInNewContext(`${CORE_SCRIPT}\ncore`, {
  ...{
    atob,
    Blob,
    Response,
    DecompressionStream,
    Uint8Array,
    Float32Array,
    Float64Array,
    DataView,
    Math,
    Promise,
  },
});

const sequence = (length: number): Sequence => ({
  tokens: Array.from({ length }, (_, i) => ({
    id: i % 7,
    piece: i === 0 ? '[CLS]' : `</script>${i}`,
    word: Math.ceil(i / 2),
    special: i === 0,
  })),
  words: Array.from({ length: Math.floor(length / 2) + 1 }, (_, i) => `word${i}`),
});

/** Causal or not, attention that follows from vectors drawn at random. */
function inspect({
  T,
  layers,
  H,
  G,
  K,
  causal,
}: {
  T: number;
  layers: number;
  H: number;
  G: number;
  K: number;
  causal: boolean;
}): Inspection {
  const rng = Rng.fromSeed(5);
  const draw = (size: number) => Float32Array.from({ length: size }, () => 2 * rng.float() - 1);
  const attention = Array.from({ length: layers }, (_, l): AttentionLayer => {
    const [queries, keys, values] = [draw(H * T * K), draw(G * T * K), draw(G * T * K)];
    const weights = new Float32Array(H * T * T);
    const mixed = new Float32Array(H * T * K);
    for (let h = 0; h < H; h++) {
      const g = Math.floor((h * G) / H);
      for (let i = 0; i < T; i++) {
        const exps = Array.from({ length: T }, (_, j) => {
          if (causal && j > i) return 0;
          let dot = 0;
          for (let k = 0; k < K; k++) dot += queries[(h * T + i) * K + k]! * keys[(g * T + j) * K + k]!;
          return Math.exp(dot / Math.sqrt(K));
        });
        const total = exps.reduce((sum, x) => sum + x, 0);
        for (const [j, x] of exps.entries()) {
          weights[(h * T + i) * T + j] = x / total;
          for (let k = 0; k < K; k++)
            mixed[(h * T + i) * K + k]! += (x / total) * values[(g * T + j) * K + k]!;
        }
      }
    }
    const stack = causal ? 'decoder' : 'encoder';
    return {
      path: `${stack}.${l}.selfAttn`,
      ...{
        kind: stack,
        layer: l + 1,
        numHeads: H,
        numKvHeads: G,
        causal,
        weights,
        output: draw(H * K * H * K),
      },
      parts: { queries, keys, values, mixed },
    };
  });
  return {
    sequences: { [causal ? 'decoder' : 'encoder']: sequence(T) },
    attention,
    hidden: [],
    dModel: H * K,
  };
}

const small = inspect({ T: 7, layers: 2, H: 4, G: 2, K: 6, causal: true });

test('what is unpacked is what was packed, to a byte of the root and 16 bits', async () => {
  const { stacks } = packInspection(small);
  const means = small.attention.map(meanWeights);
  const paths = rollout(means);
  for (const [i, layer] of stacks[0]!.layers.entries()) {
    const source = small.attention[i]!;
    const opened = await core.openLayer(layer);
    const mapOf = (head: number | string, figure = 'weights') => core.mapOf(layer, opened, { head, figure });
    const close = (found: ArrayLike<number>, wanted: ArrayLike<number>, within: number) => {
      expect(found.length).toBe(wanted.length);
      for (const [k, x] of Array.from(wanted).entries()) expect(Math.abs(found[k]! - x)).toBeLessThan(within);
    };
    close(mapOf(3), headWeights(source, 3), 0.004);
    close(mapOf('mean'), means[i]!, 0.004);
    close(mapOf('rollout'), paths[i]!, 0.004);
    close(mapOf('rollout', 'norms'), paths[i]!, 0.004);
    if (i === stacks[0]!.layers.length - 1) close(mapOf('flow'), flow(means), 0.004);
    else expect(layer.flow).toBeUndefined();
    const given = valuesOf(source, small.dModel)!;
    const most = Math.max(...valueNorms(given));
    close(mapOf(3, 'norms'), givenByHead(source, valueNorms(given), 3), 0.005 * most);
    close(mapOf('mean', 'norms'), givenByAll(source.weights, given), 0.005 * layer.norms!.given.most);
    for (const part of ['queries', 'keys', 'values'] as const) {
      expect(layer.vectors![part].width).toBe(6);
      close(await core.unpackVectors(layer.vectors![part]), source.parts[part]!, 1 / 0xffff);
    }
  }
});

test('the steps of a head come to its weights and mixed values, for heads that share keys', async () => {
  const { stacks } = packInspection(small);
  const [layer] = stacks[0]!.layers;
  const entries = Object.entries(layer!.vectors!).map(
    async ([name, one]) => [name, await core.unpackVectors(one)] as const,
  );
  const vectors = Object.fromEntries(await Promise.all(entries));
  const source = small.attention[0]!;
  for (let head = 0; head < 4; head++) {
    for (let from = 0; from < 7; from++) {
      const widths = { queries: 6, values: 6 };
      const found = core.stepsOf({ layer, vectors, widths, head, from, places: [7, 7], causal: true });
      for (const [j, { weight, hidden }] of found.rows.entries()) {
        expect(weight).toBeCloseTo(headWeights(source, head)[from * 7 + j]!, 3);
        expect(hidden).toBe(j > from);
      }
      for (const [k, x] of found.mixed.entries())
        expect(x).toBeCloseTo(source.parts.mixed![(head * 7 + from) * 6 + k]!, 3);
    }
  }
});

test('the views of the script are those of the room', () => {
  const own = sequence(7);
  const weights = headWeights(small.attention[1]!, 1);
  for (const words of [true, false]) {
    for (const special of [true, false]) {
      for (const figure of ['weights', 'norms'] as const) {
        const wanted = viewMap(
          weights,
          { queries: own, keys: own },
          { words, special },
          figure === 'weights',
        );
        const found = core.viewMap(weights, own, own, { words, special, figure });
        expect(found.weights.length).toBe(wanted.weights.length);
        for (const [i, x] of wanted.weights.entries()) expect(found.weights[i]).toBeCloseTo(x, 6);
        expect(found.most).toBe(figure === 'weights' ? 1 : Math.max(...found.weights));
      }
    }
  }
});

test('a page is one file: nothing from elsewhere, no text of tokens as markup, the same bytes again', () => {
  const page = renderInspectionPage(small, { run: '<b>x', model: 'lm' });
  expect(page).toBe(renderInspectionPage(small, { run: '<b>x', model: 'lm' }));
  expect(page).not.toMatch(/(src|href)="?(https?:)?\/\//);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain('<b>x');
  const [, json] = /type="application\/json">(.*?)<\/script>/s.exec(page)!;
  const { sequences, stacks } = JSON.parse(json!) as PageData;
  expect([Object.keys(sequences), stacks[0]!.layers.length]).toEqual([['decoder'], 2]);
  // Every element that the scripts ask for is there.
  const asked = new Set(Array.from(page.matchAll(/\$\('([\w-]+)'\)/g), ([, id]) => id));
  for (const id of asked) expect(page, id).toContain(`id="${id}"`);
});

test('two inspections are one page: stacks of both, each with its own sequences', () => {
  const other = inspect({ T: 5, layers: 2, H: 4, G: 4, K: 6, causal: true });
  const head = { run: 'a', model: 'lm', weights: 'best' };
  const page = renderInspectionPage(small, head, { inspection: other, head: { ...head, weights: 'last' } });
  const [, json] = /type="application\/json">(.*?)<\/script>/s.exec(page)!;
  const { sequences, stacks, sides } = JSON.parse(json!) as PageData;
  expect(sides).toEqual(['a, best', 'a, last']);
  expect(stacks.map(({ side, queries, keys }) => [side, queries, keys])).toEqual([
    [0, 'decoder', 'decoder'],
    [1, 'decoder 2', 'decoder 2'],
  ]);
  expect(Object.values(sequences).map(({ tokens }) => tokens.length)).toEqual([7, 5]);
  expect(page).toContain('id="compare"');
  expect(renderInspectionPage(small, head)).not.toContain('id="compare"');
});

test('200 tokens, 24 layers and 16 heads stay below 20 MB', () => {
  // Of attention that has no pattern, which cannot be deflated by much: a head's share of the whole.
  const one = inspect({ T: 200, layers: 1, H: 1, G: 1, K: 2, causal: false });
  const { weights, rollout: path, norms } = packInspection(one).stacks[0]!.layers[0]!;
  const ofHeads = 16 * (weights.length + norms!.values.data.length);
  const ofLayer = path!.length + norms!.given.data.length;
  expect(weights.length * 24 * 16).toBeLessThan(18e6);
  // What there is no room for is left out; a page has half a megabyte beside.
  expect(24 * (ofHeads + ofLayer)).toBeLessThan(19.5e6);
});

test('vectors are there from the first layer on, as far as there is room', () => {
  const withVectors = (budget?: number) =>
    packInspection(small, budget).stacks[0]!.layers.map(({ vectors }) => vectors !== undefined);
  const all = JSON.stringify(packInspection(small).stacks[0]!.layers).length;
  expect([withVectors(), withVectors(all - 100), withVectors(0)]).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
  const short = JSON.stringify(packInspection(small, 0).stacks[0]!.layers).length;
  expect(short).toBeLessThan(all / 2);
});
