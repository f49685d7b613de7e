// Beam search as one ONNX Loop: sequences, scores and the model's state never leave the graph.
// Alive and finished hypotheses apart, as in Tensor2Tensor; score = log p / ((5 + length) / 6)^α with the length
// counted with eos (Wu et al. 2016, equation 14, without coverage). Knows no model: it is given a step.
import type { SpecialIds } from '../data/pairs.ts';
import { type Dim, mulDims, type Shape } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { type Carried, loop } from '../graph/ops/control.ts';
import {
  add,
  and,
  cast,
  div,
  equal,
  greater,
  greaterOrEqual,
  less,
  mul,
  not,
  or,
  where,
} from '../graph/ops/elementwise.ts';
import { gather } from '../graph/ops/indexing.ts';
import { logSoftmax } from '../graph/ops/normalization.ts';
import { reduceMax, reduceSum, topK } from '../graph/ops/reduce.ts';
import { concat, expand, full, range, reshape, slice, unsqueeze } from '../graph/ops/shape.ts';
import { NEVER, neverProduced } from './never.ts';

/** The name, in the shapes of state entries, of the number of tokens that a hypothesis has so far. */
export const PRODUCED = 'P';

/** A tensor that a model hands from step to step, one row a hypothesis: [B·K, ...]. */
export interface StateEntry {
  name: string;
  initial: Value;
  /** The shape before a step; `PRODUCED` names an axis that grows by one a step. */
  shape: Shape;
}

/**
 * One step of a model: the last tokens [B·K] (int64) at `position` (int64 [1], from 0) and the state before, to
 * logits [B·K, V] and the state after.
 */
export type Step = (tokens: Value, position: Value, state: Value[]) => { logits: Value; state: Value[] };

export interface BeamSearchOptions {
  beamSize: number;
  /** α ≥ 0. */
  lengthPenalty: number;
  /** Hypotheses returned, at most `beamSize`. */
  nBest: number;
  ids: SpecialIds;
}

export interface SearchProblem {
  /** The most tokens a sentence may get, eos counted, at least 1: int64 [B]. */
  limits: Value;
  /** No limit is larger than this. */
  maxLimit: number;
  /** The tokens that hypotheses begin with, int64 [B·K]; bos without them. */
  first?: Value;
  state: readonly StateEntry[];
  step: Step;
}

export interface Hypotheses {
  /** Ids without bos and eos, padded: int32 [B, N, T]. */
  sequences: Value;
  /** Scores, best first: float32 [B, N]; −∞ where there are fewer than N hypotheses. */
  scores: Value;
  /** Number of ids: int32 [B, N]. */
  lengths: Value;
}

/**
 * The N best hypotheses for each sentence. At each step the 2K best continuations of the K alive hypotheses are
 * looked at: those with eos may enter the N finished ones, the K best others stay alive. A sentence that reaches
 * its limit with nothing finished gets its best alive hypotheses. The search ends when no sentence can improve:
 * an alive hypothesis cannot end better than log p / penalty(limit), because log p only falls.
 */
export function beamSearch(graph: Graph, problem: SearchProblem, options: BeamSearchOptions): Hypotheses {
  const { beamSize, nBest, ids } = options;
  const batch = problem.limits.shape[0]!;
  const rows = mulDims(batch, beamSize);
  const search = new Search(graph, problem, options);
  const carried: Carried[] = [
    { name: 'tokens', initial: problem.first ?? full(graph, [rows], ids.bosId, 'int64'), shape: [rows] },
    { name: 'scores', initial: search.initialScores(), shape: [rows, 1] },
    { name: 'sequences', initial: full(graph, [rows, 0], 0, 'int64'), shape: [rows, PRODUCED] },
    {
      name: 'finishedScores',
      initial: full(graph, [batch, nBest], NEVER, 'float32'),
      shape: [batch, nBest],
    },
    {
      name: 'finishedSequences',
      initial: full(graph, [batch, nBest, 0], 0, 'int64'),
      shape: [batch, nBest, PRODUCED],
    },
    ...problem.state,
  ];
  const finalShapes = carried.map(({ shape }) => shape.map((dim) => (dim === PRODUCED ? 'T' : dim)));
  const most = reduceMax(problem.limits, [0], false);
  const results = loop(graph, most, carried, finalShapes, (_, iteration, values) =>
    search.iterate(iteration, values),
  );
  const found = results[4]!;
  const sequences = where(equal(found, ids.eosId), ids.padId, found);
  const lengths = reduceSum(cast(not(equal(sequences, ids.padId)), 'int32'), [2], false);
  return { sequences: cast(sequences, 'int32'), scores: results[3]!, lengths };
}

class Search {
  readonly #graph: Graph;
  readonly #problem: SearchProblem;
  readonly #options: BeamSearchOptions;
  readonly #batch: Dim;
  readonly #limits: Value;
  /** ((5 + length) / 6)^α for lengths 1, 2, …, and for the limits, [B, 1]. */
  readonly #penalties: Value;
  readonly #lastPenalties: Value;

  constructor(graph: Graph, problem: SearchProblem, options: BeamSearchOptions) {
    this.#graph = graph;
    this.#problem = problem;
    this.#options = options;
    this.#batch = problem.limits.shape[0]!;
    this.#limits = unsqueeze(problem.limits, [1]);
    const { maxLimit } = problem;
    const table = Float32Array.from({ length: maxLimit }, (_, i) => ((6 + i) / 6) ** options.lengthPenalty);
    this.#penalties = graph.constant(table, [maxLimit], 'float32');
    this.#lastPenalties = gather(this.#penalties, add(this.#limits, -1));
  }

