// Checkpoints of each kind and spelling, against transformers.
import { expect, test } from 'vitest';
import { readCheckpoint } from '../../src/exchange/read.ts';
import { compute, folderOf, loadGolden, names, padIdOf } from './checkpoints.ts';

test.each(names)('%s: hidden states of all layers and heads are those of transformers', async (name) => {
  const { model, tensors } = readCheckpoint(folderOf(name));
  const { tensors: golden } = loadGolden(name);
  const ids = golden.get('ids')!;
  const padId = padIdOf(name);
  const found = await compute(model, tensors, { ids, segments: golden.get('segments') }, padId);
  const [batch, length] = ids.dims as [number, number];
  const isPlace = (row: number) => ids.data[row] !== padId;
  /** The largest difference in rows that `counts` lets count. */
  const distance = (actual: Float32Array, wanted: Float32Array, counts = (_row: number) => true) => {
    expect(actual.length).toBe(wanted.length);
    const width = wanted.length / (wanted.length % (batch * length) === 0 ? batch * length : batch);
    return wanted.reduce(
      (most, x, i) => (counts(Math.floor(i / width)) ? Math.max(most, Math.abs(x - actual[i]!)) : most),
      0,
    );
  };
  const hidden = golden.get('hidden')!;
  const [layers, size] = [hidden.dims[0]!, batch * length * model.dModel];
  expect(layers).toBe(model.numLayers + 1);
  for (let layer = 0; layer < layers; layer++) {
    const wanted = (hidden.data as Float32Array).subarray(layer * size, (layer + 1) * size);
    expect(distance(found[`hidden${layer}`]!, wanted, isPlace), `layer ${layer}`).toBeLessThan(1e-5);
  }
  for (const head of ['pooled', 'next'] as const) {
    expect(found[head] === undefined, head).toBe(golden.get(head) === undefined);
    if (found[head])
      expect(distance(found[head], golden.get(head)!.data as Float32Array), head).toBeLessThan(1e-5);
  }
  expect(found.words === undefined).toBe(golden.get('words') === undefined);
  if (found.words)
    expect(distance(found.words, golden.get('words')!.data as Float32Array, isPlace)).toBeLessThan(2e-5);
});
