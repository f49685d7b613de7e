// A stack of Transformer layers, the part that encoders and decoders have in common: self-attention, attention to a
// memory where there is one, feed-forward network. Vaswani et al. 2017, section 3.1; pre-norm, Xiong et al. 2020.
import { type Dim, divDims, mulDims } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { add, cast, equal, mul } from '../graph/ops/elementwise.ts';
import type { Packing } from '../graph/ops/packing.ts';
import { range, unsqueeze } from '../graph/ops/shape.ts';
import {
  attend,
  type Heads,
  type KeysValues,
  type Layout,
  projectKeysValues,
  projectQueries,
} from '../nn/attention.ts';
import { feedForward } from '../nn/feed-forward.ts';
import { KeyValueStore } from '../nn/key-values.ts';
import { causalMask, MASKED, type Rotation, rotaryPositions, rotate } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import type { KvOwners } from './kv-map.ts';
import { headsOf, type LayerConfig, normalize } from './layer-config.ts';

/** An encoder's result: rows [B·S, D] and the additive mask [B, 1, 1, S] over their places. */
export interface Memory {
  rows: Value;
  mask: Value;
}

/** Where the tokens at hand stand, and what they may see. */
export interface Context {
  /** int64 [T] or [B, T]. */
  places: Value;
  /** Added to the scores of self-attention, [.., T or 1, S]; without one all is seen. */
  mask?: Value | undefined;
  /** Keys and values of self-attention; without one they are those of the tokens at hand. */
  keyValues?: KeyValueStore | undefined;
  /** What cross-attention sees: of B sequences, each for equally many of the tokens' sequences in a row. */
  memory?: Memory | undefined;
}

/** A whole sequence of `length` places, each of which sees itself and those before. */
export function causalContext(graph: Graph, length: Dim): { places: Value; mask: Value } {
  const mask = causalMask(graph, length);
  return { places: range(graph, length), mask };
}

/** Additive mask [B, 1, 1, S] over ids [B, S] that hides padding. */
export const paddingMask = (ids: Value, padId: number): Value =>
  unsqueeze(mul(cast(equal(ids, padId), 'float32'), MASKED), [1, 2]);

export interface StackShape {
  numLayers: number;
  /** For each layer the one whose keys and values its self-attention reads; its own by default. */
  kvOwner?: KvOwners | undefined;
  /** The same for attention to the memory. */
  crossKvOwner?: KvOwners | undefined;
}

/**
 * Rows x [R·T, D], or those of tokens where the layout packs them, through the stack; pre-norm ends with a norm of its own. Taps: `hidden` of each layer, and that norm's;
 * `places`, where rotary positions turn.
 */
export function buildStack(
  scope: Scope,
  x: Value,
  layout: Layout,
  context: Context,
  { numLayers, kvOwner, crossKvOwner }: StackShape,
  config: LayerConfig,
): Value {
  const turned = config.positions === 'rotary' ? scope.tap('places', context.places) : context.places;
  const stack = new Layers(config, layout, { ...context, places: turned });
  const owner = (owners: KvOwners | undefined, layer: number) => owners?.[layer] ?? layer;
  let y = x;
  for (let i = 0; i < numLayers; i++) {
    const layer = scope.at(i);
    y = stack.selfAttention(layer, y, owner(kvOwner, i));
    if (context.memory !== undefined) {
      y = stack.crossAttention(layer, y, owner(crossKvOwner, i), context.memory);
    }
    y = layer.tap('hidden', stack.feedForward(layer, y));
  }
  return config.norm === 'pre' ? scope.tap('hidden', normalize(scope.at('norm'), y, config)) : y;
}

class Layers {
  readonly #config: LayerConfig;
  readonly #heads: Heads;
  readonly #layout: Layout;
  readonly #context: Context;
  readonly #rotation: Rotation | undefined;
  readonly #own: KeyValueStore;
  readonly #cross = new KeyValueStore();

  constructor(config: LayerConfig, layout: Layout, context: Context) {
    this.#config = config;
    this.#heads = headsOf(config);
    this.#layout = layout;
    this.#context = context;
    this.#own = context.keyValues ?? new KeyValueStore();
    this.#rotation =
      config.positions === 'rotary'
        ? rotaryPositions(context.places, config.maxLength, this.#heads.headDim)
        : undefined;
  }

  selfAttention(layer: Scope, x: Value, owner: number): Value {
    return this.#sublayer(layer, 'selfAttn', x, (at, y) => {
      const queries = this.#turned(projectQueries(at, y, this.#layout, this.#heads));
      const keysValues = this.#own.get(owner, () => {
        const source = this.#config.kvNorm ? this.#norm(layer, 'selfAttnKv', x) : y;
        const { keys, values } = projectKeysValues(at, source, this.#layout, this.#heads);
        return { keys: this.#turned(keys), values };
      });
      return this.#attend(at, queries, keysValues, this.#context.mask, this.#layout.packing);
    });
  }

  /** Sequences that share a memory stand as the places of one: queries [B, H, (R/B)·T, K]. */
  crossAttention(layer: Scope, x: Value, owner: number, { rows, mask }: Memory): Value {
    const [batch, , , length] = mask.shape as [Dim, Dim, Dim, Dim];
    const places = divDims(mulDims(this.#layout.batch, this.#layout.length), batch);
    return this.#sublayer(layer, 'crossAttn', x, (at, y) => {
      const queries = projectQueries(at, y, { batch, length: places }, this.#heads);
      const keysValues = this.#cross.get(owner, () =>
        projectKeysValues(at, rows, { batch, length }, this.#heads),
      );
      return this.#attend(at, queries, keysValues, mask);
    });
  }

  feedForward(layer: Scope, x: Value): Value {
    const { dFf, activation, bias, activationDropout: dropout } = this.#config;
    return this.#sublayer(layer, 'ff', x, (at, y) => feedForward(at, y, { dFf, activation, bias, dropout }));
  }

  #attend(
    at: Scope,
    queries: Value,
    keysValues: KeysValues,
    mask: Value | undefined,
    packing?: Packing,
  ): Value {
    const { dModel, bias, attentionDropout: dropout } = this.#config;
    return attend(at, queries, keysValues, { dModel, bias, mask, dropout, packing });
  }

  #turned(x: Value): Value {
    return this.#rotation === undefined ? x : rotate(x, this.#rotation);
  }

  /** Post-norm: norm(x + drop(f(x))). Pre-norm: x + drop(f(norm(x))). */
  #sublayer(layer: Scope, name: string, x: Value, f: (at: Scope, y: Value) => Value): Value {
    const { norm: placement, dropout } = this.#config;
    const at = layer.at(name);
    if (placement === 'pre') return add(x, at.dropout(f(at, this.#norm(layer, name, x)), dropout));
    return this.#norm(layer, name, add(x, at.dropout(f(at, x), dropout)));
  }

  #norm(layer: Scope, name: string, x: Value): Value {
    return normalize(layer.at(`${name}Norm`), x, this.#config);
  }
}
