// How long the vectors are that tokens give to one another, and not only their weights. Kobayashi et al. 2020: what token
// j gives token i is Σ αᵢⱼ f(xⱼ) over heads, f(x) the value behind the output's projection.
import { type AttentionLayer, headWeights } from './inspection.ts';

/** Values [G, S, K′] and the output's projection [H·K′, D]. */
export interface ValueSource {
  values: Float32Array;
  output: Float32Array;
  /** H, G and D. */
  numHeads: number;
  numKvHeads: number;
  dModel: number;
}

/** Those of a layer; undefined where it has no values with it. */
export function valuesOf(layer: AttentionLayer, dModel: number): ValueSource | undefined {
  const { parts, output, numHeads, numKvHeads } = layer;
  return parts.values && { values: parts.values, output, numHeads, numKvHeads, dModel };
}

/**
 * Lengths |v Wₕ| [H, S] of values [G, S, K′] behind the output's projection [H·K′, D]: times the weights they are the
 * lengths of what each token gives to another (Kobayashi et al. 2020). By the Gram matrix of each Wₕ.
 */
export function valueNorms({ values, output, ...sizes }: ValueSource): Float32Array {
  const { numHeads, numKvHeads, dModel } = sizes;
  const size = output.length / (numHeads * dModel);
  const length = values.length / (numKvHeads * size);
  const norms = new Float32Array(numHeads * length);
  for (let h = 0; h < numHeads; h++) {
    const gram = gramOf(output.subarray(h * size * dModel, (h + 1) * size * dModel), size, dModel);
    const group = Math.floor((h * numKvHeads) / numHeads);
    for (let j = 0; j < length; j++) {
      const v = values.subarray((group * length + j) * size, (group * length + j + 1) * size);
      let square = 0;
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) square += v[a]! * gram[a * size + b]! * v[b]!;
      norms[h * length + j] = Math.sqrt(Math.max(0, square));
    }
  }
  return norms;
}

/** W Wᵀ of W [K′, D]. */
function gramOf(w: Float32Array, size: number, dModel: number): Float64Array {
  const gram = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      let sum = 0;
      for (let d = 0; d < dModel; d++) sum += w[a * dModel + d]! * w[b * dModel + d]!;
      gram[a * size + b] = gram[b * size + a] = sum;
    }
  }
  return gram;
}

/** ‖αᵢⱼ f(xⱼ)‖ of one head [T, S], from `valueNorms`. */
export function givenByHead(layer: AttentionLayer, norms: Float32Array, head: number): Float64Array {
  const length = norms.length / layer.numHeads;
  return Float64Array.from(
    headWeights(layer, head),
    (weight, at) => weight * norms[head * length + (at % length)]!,
  );
}

/**
 * ‖Σₕ αʰᵢⱼ fʰ(xⱼ)‖ [T, S] of weights [H, T, S]: what heads give that is opposed cancels out. With the products
 * Pₕₖ = fʰ(xⱼ) · fᵏ(xⱼ) of each j it is √(αᵀ P α).
 */
export function givenByAll(weights: Float32Array, source: ValueSource): Float64Array {
  const { values, output, numHeads: H, numKvHeads, dModel } = source;
  const size = output.length / (H * dModel);
  const S = values.length / (numKvHeads * size);
  const T = weights.length / (H * S);
  const given = new Float64Array(T * S);
  const rows = new Float64Array(H * dModel);
  const products = new Float64Array(H * H);
  for (let j = 0; j < S; j++) {
    rows.fill(0);
    for (let h = 0; h < H; h++) {
      const group = Math.floor((h * numKvHeads) / H);
      for (let a = 0; a < size; a++) {
        const v = values[(group * S + j) * size + a]!;
        const from = (h * size + a) * dModel;
        for (let d = 0; d < dModel; d++) rows[h * dModel + d]! += v * output[from + d]!;
      }
    }
    for (let h = 0; h < H; h++) {
      for (let k = h; k < H; k++) {
        let sum = 0;
        for (let d = 0; d < dModel; d++) sum += rows[h * dModel + d]! * rows[k * dModel + d]!;
        products[h * H + k] = products[k * H + h] = sum;
      }
    }
    for (let i = 0; i < T; i++) {
      let square = 0;
      for (let h = 0; h < H; h++) {
        const weight = weights[(h * T + i) * S + j]!;
        if (weight === 0) continue;
        for (let k = 0; k < H; k++) square += weight * weights[(k * T + i) * S + j]! * products[h * H + k]!;
      }
      given[i * S + j] = Math.sqrt(Math.max(0, square));
    }
  }
  return given;
}
