// The settings that every stack of Transformer layers has, whichever model it is part of.
import { z } from 'zod';
import { type Refuse, refusing } from '../config/refuse.ts';
import type { Value } from '../graph/graph.ts';
import { activationNames } from '../nn/activations.ts';
import type { Heads } from '../nn/attention.ts';
import { normal } from '../nn/initializers.ts';
import { norms, normTypes } from '../nn/normalization.ts';
import type { Scope } from '../nn/scope.ts';
import { formatBytes } from '../util/format.ts';
import { type KvOwners, kvMapSchema, resolveKvMap } from './kv-map.ts';

const MAX_WIDTH = 65_536;
export const MAX_LENGTH = 1_048_576;
/** Most values of a table of positions, which each graph holds, and everything that reads graphs: 67 MB. */
const MAX_TABLE = 2 ** 24;

export const layerSettings = {
  dModel: z.int().min(2).max(MAX_WIDTH).default(512),
  dFf: z.int().min(1).max(1_048_576).default(2048),
  numHeads: z.int().min(1).default(8),
  /** Heads of keys and values, each shared by equally many query heads; as many as query heads by default. */
  numKvHeads: z.int().min(1).optional(),
  /** Units of a head; by default dModel / numHeads. */
  headDim: z.int().min(1).max(MAX_WIDTH).optional(),
  /** Units of a head's values, where they are not as many as those of its queries and keys. */
  valueDim: z.int().min(1).max(MAX_WIDTH).optional(),
  /** Whether attention and feed-forward networks have biases. */
  bias: z.boolean().default(true),
  /** Of the embeddings and of each sub-layer's output. */
  dropout: z.number().min(0).lt(1).default(0.1),
  /** Of the attention weights. */
  attentionDropout: z.number().min(0).lt(1).default(0),
  /** Of the feed-forward network's hidden units. */
  activationDropout: z.number().min(0).lt(1).default(0),
  norm: z.enum(['pre', 'post']).default('post'),
  normType: z.enum(normTypes).default('layer'),
  /** ε of the norms; where it is not given 1e-5 for `layer` and 1e-6 for `rms`. */
  normEpsilon: z.number().gt(0).max(1).optional(),
  /** Pre-norm: whether keys and values of self-attention have a norm beside that of queries; by default they do not. */
  kvNorm: z.boolean().optional(),
  /** How matrices begin; xavier where it is not given. A number is the deviation of a normal distribution. */
  initialization: z.union([z.enum(['xavier', 'normal']), z.number().gt(0).max(1)]).optional(),
  /** Whether embeddings are multiplied by √dModel, as Vaswani et al. 2017 do. */
  scaleEmbedding: z.boolean().default(true),
  positions: z.enum(['sinusoidal', 'learned', 'rotary', 'none']).default('sinusoidal'),
  activation: z.enum(activationNames).default('relu'),
  maxLength: z.int().min(2).max(MAX_LENGTH).default(512),
};
export type LayerConfig = z.output<z.ZodObject<typeof layerSettings>>;

/** Layers of a stack. Opening the training graph takes time that grows with the square of their number. */
export const layerCount = z.int().min(1).max(64).default(6);
/** What the settings of a stack must agree on. */
export function checkLayers(config: LayerConfig, refuse: Refuse): void {
  const { dModel, numHeads, numKvHeads = numHeads, headDim, positions, maxLength } = config;
  if (headDim === undefined && dModel % numHeads !== 0) {
    refuse(['numHeads'], 'numHeads must divide dModel where headDim is not given');
  }
  if (config.kvNorm && config.norm !== 'pre') {
    refuse(['kvNorm'], 'post-norm has no norm before attention; kvNorm needs norm: pre');
  }
  if (numHeads % numKvHeads !== 0) refuse(['numKvHeads'], 'numKvHeads must divide numHeads');
  if (positions === 'sinusoidal' && dModel % 2 !== 0) {
    refuse(['dModel'], 'sinusoidal positions need an even dModel');
  }
  const width = { sinusoidal: dModel, rotary: headDim ?? dModel / numHeads, learned: 0, none: 0 }[positions];
  // What is beyond its own bound is told already.
  if (maxLength <= MAX_LENGTH && width <= MAX_WIDTH && maxLength * width > MAX_TABLE) {
    const table = formatBytes(4 * maxLength * width);
    refuse(
      ['maxLength'],
      `the table of ${positions} positions would take ${table}; at most ${formatBytes(4 * MAX_TABLE)}`,
    );
  }
  if (positions === 'rotary' && (headDim ?? dModel / numHeads) % 2 !== 0) {
    refuse(['headDim'], 'rotary positions need an even headDim');
  }
}

/** The settings of a model that is one stack. */
export const stackSettings = {
  numLayers: layerCount,
  ...layerSettings,
  /** For each layer the one whose keys and values it reads. */
  kvOwner: kvMapSchema.optional(),
};
type StackConfig = z.output<z.ZodObject<typeof stackSettings>>;

/** The settings with the map as a list, once they agree. For a schema's `transform`. */
export function settleStack<Config extends StackConfig>(
  config: Config,
  context: z.core.$RefinementCtx,
): Omit<Config, 'kvOwner'> & { kvOwner?: number[] } {
  const refuse = refusing(context);
  checkLayers(config, refuse);
  const { kvOwner, ...others } = config;
  if (kvOwner === undefined) return others;
  return { ...config, kvOwner: resolveKvMap(kvOwner, config.numLayers, ['kvOwner'], refuse) };
}

/** What decoding keeps of the places before: keys [R, G, P, K] and values [R, G, P, K′] of each owning layer. */
export interface CacheShape {
  /** Layers of the stack, those that own none included. */
  numLayers: number;
  owners: readonly number[];
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  valueDim: number;
}

export function cacheShape(
  config: LayerConfig,
  numLayers: number,
  kvOwner: KvOwners | undefined,
): CacheShape {
  const { numHeads, numKvHeads, headDim, valueDim } = headsOf(config);
  const owners = kvOwner ?? Array.from({ length: numLayers }, (_, layer) => layer);
  return { numLayers, owners: [...new Set(owners)], numHeads, numKvHeads, headDim, valueDim };
}

/** Bytes of a cache for each token: (K + K′) · G · owning layers · bytes of a number, 2 as in Brandon et al. 2024. */
export const kvBytesPerToken = (
  { owners, numKvHeads, headDim, valueDim }: CacheShape,
  bytesOfNumber = 2,
): number => (headDim + valueDim) * numKvHeads * owners.length * bytesOfNumber;

/** The scope in which the model's parameters begin as a config asks for: `normal` draws matrices from N(0, 1/√(3D)). */
export function initialized(scope: Scope, { initialization = 'xavier', dModel }: LayerConfig): Scope {
  if (initialization === 'xavier') return scope;
  return scope.withMatrices(normal(initialization === 'normal' ? (3 * dModel) ** -0.5 : initialization));
}

/** The norm that a config asks for, over the last axis of x. */
export const normalize = (scope: Scope, x: Value, { normType, normEpsilon }: LayerConfig): Value =>
  norms[normType](scope, x, normEpsilon);

/** The shape of the attention that a config asks for. */
export function headsOf(config: LayerConfig): Heads {
  const { dModel, numHeads, numKvHeads = numHeads, headDim = dModel / numHeads, bias } = config;
  return { numHeads, numKvHeads, headDim, valueDim: config.valueDim ?? headDim, bias };
}