  /** At first all hypotheses of a sentence are the same one: only the first counts. [B·K, 1]. */
  initialScores(): Value {
    const { beamSize } = this.#options;
    const first = Float32Array.from({ length: beamSize }, (_, i) => (i === 0 ? 0 : NEVER));
    const scores = expand(this.#graph.constant(first, [1, beamSize], 'float32'), [this.#batch, beamSize]);
    return reshape(scores, [mulDims(this.#batch, beamSize), 1]);
  }

  iterate(iteration: Value, values: Value[]): { condition: Value; carried: Value[] } {
    const [tokens, scores, sequences, finishedScores, finishedSequences, ...state] = values as [
      Value,
      Value,
      Value,
      Value,
      Value,
      ...Value[],
    ];
    const { beamSize, ids } = this.#options;
    const after = this.#problem.step(tokens, unsqueeze(iteration, [0]), state);
    const candidates = this.#candidates(after.logits, scores);
    const length = add(iteration, 1);
    const grown = concat([gather(sequences, candidates.parents), unsqueeze(candidates.tokens, [2])], 2);
    const ends = equal(candidates.tokens, ids.eosId);
    // Greedy search takes the likeliest token, whichever it is: it ends with the first eos that is that, and there alone.
    const first = beamSize === 1 ? slice(ends, 1, 0, 1) : undefined;

    const alive = topK(where(first ?? ends, NEVER, candidates.scores), beamSize);
    const kept = this.#flat(alive.indices, 2 * beamSize);
    const parents = gather(flatten(candidates.parents), kept);

    const normalized = div(candidates.scores, gather(this.#penalties, iteration));
    const isBest = this.#graph.constant([1, 0], [1, 2], 'bool');
    const finishing = first === undefined ? ends : and(ends, isBest);
    const finished = this.#finish(length, finishing, normalized, finishedScores);
    const pool = concat([this.#padded(finishedSequences), grown], 1);

    return {
      condition: this.#mayImprove(length, alive.values, finished.scores),
      carried: [
        gather(flatten(candidates.tokens), kept),
        reshape(alive.values, scores.shape),
        gather(joinRows(grown), kept),
        finished.scores,
        reshape(gather(joinRows(pool), finished.rows), this.#finishedShape(grown.shape[2]!)),
        ...after.state.map((entry) => gather(entry, parents)),
      ],
    };
  }

  /**
   * The 2K best continuations of a sentence, best first: log p, token and the row of the hypothesis they continue,
   * each [B, 2K]. The best of every hypothesis are taken first, two more for pad and bos, which are never produced.
   */
  #candidates(logits: Value, scores: Value): { scores: Value; tokens: Value; parents: Value } {
    const { beamSize, ids } = this.#options;
    const vocabSize = logits.shape[1] as number;
    const each = Math.min(vocabSize, 2 * beamSize + 2);
    const best = topK(logSoftmax(logits), each);
    const bias = gather(neverProduced(this.#graph, vocabSize, ids), best.indices);
    const total = reshape(add(add(best.values, bias), scores), [this.#batch, beamSize * each]);
    const top = topK(total, 2 * beamSize);
    const rows = add(top.indices, this.#offsets(beamSize * each));
    return { scores: top.values, tokens: gather(flatten(best.indices), rows), parents: div(rows, each) };
  }

  /**
   * The best of the finished hypotheses and of the candidates that end now: scores [B, N] and rows [B·N] of the
   * pool of both. Of equal ones TopK takes the earlier, so nothing replaces a hypothesis without being better.
   */
  #finish(length: Value, ends: Value, scores: Value, finished: Value): { scores: Value; rows: Value } {
    const { beamSize, nBest } = this.#options;
    const ending = and(ends, greaterOrEqual(this.#limits, length));
    const best = reduceMax(concat([finished, where(ending, scores, NEVER)], 1), [1]);
    const cut = and(equal(this.#limits, length), equal(best, NEVER));
    const top = topK(concat([finished, where(or(ending, cut), scores, NEVER)], 1), nBest);
    return { scores: top.values, rows: this.#flat(top.indices, nBest + 2 * beamSize) };
  }

  /** Whether, for some sentence below its limit, an alive hypothesis may still beat the worst one to be returned. */
  #mayImprove(length: Value, alive: Value, finished: Value): Value {
    const bound = div(slice(alive, 1, 0, 1), this.#lastPenalties);
    const worst = slice(finished, 1, this.#options.nBest - 1, this.#options.nBest);
    const open = and(greater(this.#limits, length), less(worst, bound));
    return cast(reduceMax(cast(open, 'int32'), [0, 1], false), 'bool');
  }

  /** Finished sequences [B, N, P], one pad longer. */
  #padded(sequences: Value): Value {
    const column = full(this.#graph, this.#finishedShape(1), this.#options.ids.padId, 'int64');
    return concat([sequences, column], 2);
  }

  #finishedShape(length: Dim): Shape {
    return [this.#batch, this.#options.nBest, length];
  }

  /** Indices [B, n] into groups of `size` as one vector of rows of all groups. */
  #flat(indices: Value, size: number): Value {
    return flatten(add(indices, this.#offsets(size)));
  }

  /** Where the sentences' groups of `size` begin, [B, 1]. */
  #offsets(size: number): Value {
    return mul(unsqueeze(range(this.#graph, this.#batch), [1]), size);
  }
}

const flatten = (x: Value): Value => reshape(x, [mulDims(...x.shape)]);

/** [B, n, ...] as [B·n, ...]. */
const joinRows = (x: Value): Value => reshape(x, [mulDims(x.shape[0]!, x.shape[1]!), ...x.shape.slice(2)]);
