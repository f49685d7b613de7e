// A decoder that reads tokens behind those it has read before, whose keys and values it is handed.
import { addDims, type Dim, type Shape } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast, greater, less, max, min, mul, or, sub } from '../graph/ops/elementwise.ts';
import { range, unsqueeze } from '../graph/ops/shape.ts';
import { KeyValueCache, KeyValueStore } from '../nn/key-values.ts';
import { causalMask, MASKED } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';

/** A decoder; where it stands alone, its memory is undefined. */
export interface Generator<Memory = undefined> {
  readonly config: { readonly maxLength: number };
  /** What is kept of the places before: keys [R, G, P, K] and values [R, G, P, K′] of each owning layer. */
  readonly cache: {
    readonly owners: readonly number[];
    readonly numKvHeads: number;
    readonly headDim: number;
    readonly valueDim: number;
  };
  /** Tokens [R, T] at `places` to hidden rows [R·T, D]; R is a multiple of the memory's B. */
  decode(
    scope: Scope,
    tokens: Value,
    context: { places: Value; mask?: Value; keyValues: KeyValueStore; memory: Memory },
  ): Value;
  /** The table [V, D] whose products with hidden rows are logits. */
  outputEmbedding(scope: Scope): Value;
}

/** A cache, with its shape without rows, [G, P, K], by the places P that it holds. */
export interface CacheEntry {
  name: string;
  size: (places: Dim) => Shape;
}

/** What was read before. */
export interface Past {
  /** Its places, int64 [1]. */
  held: Value;
  /** As `read` gave them, [R, G, P, K]. */
  caches: readonly Value[];
  /** What was read before these, apart from them: it does not come back from `read`. */
  before?: readonly Value[];
}

export class CachedDecoder<Memory> {
  readonly #scope: Scope;
  readonly #generator: Generator<Memory>;
  readonly #memory: Memory;
  readonly #padding: Value | undefined;
  /** Keys and values of each owning layer. */
  readonly caches: readonly CacheEntry[];

  /** `padding`, int64 [R]: the first places of each row, which hold nothing; its tokens are counted from there. */
  constructor(scope: Scope, generator: Generator<Memory>, memory: Memory, padding?: Value) {
    this.#scope = scope;
    this.#generator = generator;
    this.#memory = memory;
    this.#padding = padding;
    const { owners, numKvHeads, headDim, valueDim } = generator.cache;
    const entry = (name: string, width: number): CacheEntry => {
      return { name, size: (places) => [numKvHeads, places, width] };
    };
    this.caches = owners.flatMap((owner) => [
      entry(`keys${owner}`, headDim),
      entry(`values${owner}`, valueDim),
    ]);
  }

  /** Tokens [R, T] to hidden rows [R·T, D] and the caches with what they added. */
  read(tokens: Value, past?: Past): { hidden: Value; caches: Value[] } {
    const length = tokens.shape[1]!;
    const keyValues = past === undefined ? new KeyValueStore() : this.#storeOf(past);
    const own = this.#placesOf(length, past);
    const mask = this.#maskOf(own, length, past);
    const hidden = this.#generator.decode(this.#scope, tokens, {
      places: this.#fromStart(own),
      ...(mask && { mask }),
      keyValues,
      memory: this.#memory,
    });
    const caches = [...keyValues.entries().values()].flatMap(({ keys, values }) => [keys, values]);
    return { hidden, caches };
  }

  #storeOf({ caches, before }: Past): KeyValueCache {
    const pair = (all: readonly Value[], i: number) => ({ keys: all[2 * i]!, values: all[2 * i + 1]! });
    const entries = this.#generator.cache.owners.map((owner, i) => {
      return [owner, { ...pair(caches, i), ...(before && { before: pair(before, i) }) }] as const;
    });
    return new KeyValueCache(new Map(entries));
  }

  /** Of the tokens at hand, padding counted: int64 [T]. */
  #placesOf(length: Dim, past: Past | undefined): Value {
    if (past === undefined) return range(this.#scope.graph, length);
    return length === 1 ? past.held : add(range(this.#scope.graph, length), past.held);
  }

  /** What the model is told: without padding, [R, T], and within what it has places for, as rows that have ended go on. */
  #fromStart(own: Value): Value {
    if (this.#padding === undefined) return own;
    const counted = sub(own, unsqueeze(this.#padding, [1]));
    return min(max(counted, 0), this.#generator.config.maxLength - 1);
  }

  /** Hides what comes later, and padding: additive, [.., T, P + T]; undefined where there is neither. */
  #maskOf(own: Value, length: Dim, past: Past | undefined): Value | undefined {
    const { graph } = this.#scope;
    const padding = this.#padding && unsqueeze(this.#padding, [1, 2, 3]);
    if (padding === undefined && length === 1) return undefined;
    if (padding === undefined && past === undefined) return causalMask(graph, length);
    const keys = past === undefined ? range(graph, length) : rangeOver(past, length);
    const later = length === 1 ? undefined : greater(keys, unsqueeze(own, [1]));
    const absent = padding && less(keys, padding);
    const hidden = later && absent ? or(later, absent) : (later ?? absent)!;
    return mul(cast(hidden, 'float32'), MASKED);
  }
}

/** The places of what was read and of `length` tokens behind it. The graph of a loop knows the sizes of what it carries. */
function rangeOver({ caches: [first], before }: Past, length: Dim): Value {
  const own = addDims(first!.shape[2]!, length);
  return range(first!.graph, before === undefined ? own : addDims(before[0]!.shape[2]!, own));
}
