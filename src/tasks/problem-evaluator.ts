// Judges a decoder on made-up problems, length by length: what it writes behind each prompt, and what it takes for the
// likeliest token behind each part of the right answer.
import type { SpecialIds } from '../data/pairs.ts';
import { heldOutProblems, type ProblemOptions } from '../data/problems.ts';
import { buildSamplingGraph } from '../decode/sampling-graph.ts';
import { exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { add } from '../graph/ops/elementwise.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { argMax } from '../graph/ops/reduce.ts';
import type { Decoder } from '../models/model.ts';
import { Scope } from '../nn/scope.ts';
import { readContexts } from '../objectives/cross-entropy.ts';
import { shareInterpolated } from '../rasp/boolean/and-counterexample.ts';
import type { Interpolator } from '../rasp/boolean/min-degree.ts';
import type { TestSet } from '../rasp/generators/examples.ts';
import { END, type Example } from '../rasp/generators/generator.ts';
import { findSolver, type Solver, shareSolved } from '../rasp/solving.ts';
import { formatFigure } from '../run/figures.ts';
import type { LengthResult, LengthResults } from '../run/length-results.ts';
import { mergeRows, shareOf } from '../runtime/group.ts';
import { type Feeds, Session, Tensor } from '../runtime/session.ts';
import type { Parameters } from '../train/parameters.ts';
import type { Evaluation, EvaluationRun, Evaluator, SplitName } from '../train/system.ts';
import { sum } from '../util/sum.ts';
import { type Answer, failuresOf, judge, type Likeliest, SHARES, sharesOf } from './problem-answers.ts';
import { spread } from './spread.ts';
import { TokenSampler } from './token-sampler.ts';

/** The examples of one length. */
export interface LengthSet extends TestSet {
  readonly length: number;
  /** Whether training never has such problems, though it has others of their length. */
  readonly isUnseen: boolean;
}

export interface ProblemEvaluatorOptions {
  generator: string;
  model: Decoder & { readonly config: { readonly maxLength: number } };
  problems: ProblemOptions;
  /** The lengths of training. */
  trained: readonly [number, number];
  /** Lengths that have figures of their own, `exactMatch.50`. */
  atLengths: readonly number[];
  /** Of what training has, to compare with. */
  interpolator: Interpolator | undefined;
  sets(split: SplitName): readonly LengthSet[];
  threads: number;
}

/** The likeliest token is always taken. */
export const GREEDY = { temperature: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

/** What ends an answer, and what is never written. */
export function specialIdsOf({ vocabulary }: ProblemOptions): SpecialIds {
  const { padId } = vocabulary;
  return { padId, bosId: padId, eosId: vocabulary.idOf(END) ?? padId };
}

/** Examples of each length that the program answers too, and of all lengths those that validations show. */
const PROGRAM_EXAMPLES = 16;
const SAMPLES = 6;

export class ProblemEvaluator implements Evaluator {
  readonly figures: Evaluator['figures'];
  readonly signature: string;
  readonly #options: ProblemEvaluatorOptions;
  /** Made when they are first needed. */
  #sampler: Promise<TokenSampler> | undefined;
  #reader: Promise<Session> | undefined;

  constructor(options: ProblemEvaluatorOptions) {
    this.#options = options;
    const names = [...SHARES, ...options.atLengths.map((length) => `exactMatch.${length}`)];
    this.figures = Object.fromEntries(names.map((name) => [name, 'max']));
    this.signature = 'greedy';
  }

  async evaluate(split: SplitName, parameters: Parameters, run: EvaluationRun): Promise<Evaluation> {
    const sets = this.#options.sets(split);
    const others = split === 'test' ? this.#findOthers(sets) : {};
    const [lengths, unseen]: [LengthResult[], LengthResult[]] = [[], []];
    const answers: (Answer & { length: number })[] = [];
    const answered = await this.#answer(sets, parameters, run);
    for (const [s, { length, examples, isDisjoint, isUnseen }] of sets.entries()) {
      const found = answered[s]!;
      answers.push(...found.map((answer) => ({ ...answer, length })));
      const shares = { ...sharesOf(found), isDisjoint, ...sharesOfOthers(others, examples) };
      (isUnseen ? unseen : lengths).push({ length, examples: examples.length, ...shares });
    }
    const { solver, interpolator } = others;
    const results: LengthResults = {
      trained: [...this.#options.trained],
      lengths,
      ...(unseen.length > 0 && { unseen }),
      failures: failuresOf(answers),
      ...(solver && { program: { name: solver.name, length: solver.length, depth: solver.depth } }),
      ...(interpolator && { profile: [...interpolator.profile] }),
    };
    return this.#tell(results, answers);
  }

  async release(): Promise<void> {
    await (await this.#sampler)?.release();
    await (await this.#reader)?.release();
  }

  /** The answers to the examples of each set; no batch has examples of two of them. */
  async #answer(
    sets: readonly LengthSet[],
    { feeds }: Parameters,
    { group, onProgress }: EvaluationRun,
  ): Promise<Answer[][]> {
    const { problems } = this.#options;
    const starts = sets.map((_, s) => sum(sets.slice(0, s).map(({ examples }) => examples.length)));
    const total = sum(sets.map(({ examples }) => examples.length));
    const batches = sets.flatMap(({ examples }, s) =>
      heldOutProblems(examples, problems).map((batch, k) => {
        const from = k * problems.rows;
        return { batch, taken: examples.slice(from, from + problems.rows), start: starts[s]! + from };
      }),
    );
    const own = new Array<Answer>(total);
    let done = 0;
    for (const { batch, taken, start } of shareOf(group, batches)) {
      const written = await this.#write(taken, feeds);
      const likeliest = await this.#read(batch.inputs.ids!.data as Int32Array, taken.length, feeds);
      for (const [r, example] of taken.entries()) own[start + r] = judge(example, written[r]!, likeliest[r]!);
      done += taken.length * group.size;
      onProgress(Math.min(done, total), total);
    }
    const answers = await mergeRows(group, own);
    return sets.map(({ examples }, s) => answers.slice(starts[s]!, starts[s]! + examples.length));
  }

  /** What is written behind the prompts; a token more than there should be is enough to tell that it does not stop. */
  async #write(examples: readonly Example[], parameters: Feeds): Promise<string[][]> {
    const { model, problems, threads } = this.#options;
    const { vocabulary } = problems;
    const ids = specialIdsOf(problems);
    const options = { sampling: GREEDY, ids, vocabSize: vocabulary.size, threads, parameters };
    this.#sampler ??= TokenSampler.open(buildSamplingGraph(model, { sampling: GREEDY, ids }), options);
    const written = examples.map((): number[] => []);
    const rows = examples.map(({ prompt, answer }, r) => ({
      prompt: Int32Array.from(vocabulary.encode(prompt)),
      limit: answer.length,
      draw: () => 0,
      take: (token: number) => written[r]!.push(token) > 0,
    }));
    const pieceSize = Math.max(...rows.map(({ limit }) => limit));
    await (await this.#sampler).sample(rows, { pieceSize });
    return written.map((tokens) => vocabulary.decode(tokens));
  }

  /** For rows [B, T] of ids the likeliest token behind each place, of all and of those that do not end an answer. */
  async #read(ids: Int32Array, rows: number, parameters: Feeds): Promise<Likeliest[]> {
    const { vocabulary } = this.#options.problems;
    this.#reader ??= this.#openReader();
    const width = ids.length / rows;
    const feeds = { ...parameters, ids: new Tensor('int32', ids, [rows, width]) };
    const result = await (await this.#reader).run(feeds);
    const tokensOf = (name: string, r: number) =>
      vocabulary.decode(
        Array.from((result[name]!.data as BigInt64Array).subarray(r * width, (r + 1) * width), Number),
      );
    return Array.from({ length: rows }, (_, r) => ({ any: tokensOf('any', r), inner: tokensOf('inner', r) }));
  }

  #openReader(): Promise<Session> {
    const { model, problems, threads } = this.#options;
    const graph = new Graph();
    const scope = new Scope(graph, { training: false });
    const hidden = readContexts(scope, model, graph.input('ids', 'int32', ['B', 'T']));
    const logits = matMul(hidden, model.outputEmbedding(scope), { transB: true });
    const end = new Float32Array(problems.vocabulary.size);
    end[specialIdsOf(problems).eosId] = Number.NEGATIVE_INFINITY;
    const withoutEnd = add(logits, graph.constant(end, [end.length], 'float32'));
    const outputs = { any: argMax(logits, 1, false), inner: argMax(withoutEnd, 1, false) };
    return Session.create(exportModel(graph, { outputs }).model, { threads });
  }

  #findOthers(sets: readonly LengthSet[]): Others {
    const { generator, interpolator } = this.#options;
    return { solver: findSolver(generator, sets[0]!.examples.slice(0, 50)), interpolator };
  }

  #tell(results: LengthResults, answers: readonly Answer[]): Evaluation {
    const { lengths, unseen, trained } = results;
    const mean = (name: (typeof SHARES)[number], of: readonly LengthResult[] = lengths) =>
      of.reduce((sum, result) => sum + result[name], 0) / of.length;
    const figures = Object.fromEntries([
      ...SHARES.map((name) => [name, mean(name)] as const),
      ...this.#options.atLengths.flatMap((length) => {
        const found = lengths.find((result) => result.length === length);
        return found === undefined ? [] : [[`exactMatch.${length}`, found.exactMatch] as const];
      }),
      ...(unseen === undefined ? [] : [['exactMatch.unseen', mean('exactMatch', unseen)] as const]),
      ...interpolatorFigures(results),
    ]);
    const beyond = lengths.filter(({ length }) => length > trained[1]);
    const told =
      beyond.length === 0 || beyond.length === lengths.length
        ? ''
        : ` (beyond length ${trained[1]}: ${formatFigure('exactMatch', mean('exactMatch', beyond))})`;
    return {
      figures,
      signature: this.signature,
      text: `exactMatch ${formatFigure('exactMatch', figures.exactMatch!)}${told}`,
      summary: { ...figures, ...results },
      files: {
        src: answers.map(({ example }) => example.prompt.join(' ')),
        hyp: answers.map(({ written }) => written.join(' ')),
        ref: answers.map(({ example }) => example.answer.join(' ')),
      },
      samples: spread(answers.length, SAMPLES).map((i) => {
        const { example, written } = answers[i]!;
        return {
          src: example.prompt.join(' '),
          hyp: written.join(' '),
          ref: example.answer.join(' '),
        };
      }),
    };
  }
}

/** Who else answers the problems of a test set. */
interface Others {
  /** The program that solves them. */
  solver?: Solver | undefined;
  interpolator?: Interpolator | undefined;
}

const sharesOfOthers = (
  { solver, interpolator }: Others,
  examples: readonly Example[],
): Pick<LengthResult, 'program' | 'interpolator'> => ({
  ...(solver && { program: shareSolved(solver.program, examples.slice(0, PROGRAM_EXAMPLES)) }),
  ...(interpolator && { interpolator: shareInterpolated(interpolator, examples) }),
});

/** `interpolator` of what training has, and `interpolator.unseen`. */
function interpolatorFigures({ lengths, unseen }: LengthResults): [string, number][] {
  return Object.entries({ interpolator: lengths, 'interpolator.unseen': unseen ?? [] }).flatMap(
    ([name, results]): [string, number][] => {
      const shares = results.flatMap(({ interpolator }) => interpolator ?? []);
      return shares.length === 0 ? [] : [[name, shares.reduce((sum, x) => sum + x, 0) / shares.length]];
    },
  );
}
