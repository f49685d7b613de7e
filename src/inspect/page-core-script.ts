// The part of the page's script that computes: packed data, views, and the steps of one head. It knows no document.

export const CORE_SCRIPT = `
'use strict';
const core = (() => {
  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  const toWeight = (byte) => (byte / 255) ** 2;
  const unpackVectors = async ({ scale, data }) => {
    const bytes = await unpack(data);
    const view = new DataView(bytes.buffer);
    return Float32Array.from({ length: bytes.length / 2 }, (_, i) => scale * view.getInt16(2 * i, true));
  };
  // All that is packed of a layer but its vectors.
  const openLayer = async ({ weights, rollout, flow, norms }) => ({
    weights: await unpack(weights),
    ...(rollout && { rollout: await unpack(rollout) }),
    ...(flow && { flow: await unpack(flow) }),
    ...(norms && {
      values: await unpackVectors(norms.values),
      given: Float64Array.from(await unpack(norms.given.data), (byte) => norms.given.most * toWeight(byte)),
    }),
  });
  // Of what openLayer gives: the rollout, the flow; of weights or lengths one head, or all: the mean, the length of the sum.
  const mapOf = (layer, opened, { head, figure }) => {
    if (head === 'rollout' || head === 'flow') return Float64Array.from(opened[head], toWeight);
    if (figure === 'norms' && head === 'mean') return opened.given;
    const { weights: bytes, values } = opened;
    const size = bytes.length / layer.numHeads;
    if (head !== 'mean') {
      const map = Float64Array.from(bytes.subarray(head * size, (head + 1) * size), toWeight);
      const S = values?.length / layer.numHeads;
      return figure === 'norms' ? map.map((weight, at) => weight * values[head * S + (at % S)]) : map;
    }
    const mean = new Float64Array(size);
    for (let i = 0; i < bytes.length; i++) mean[i % size] += toWeight(bytes[i]) / layer.numHeads;
    return mean;
  };
  const group = ({ tokens, words }, view) => {
    const groups = [];
    let last = -1;
    tokens.forEach(({ piece, word, special }, i) => {
      if (special && !view.special) return;
      if (view.words && word === last) groups[groups.length - 1].places.push(i);
      else groups.push({ label: view.words ? words[word] : piece, places: [i] });
      last = word;
    });
    return groups;
  };
  // As view.ts has it: without special tokens rows of shares are made to have the sum 1 again; then pieces are joined.
  const viewMap = (weights, queries, keys, view) => {
    const isShare = view.head !== 'flow' && (view.head === 'rollout' || view.figure !== 'norms');
    const [rows, columns] = [group(queries, view), group(keys, view)];
    const width = keys.tokens.length;
    const shown = new Float64Array(rows.length * columns.length);
    rows.forEach(({ places }, r) => {
      for (const i of places) {
        const cells = columns.map((column) => column.places.reduce((sum, j) => sum + weights[i * width + j], 0));
        const all = isShare ? cells.reduce((sum, x) => sum + x, 0) : 1;
        if (all === 0) continue;
        cells.forEach((cell, c) => {
          shown[r * columns.length + c] += cell / all / places.length;
        });
      }
    });
    const isLength = !isShare && view.head !== 'flow';
    return { rows, columns, weights: shown, most: isLength ? shown.reduce((a, b) => Math.max(a, b), 0) || 1 : 1 };
  };
  // What one head does at one query: for each key the product, its share of the root, the mask, the weight.
  const stepsOf = ({ layer, vectors, widths, head, from, places, causal }) => {
    const [T, S] = places;
    const [K, V] = [widths.queries, widths.values];
    const shared = Math.floor((head * layer.numKvHeads) / layer.numHeads);
    const q = vectors.queries.subarray((head * T + from) * K, (head * T + from + 1) * K);
    const rows = Array.from({ length: S }, (_, j) => {
      const k = vectors.keys.subarray((shared * S + j) * K, (shared * S + j + 1) * K);
      const v = vectors.values.subarray((shared * S + j) * V, (shared * S + j + 1) * V);
      const product = q.reduce((sum, x, i) => sum + x * k[i], 0);
      return { k, v, product, score: product / Math.sqrt(K), hidden: causal && j > from };
    });
    const most = Math.max(...rows.filter(({ hidden }) => !hidden).map(({ score }) => score));
    for (const row of rows) row.exp = row.hidden ? 0 : Math.exp(row.score - most);
    const total = rows.reduce((sum, { exp }) => sum + exp, 0);
    for (const row of rows) row.weight = row.exp / total;
    const mixed = Float64Array.from({ length: V }, (_, i) => rows.reduce((sum, { weight, v }) => sum + weight * v[i], 0));
    return { q, rows, most, total, mixed };
  };
  return { unpack, unpackVectors, openLayer, mapOf, group, viewMap, stepsOf };
})();
`.trim();
