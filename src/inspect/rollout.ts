// What the tokens above owe to those below, over all layers: attention rollout and attention flow. Abnar and Zuidema
// 2020. Heads are averaged, and half of what a token carries on is itself, the residual connection: A = (W̄ + I)/2.

/** For the flow: more tokens make many pairs, each a search through all layers. */
export const MAX_FLOW_TOKENS = 32;

/** The square matrices [T, T] of the layers, from the first. */
export type LayerMaps = readonly ArrayLike<number>[];

/** A of one layer: W̄ is the mean over heads [T, T]. */
export function withResidual(mean: ArrayLike<number>): Float64Array {
  const length = Math.sqrt(mean.length);
  return Float64Array.from(mean, (weight, i) => 0.5 * weight + (i % (length + 1) === 0 ? 0.5 : 0));
}

/** For each layer the share [T, T] that each token above it has of each token below the first: Aₗ·…·A₁. */
export function rollout(means: LayerMaps): Float64Array[] {
  const found: Float64Array[] = [];
  for (const mean of means) {
    const layer = withResidual(mean);
    const before = found.at(-1);
    found.push(before === undefined ? layer : multiply(layer, before));
  }
  return found;
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const n = Math.sqrt(a.length);
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k]!;
      if (x !== 0) for (let j = 0; j < n; j++) c[i * n + j]! += x * b[k * n + j]!;
    }
  }
  return c;
}

/** What is less counts as nothing: sums of shares are about 1. */
const LEAST = 1e-12;

/**
 * The maximum flow [T, T] from each token above the last layer to each below the first, where A is what an edge
 * carries. Dinic's algorithm, once a pair: for long texts it takes time.
 */
export function flow(means: LayerMaps): Float64Array {
  const layers = means.map(withResidual);
  const length = Math.sqrt(layers[0]!.length);
  const found = new Float64Array(length * length);
  for (let top = 0; top < length; top++) {
    for (let bottom = 0; bottom < length; bottom++)
      found[top * length + bottom] = new Network(layers, length).push(top, bottom);
  }
  return found;
}

/** Nodes are tokens between layers: number `depth · T + token`, those below the first layer at depth 0. */
class Network {
  readonly #layers: Float64Array[];
  /** What has gone back up: [L][T below, T above]. */
  readonly #back: Float64Array[];
  readonly #length: number;
  #levels = new Int32Array(0);
  #next = new Int32Array(0);

  constructor(layers: readonly Float64Array[], length: number) {
    this.#layers = layers.map((layer) => layer.slice());
    this.#back = layers.map((layer) => new Float64Array(layer.length));
    this.#length = length;
  }

  push(top: number, bottom: number): number {
    const source = this.#layers.length * this.#length + top;
    let total = 0;
    while (this.#measure(source, bottom)) {
      this.#next = new Int32Array(this.#levels.length);
      let sent = this.#send(source, bottom, Infinity);
      for (; sent >= LEAST; sent = this.#send(source, bottom, Infinity)) total += sent;
    }
    return total;
  }

  /** What the edge from a node to the i-th of its 2T neighbours carries: those below first, then those above. */
  #room(node: number, i: number): number {
    const [depth, token, n] = [Math.floor(node / this.#length), node % this.#length, this.#length];
    if (i < n) return depth === 0 ? 0 : this.#layers[depth - 1]![token * n + i]!;
    return depth === this.#layers.length ? 0 : this.#back[depth]![token * n + i - n]!;
  }

  #take(node: number, i: number, amount: number): void {
    const [depth, token, n] = [Math.floor(node / this.#length), node % this.#length, this.#length];
    const [layer, above, below] = i < n ? [depth - 1, token, i] : [depth, i - n, token];
    const sign = i < n ? amount : -amount;
    this.#layers[layer]![above * n + below]! -= sign;
    this.#back[layer]![below * n + above]! += sign;
  }

  #neighbour(node: number, i: number): number {
    const [depth, n] = [Math.floor(node / this.#length), this.#length];
    return i < n ? (depth - 1) * n + i : (depth + 1) * n + i - n;
  }

  /** Distances from the source; whether the sink has one. */
  #measure(source: number, sink: number): boolean {
    const count = (this.#layers.length + 1) * this.#length;
    this.#levels = new Int32Array(count).fill(-1);
    this.#levels[source] = 0;
    const queue = [source];
    for (let at = 0; at < queue.length; at++) {
      for (let i = 0; i < 2 * this.#length; i++) {
        if (this.#room(queue[at]!, i) < LEAST) continue;
        const other = this.#neighbour(queue[at]!, i);
        if (this.#levels[other]! >= 0) continue;
        this.#levels[other] = this.#levels[queue[at]!]! + 1;
        queue.push(other);
      }
    }
    return this.#levels[sink]! >= 0;
  }

  /** Sends at most `most` along one path of shortest ones; what it sent. */
  #send(node: number, sink: number, most: number): number {
    if (node === sink) return most;
    for (; this.#next[node]! < 2 * this.#length; this.#next[node]!++) {
      const i = this.#next[node]!;
      const room = this.#room(node, i);
      if (room < LEAST) continue;
      const other = this.#neighbour(node, i);
      if (this.#levels[other] !== this.#levels[node]! + 1) continue;
      const sent = this.#send(other, sink, Math.min(most, room));
      if (sent < LEAST) continue;
      this.#take(node, i, sent);
      return sent;
    }
    return 0;
  }
}
