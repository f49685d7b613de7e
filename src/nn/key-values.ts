// Where the layers of a stack find keys and values. A layer that owns none reads those of the layer that does
// (cross-layer attention, Brandon et al. 2024); decoding keeps those of the places before.
import { concat } from '../graph/ops/shape.ts';
import type { KeysValues } from './attention.ts';

/** Keys and values [B, G, S, K] of the tokens at hand, each computed where its owner first asks for it. */
export class KeyValueStore {
  readonly #known = new Map<number, KeysValues>();

  /** The keys and values that layer `owner` owns; `make` computes those of the tokens at hand. */
  get(owner: number, make: () => KeysValues): KeysValues {
    const known = this.#known.get(owner) ?? this.provide(owner, make());
    this.#known.set(owner, known);
    return known;
  }

  /** Those of all owners that were asked for, in that order. */
  entries(): ReadonlyMap<number, KeysValues> {
    return this.#known;
  }

  /** What an owner's become, given those of the tokens at hand. */
  protected provide(_owner: number, own: KeysValues): KeysValues {
    return own;
  }
}

/**
 * Those of the places before, [B, G, P, K] for each owner, followed by those of the tokens at hand. What stands apart
 * before them (`before`) stays apart.
 */
export class KeyValueCache extends KeyValueStore {
  readonly #past: ReadonlyMap<number, KeysValues>;

  constructor(past: ReadonlyMap<number, KeysValues>) {
    super();
    this.#past = past;
  }

  protected override provide(owner: number, own: KeysValues): KeysValues {
    const past = this.#past.get(owner)!;
    return {
      keys: concat([past.keys, own.keys], 2),
      values: concat([past.values, own.values], 2),
      ...(past.before && { before: past.before }),
    };
  }
}
