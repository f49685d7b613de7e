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
  // Bytes [H, T, S]; of heads their mean, one of them, or the rollout.
  const mapOf = (layer, bytes, head, rollout) => {
    if (head === 'rollout') return Float64Array.from(rollout, toWeight);
    const size = bytes.length / layer.numHeads;
    if (head !== 'mean') return Float64Array.from(bytes.subarray(head * size, (head + 1) * size), toWeight);
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
  // As view.ts has it: without special tokens rows are made to have the sum 1 again; then pieces are joined.
  const viewMap = (weights, queries, keys, view) => {
    const [rows, columns] = [group(queries, view), group(keys, view)];
    const width = keys.tokens.length;
    const shown = new Float64Array(rows.length * columns.length);
    rows.forEach(({ places }, r) => {
      for (const i of places) {
        const shares = columns.map((column) => column.places.reduce((sum, j) => sum + weights[i * width + j], 0));
        const all = shares.reduce((sum, x) => sum + x, 0);
        if (all === 0) continue;
        shares.forEach((share, c) => {
          shown[r * columns.length + c] += share / all / places.length;
        });
      }
    });
    return { rows, columns, weights: shown };
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
  return { unpack, unpackVectors, mapOf, group, viewMap, stepsOf };
})();
`.trim();
