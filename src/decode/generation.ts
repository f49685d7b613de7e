// Generation by any decoder, behind an encoder or alone, with a prompt or without: what a search asks of it.
// Nothing here knows how a decoder is made.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { dimension, expand, full, range, reshape, unsqueeze } from '../graph/ops/shape.ts';
import { KeyValueCache, KeyValueStore } from '../nn/key-values.ts';
import { causalMask } from '../nn/positions.ts';
import type { Scope } from '../nn/scope.ts';
import type { SearchProblem, StateEntry } from './beam-search.ts';
import type { RunningConstraint } from './constraint.ts';

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

/** What hypotheses continue: a prompt, of which all but the last token is read before the search. */
export interface Prompt {
  /** int32 [B, L] with L ≥ 1; undefined where there is but one token. */
  prefix: Value | undefined;
  /** int32 [B]. */
  last: Value;
}

export interface GenerationOptions<Memory> {
  memory: Memory;
  /** Without one, hypotheses begin with bos. */
  prompt?: Prompt | undefined;
  /** The most tokens each sentence may get, eos counted: int64 [B]. */
  limits: Value;
  beamSize: number;
  constraint?: RunningConstraint | undefined;
}

/** The name, in the shapes of caches, of the places that they hold. */
const HELD = 'C';

/** The search for what `generator` says, or continues a prompt with. */
export function generationProblem<Memory>(
  scope: Scope,
  generator: Generator<Memory>,
  { memory, prompt, limits, beamSize, constraint }: GenerationOptions<Memory>,
): SearchProblem {
  const { owners, numKvHeads, headDim, valueDim } = generator.cache;
  const rows = mulDims(limits.shape[0]!, beamSize);
  const prefix = prompt?.prefix;
  const read = prefix && readPrefix(scope, generator, memory, prefix).map((x) => repeatRows(x, beamSize));
  const nothing = (size: number) => full(scope.graph, [rows, numKvHeads, 0, size], 0, 'float32');
  const caches = owners
    .flatMap((owner): [string, number][] => [
      [`keys${owner}`, headDim],
      [`values${owner}`, valueDim],
    ])
    .map(([name, size], i): StateEntry => {
      return { name, initial: read?.[i] ?? nothing(size), shape: [rows, numKvHeads, HELD, size] };
    });
  const start = prefix && dimension(scope.graph, prefix.shape[1]!);
  return {
    limits,
    maxLimit: generator.config.maxLength,
    ...(prompt && { first: cast(repeatRows(prompt.last, beamSize), 'int64') }),
    state: [...caches, ...(constraint?.state ?? [])],
    step: (tokens, position, state) => {
      const past = owners.map((owner, i) => {
        return [owner, { keys: state[2 * i]!, values: state[2 * i + 1]! }] as const;
      });
      const keyValues = new KeyValueCache(new Map(past));
      const places = start === undefined ? position : add(position, start);
      const hidden = generator.decode(scope, unsqueeze(tokens, [1]), { places, keyValues, memory });
      const logits = matMul(hidden, generator.outputEmbedding(scope), { transB: true });
      const after = flatten(keyValues);
      if (constraint === undefined) return { logits, state: after };
      const { bias, state: kept } = constraint.step(tokens, position, state.slice(after.length));
      return { logits: add(logits, bias), state: [...after, ...kept] };
    },
  };
}

/** Keys and values of a prefix [B, L], in the order of their owners. */
function readPrefix<Memory>(
  scope: Scope,
  generator: Generator<Memory>,
  memory: Memory,
  prefix: Value,
): Value[] {
  const length = prefix.shape[1]!;
  const keyValues = new KeyValueStore();
  const mask = causalMask(scope.graph, length);
  generator.decode(scope, prefix, { places: range(scope.graph, length), mask, keyValues, memory });
  return flatten(keyValues);
}

const flatten = (store: KeyValueStore): Value[] =>
  [...store.entries().values()].flatMap(({ keys, values }) => [keys, values]);

/** x [B, ...] with each row `times` over: [B·times, ...]. */
function repeatRows(x: Value, times: number): Value {
  const [rows, ...rest] = x.shape as [Dim, ...Dim[]];
  const repeated = expand(unsqueeze(x, [1]), [rows, times, ...rest]);
  return reshape(repeated, [mulDims(rows, times), ...rest]);
}
