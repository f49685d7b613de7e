// decode.onnx of a decoder alone that keeps one hypothesis: a batch of prompts, or of what was written so far, to the
// tokens that come next. The keys and values of what was read go in and out, so that a text can be written piece by
// piece; between the tokens of a piece nothing leaves the graph.
import type { SpecialIds } from '../data/pairs.ts';
import { type ExportedModel, exportModel } from '../graph/export.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { type Carried, loop } from '../graph/ops/control.ts';
import { add, and, cast, equal, greater, not, or, where } from '../graph/ops/elementwise.ts';
import { gather, gatherElements } from '../graph/ops/indexing.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { reduceMax } from '../graph/ops/reduce.ts';
import { concat, dimension, full, range, reshape, slice, squeeze, unsqueeze } from '../graph/ops/shape.ts';
import { Scope } from '../nn/scope.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { CachedDecoder, type CacheEntry, type Generator } from './cached-decoder.ts';
import type { SamplingConfig } from './config.ts';
import { chooseTokens, isDrawn, isPenalized } from './sampling.ts';

export interface SamplingOptions {
  sampling: SamplingConfig;
  ids: SpecialIds;
  /** Stored inside the model; without them parameters are inputs. */
  weights?: ReadonlyMap<string, TensorData> | undefined;
}

/** The name of what a cache, which goes in as `keys0`, comes out as. */
export const grownName = (cache: string): string => `${cache}.grown`;

export interface SamplingGraph extends ExportedModel {
  caches: readonly CacheEntry[];
}

/** Names, in shapes: places read before, those that a loop has, and the tokens of a piece. */
const [BEFORE, HELD, TAKEN] = ['P', 'C', 'M'] as const;

/**
 * In: `ids` int32 [B, L], what is not read yet; `padding` int64 [B], the first places of each row, over all pieces, that
 * hold nothing; caches [B, G, P, K], P 0 at first; `steps` int64 [], the most tokens of this piece; `limits` int64 [B],
 * the most tokens of each row, eos counted, at least 1, or 0 for a row that is done; `uniforms` float32 [N, B], N at least
 * the steps, where tokens are drawn; `seen` bool [B, V] where they are penalized.
 * Out: `tokens` int32 [B, M], padded behind eos and limits; `logProbs` float32 [B, M], log p of each by the model, without
 * temperature and cuts; caches with all that was read, which is all but the last token.
 */
export function buildSamplingGraph(
  model: Generator,
  { sampling, ids, weights }: SamplingOptions,
): SamplingGraph {
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  const tokens = graph.input('ids', 'int32', ['B', 'L']);
  const padding = graph.input('padding', 'int64', ['B']);
  const limits = graph.input('limits', 'int64', ['B']);
  const steps = graph.input('steps', 'int64', []);
  const decoder = new CachedDecoder(scope, model, undefined, padding);
  const past = decoder.caches.map(({ name, size }) => graph.input(name, 'float32', ['B', ...size(BEFORE)]));
  const table = model.outputEmbedding(scope);
  const [vocabSize, width] = table.shape as [number, number];
  const uniforms = isDrawn(sampling) ? graph.input('uniforms', 'float32', ['N', 'B']) : undefined;
  const seen = isPenalized(sampling) ? graph.input('seen', 'bool', ['B', vocabSize]) : undefined;

  /** The token after hidden rows [B, D], log p of it, and the state after it. */
  const choose = (
    hidden: Value,
    step: Value,
    { active, seen }: { active: Value; seen?: Value | undefined },
  ) => {
    const logits = matMul(hidden, table, { transB: true });
    const uniform = uniforms && gather(uniforms, step);
    const chosen = chooseTokens(logits, { uniform, seen }, sampling, ids);
    const own = squeeze(gatherElements(logSoftmax(logits), unsqueeze(chosen, [1]), 1), [1]);
    const goesOn = and(not(equal(chosen, ids.eosId)), greater(limits, add(step, 1)));
    return {
      token: where(active, chosen, ids.padId),
      logProb: where(active, own, 0),
      active: and(active, goesOn),
      ...(seen && { seen: or(seen, equal(unsqueeze(chosen, [1]), unsqueeze(range(graph, vocabSize), [0]))) }),
    };
  };

  const before = dimension(graph, BEFORE);
  const read = decoder.read(tokens, { held: before, caches: past });
  const places = reshape(read.hidden, ['B', 'L', width]);
  const last = squeeze(slice(places, 1, -1), [1]);
  const first = choose(last, graph.scalar(0, 'int64'), { active: greater(limits, 0), seen });
  const column = (x: Value) => unsqueeze(x, [1]);
  const carried: Carried[] = [
    { name: 'token', initial: first.token, shape: ['B'] },
    { name: 'active', initial: first.active, shape: ['B'] },
    { name: 'tokens', initial: column(first.token), shape: ['B', TAKEN] },
    { name: 'logProbs', initial: column(first.logProb), shape: ['B', TAKEN] },
    ...decoder.caches.map(({ name, size }): Carried => {
      return { name, initial: full(graph, ['B', ...size(0)], 0, 'float32'), shape: ['B', ...size(HELD)] };
    }),
    ...(first.seen ? [{ name: 'seen', initial: first.seen, shape: ['B', vocabSize] }] : []),
  ];
  const ends = carried.map(({ shape }) =>
    shape.map((dim) => (dim === HELD ? `${HELD}'` : dim === TAKEN ? `${TAKEN}'` : dim)),
  );
  const count = decoder.caches.length;
  const results = loop(graph, add(steps, -1), carried, ends, (_, iteration, values) => {
    const [token, active, written, logProbs, ...rest] = values as [Value, Value, Value, Value, ...Value[]];
    const step = add(iteration, 1);
    const held = add(add(before, dimension(graph, 'L')), unsqueeze(iteration, [0]));
    const { hidden, caches } = decoder.read(column(token), {
      held,
      caches: rest.slice(0, count),
      before: read.caches,
    });
    const next = choose(hidden, step, { active, seen: rest[count] });
    return {
      condition: cast(reduceMax(cast(next.active, 'int32'), [0], false), 'bool'),
      carried: [
        next.token,
        next.active,
        concat([written, column(next.token)], 1),
        concat([logProbs, column(next.logProb)], 1),
        ...caches,
        ...(next.seen ? [next.seen] : []),
      ],
    };
  });
  const [, , written, logProbs, ...grown] = results as [Value, Value, Value, Value, ...Value[]];
  // Only what a piece adds grows with each token; joining it to what was there copies both.
  const caches = decoder.caches.map(({ name }, i) => {
    return [grownName(name), concat([read.caches[i]!, grown[i]!], 2)] as const;
  });
  const outputs = { tokens: cast(written, 'int32'), logProbs, ...Object.fromEntries(caches) };
  return {
    ...exportModel(graph, { outputs, ...(weights && { weights }) }),
    caches: decoder.caches,
  };
}
