// Generation by any decoder, behind an encoder or alone, with a prompt or without: what a search asks of it.
// Nothing here knows how a decoder is made.
import { type Dim, mulDims } from '../graph/dim.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { dimension, expand, full, reshape, unsqueeze } from '../graph/ops/shape.ts';
import type { Scope } from '../nn/scope.ts';
import type { SearchProblem, StateEntry } from './beam-search.ts';
import { CachedDecoder, type Generator } from './cached-decoder.ts';
import type { RunningConstraint } from './constraint.ts';

/** What hypotheses continue: a prompt, of which all but the last token is read before the search. */
export interface Prompt {
  /** int32 [B, L] with L ≥ 1. */
  prefix: Value;
  /** The first places of each row of `prefix`, which hold nothing: int64 [B]. */
  padding: Value;
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
}

/** The name, in the shapes of caches, of the places that they hold. */
const HELD = 'C';

/** The search for what `generator` says, or continues a prompt with. */
export function generationProblem<Memory>(
  scope: Scope,
  generator: Generator<Memory>,
  { memory, prompt, limits, beamSize }: GenerationOptions<Memory>,
): SearchProblem {
  const { graph } = scope;
  const rows = mulDims(limits.shape[0]!, beamSize);
  const decoder = new CachedDecoder(scope, generator, memory, prompt && repeatRows(prompt.padding, beamSize));
  const read =
    prompt && new CachedDecoder(scope, generator, memory, prompt.padding).read(prompt.prefix).caches;
  const initial =
    read?.map((x) => repeatRows(x, beamSize)) ??
    decoder.caches.map(({ size }) => full(graph, [rows, ...size(0)], 0, 'float32'));
  const caches = decoder.caches.map(({ name, size }, i): StateEntry => {
    return { name, initial: initial[i]!, shape: [rows, ...size(HELD)] };
  });
  const start = prompt && dimension(graph, prompt.prefix.shape[1]!);
  return {
    limits,
    maxLimit: generator.config.maxLength,
    ...(prompt && { first: cast(repeatRows(prompt.last, beamSize), 'int64') }),
    state: caches,
    step: (tokens, position, state) => {
      const held = start === undefined ? position : add(position, start);
      const past = { held, caches: state };
      const { hidden, caches: after } = decoder.read(unsqueeze(tokens, [1]), past);
      const logits = matMul(hidden, generator.outputEmbedding(scope), { transB: true });
      return { logits, state: after };
    },
  };
}

/** The same search within a constraint. */
export function constrained(problem: SearchProblem, { state: own, step }: RunningConstraint): SearchProblem {
  const count = problem.state.length;
  return {
    ...problem,
    state: [...problem.state, ...own],
    step: (tokens, position, state) => {
      const after = problem.step(tokens, position, state.slice(0, count));
      const { bias, state: kept } = step(tokens, position, state.slice(count));
      return { logits: add(after.logits, bias), state: [...after.state, ...kept] };
    },
  };
}

/** x [B, ...] with each row `times` over: [B·times, ...]. */
function repeatRows(x: Value, times: number): Value {
  const [rows, ...rest] = x.shape as [Dim, ...Dim[]];
  const repeated = expand(unsqueeze(x, [1]), [rows, times, ...rest]);
  return reshape(repeated, [mulDims(rows, times), ...rest]);
}
