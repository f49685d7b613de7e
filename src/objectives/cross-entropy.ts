// Cross-entropy of the next token: of targets given their source, or of a text given what came before.
import type { Value } from '../graph/graph.ts';
import { add, cast, equal, greaterOrEqual, max, mul, not } from '../graph/ops/elementwise.ts';
import { crossEntropy } from '../graph/ops/loss.ts';
import { reshape, unsqueeze } from '../graph/ops/shape.ts';
import type { Decoder, Encoder } from '../models/model.ts';
import { causalContext } from '../models/stack.ts';
import { MASKED } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import type { Objective } from './objective.ts';
import { type SourceTagOptions, sourceTagStatistics, sourceTagTerms, sumSourceTags } from './source-tags.ts';

export interface CrossEntropyOptions {
  /** ε: the share of the target's probability that is spread over the vocabulary. Szegedy et al. 2016, section 7. */
  labelSmoothing: number;
}

const terms = { crossEntropy: { per: 'tokens', scale: 1 } };
/** Without smoothing: the logarithm of perplexity. */
const statistics = { nll: { per: 'tokens', perplexities: { perplexity: 'tokens' } } };
/** Also over units that do not depend on the tokenizer; held-out batches count them. */
const textStatistics = {
  nll: {
    per: 'tokens',
    perplexities: { perplexity: 'tokens', wordPerplexity: 'words', bytePerplexity: 'bytes' },
  },
};

/** Sums over labels [N] of hidden rows [N, D]; those where `counts` (bool [N]) is false have no part. */
function sums(
  scope: Scope,
  model: Decoder,
  hidden: Value,
  labels: Value,
  counts: Value,
  { labelSmoothing }: CrossEntropyOptions,
): Record<string, Value> {
  const table = model.outputEmbedding(scope);
  const { smoothed, nll } = crossEntropy(hidden, table, labels, cast(counts, 'float32'), labelSmoothing);
  return { crossEntropy: smoothed, nll };
}

export interface TargetOptions extends CrossEntropyOptions {
  padId: number;
  /** With them the encoder tells classes of source tokens too. */
  tags?: SourceTagOptions | undefined;
}

/**
 * Of `tgtOut` [B, T], padded with `padId`, given `src` [B, S] and `tgtIn` [B, T]; with tags, beside it that of `tags`
 * [B, S], padded so too, given `src`.
 */
export function targetCrossEntropy(model: Encoder & Decoder, options: TargetOptions): Objective {
  const { tags, padId } = options;
  const source = { dtype: 'int32', shape: ['B', 'S'] } as const;
  const target = { dtype: 'int32', shape: ['B', 'T'] } as const;
  return {
    inputs: { src: source, tgtIn: target, tgtOut: target, ...(tags && { tags: source }) },
    terms: { ...terms, ...(tags && sourceTagTerms(tags)) },
    statistics: { ...statistics, ...(tags && sourceTagStatistics) },
    signature: `labelSmoothing:${options.labelSmoothing}${tags ? `|tagWeight:${tags.weight}` : ''}`,
    build: (scope, { src, tgtIn, tgtOut, tags: told }) => {
      const memory = model.encode(scope, src!);
      const hidden = model.decode(scope, tgtIn!, { ...causalContext(scope.graph, 'T'), memory });
      const labels = reshape(tgtOut!, [hidden.shape[0]!]);
      return {
        ...sums(scope, model, hidden, labels, not(equal(labels, padId)), options),
        ...(tags && sumSourceTags(scope, memory.rows, told!, { ...tags, padId })),
      };
    },
  };
}

/** A label that has no part in the loss. */
export const NO_LABEL = -1;

export interface NextTokenOptions extends CrossEntropyOptions {
  segments: boolean;
  /** Whether contexts begin at places of their own. */
  offsets?: boolean;
  /** Whether held-out batches count words and bytes; by default they do. */
  isText?: boolean;
}

/**
 * Of `labels` [B, T], the tokens after `ids` [B, T] in contexts of running text, NO_LABEL where there is none. With
 * `segments` [B, T], the number of each token's text in its context, a token sees those of its own text alone; with
 * `offsets` [B] the first token of each context stands at that place.
 */
export function nextTokenCrossEntropy(model: Decoder, options: NextTokenOptions): Objective {
  const matrix = { dtype: 'int32', shape: ['B', 'T'] } as const;
  return {
    inputs: {
      ids: matrix,
      labels: matrix,
      ...(options.segments && { segments: matrix }),
      ...(options.offsets && { offsets: { dtype: 'int32', shape: ['B'] } as const }),
    },
    terms,
    statistics: (options.isText ?? true) ? textStatistics : statistics,
    signature: `labelSmoothing:${options.labelSmoothing}`,
    build: (scope, { ids, labels, segments, offsets }) => {
      const hidden = readContexts(scope, model, ids!, segments, offsets);
      const flat = reshape(labels!, [hidden.shape[0]!]);
      return sums(scope, model, hidden, max(flat, 0), greaterOrEqual(flat, 0), options);
    },
  };
}

/**
 * Contexts of running text, ids [B, T], to hidden rows [B·T, D]; with `segments` each token sees those of its own text,
 * with `offsets` [B] places are counted from these.
 */
export function readContexts(
  scope: Scope,
  model: Decoder,
  ids: Value,
  segments?: Value,
  offsets?: Value,
): Value {
  const { places, mask } = causalContext(scope.graph, 'T');
  const seen = segments === undefined ? mask : add(mask, otherSegments(segments));
  const moved =
    offsets === undefined ? places : add(unsqueeze(places, [0]), unsqueeze(cast(offsets, 'int64'), [1]));
  return model.decode(scope, ids, { places: moved, mask: seen });
}

/** Additive mask [B, 1, T, T] that hides the tokens of other segments. */
function otherSegments(segments: Value): Value {
  const same = equal(unsqueeze(segments, [1, 2]), unsqueeze(segments, [1, 3]));
  return mul(cast(not(same), 'float32'), MASKED);
}
