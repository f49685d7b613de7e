// Made-up problems of any length: a decoder alone learns to answer short ones, and is asked longer ones. Zhou et al. 2023
// (arXiv 2310.16028). Nothing is stored: problems to train on are drawn from the seed as they are needed.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { describeLengths } from '../data/length-statistics.ts';
import { heldOutProblems, ProblemBatches, type ProblemOptions, ProblemVocabulary } from '../data/problems.ts';
import { buildSamplingGraph } from '../decode/sampling-graph.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { kvBytesPerToken } from '../models/layer-config.ts';
import { NO_LABEL, nextTokenCrossEntropy } from '../objectives/cross-entropy.ts';
import { interpolatorOf } from '../rasp/boolean/and-counterexample.ts';
import { ExampleSource } from '../rasp/generators/examples.ts';
import { type Generator, MOST } from '../rasp/generators/generator.ts';
import { buildGenerator, type GeneratorConfig, generatorSchema } from '../rasp/generators/index.ts';
import { trainingSections } from '../train/config.ts';
import type { DataRecord } from '../train/data-record.ts';
import type { System } from '../train/system.ts';
import { UserError } from '../util/errors.ts';
import { Rng } from '../util/rng.ts';
import { GREEDY, type LengthSet, ProblemEvaluator, specialIdsOf } from './problem-evaluator.ts';
import type { Task, TaskConfig } from './task.ts';

const lengthsSchema = z
  .tuple([z.int().min(1).max(MOST), z.int().min(1).max(MOST)])
  .refine(([least, most]) => least <= most, { error: 'the first length is above the last' });

/** What the data of every generator have beside its options. */
const drawing = {
  /** The least and the greatest length of problems to train on; each is as likely as the others. */
  lengths: lengthsSchema,
  /** Tokens of a context. */
  contextLength: z.int().min(2).default(128),
  /** Contexts of a batch. */
  batchRows: z.int().min(1).max(65_536).default(64),
  /** Whether problems follow one another until a context is full; otherwise each has one of its own. */
  packed: z.boolean().default(true),
  /** Whether a token sees those of its own problem alone. */
  separateProblems: z.boolean().default(true),
  /** The first token of a context stands at a place that is uniform from 0 to this. */
  maxOffset: z.int().min(0).default(0),
  /** Batches that are called an epoch. */
  epochBatches: z.int().min(1).default(1000),
};
type Drawing = z.output<z.ZodObject<typeof drawing>>;
type ProblemData = GeneratorConfig & Drawing & { index?: undefined };

const dataSchema = z.discriminatedUnion(
  'generator',
  generatorSchema.options.map((option) => option.extend(drawing)) as never,
) as unknown as z.ZodType<ProblemData>;

const evaluationSchema = z.strictObject({
  /** The least and the greatest length that the test set has. */
  lengths: lengthsSchema,
  /** Lengths from one to the next; the greatest is there in any case. */
  step: z.int().min(1).default(1),
  /** Problems of each length in the test set, and in the validation set, which has the lengths of training alone. */
  examples: z.int().min(1).max(100_000).default(100),
  validExamples: z.int().min(1).max(100_000).default(20),
  /** Lengths whose exact match is a figure of its own: `exactMatch.50`. */
  atLengths: z.array(z.int().min(1)).default([]),
  /** Of the test set; the validation set has the next. */
  seed: z.int().min(0).default(1),
});

const buildSchema = () =>
  z
    .strictObject({
      task: z.literal('rasp'),
      ...trainingSections,
      data: dataSchema,
      model: modelSchema('decoder').prefault({} as never),
      objective: z
        .strictObject({
          /** What is learned: the tokens of answers, or those of prompts too. */
          tokens: z.enum(['answer', 'all']).default('answer'),
        })
        .prefault({}),
      evaluation: evaluationSchema,
    })
    .superRefine(({ data, model, evaluation }, context) => {
      const refuse = refusing(context);
      const { contextLength, maxOffset } = data;
      if (contextLength + maxOffset > model.maxLength) {
        refuse(
          ['data', 'contextLength'],
          `with maxOffset is beyond the ${model.maxLength} places of model.maxLength`,
        );
      }
      const known = testedLengths(evaluation);
      const isTested = evaluation.atLengths.every((length) => known.includes(length));
      if (!isTested) refuse(['evaluation', 'atLengths'], 'has a length that the test set does not have');
    });
export type RaspConfig = z.output<ReturnType<typeof buildSchema>> & TaskConfig;

export const rasp: Task<RaspConfig> = {
  describe: 'Made-up problems that RASP-L programs solve: trained on short ones, tested on longer ones',
  command: 'tx report',
  schema: buildSchema as () => z.ZodType<RaspConfig>,
  identity: ({ model, objective }) => ({ model, objective }),
  generator: ({ model, ...config }) =>
    buildModel('decoder', model, { vocabSize: vocabularyOf(config, buildGenerator(config.data)).size }),
  read: async (config) => {
    const problems = new Problems(config);
    return async () => ({ record: problems.record, build: async () => buildSystem(config, problems) });
  },
};

type Settings = Pick<RaspConfig, 'data' | 'evaluation'>;

/** The lengths of the test set. */
function testedLengths({ lengths: [least, most], step }: z.output<typeof evaluationSchema>): number[] {
  const lengths: number[] = [];
  for (let length = least; length < most; length += step) lengths.push(length);
  return [...lengths, most];
}

/** All tokens of the problems that a config trains on or tests. */
export const vocabularyOf = ({ data, evaluation }: Settings, generator: Generator): ProblemVocabulary =>
  new ProblemVocabulary(generator.vocabulary(Math.max(data.lengths[1], evaluation.lengths[1])));

/** What a config draws, and the sets that it is judged on. */
class Problems {
  readonly source: ExampleSource;
  readonly options: ProblemOptions;
  readonly #evaluation: Settings['evaluation'];
  readonly #trained: readonly [number, number];

  /** A UserError where the generator has no problems so long. */
  constructor({ data, evaluation, objective }: RaspConfig) {
    const generator = buildGenerator(data);
    this.source = new ExampleSource(generator, data.lengths);
    this.#evaluation = evaluation;
    this.#trained = data.lengths;
    this.options = {
      vocabulary: vocabularyOf({ data, evaluation }, generator),
      contextLength: data.contextLength,
      rows: data.batchRows,
      packed: data.packed,
      segments: data.packed && data.separateProblems,
      maxOffset: data.maxOffset,
      learnsPrompt: objective.tokens === 'all',
      noLabel: NO_LABEL,
    };
  }

  get test(): LengthSet[] {
    const { examples, seed } = this.#evaluation;
    const lengths = testedLengths(this.#evaluation);
    const unseen = lengths.map((length): LengthSet => {
      return { length, examples: this.source.unseen(length), isDisjoint: true, isUnseen: true };
    });
    return [...this.#sets(lengths, examples, seed), ...unseen.filter(({ examples }) => examples.length > 0)];
  }

  /** Of the lengths of training, as far apart as those of the test set. */
  get valid(): LengthSet[] {
    const { validExamples, seed, step } = this.#evaluation;
    const [least, most] = this.#trained;
    return this.#sets(
      testedLengths({ ...this.#evaluation, lengths: [least, most], step }),
      validExamples,
      seed + 1,
    );
  }

  /** Problems as they are drawn now: a generator that draws others is other data. */
  get record(): DataRecord {
    const rng = Rng.fromSeed(0);
    const drawn = Array.from({ length: 50 }, () => this.source.train(rng));
    const sha256 = createHash('sha256').update(JSON.stringify(drawn)).digest('hex');
    return { problems: { sha256, complaint: 'its problems are drawn otherwise by this version of tx' } };
  }

  #sets(lengths: readonly number[], count: number, seed: number): LengthSet[] {
    return lengths.map((length) => {
      return { length, ...this.source.test({ length, count, seed }), isUnseen: false };
    });
  }
}

function buildSystem(config: RaspConfig, problems: Problems): System {
  const { data, evaluation, threads } = config;
  const { options, source } = problems;
  const model = buildModel('decoder', config.model, { vocabSize: options.vocabulary.size });
  const { segments, maxOffset } = options;
  const sets = { valid: problems.valid, test: problems.test };
  const all = [...sets.valid, ...sets.test].flatMap(({ examples }) => examples);
  checkPlaces(config, Math.max(...all.map(({ prompt, answer }) => prompt.length + answer.length)));
  const valid = sets.valid.flatMap(({ examples }) => examples);
  return {
    objective: nextTokenCrossEntropy(model, {
      labelSmoothing: 0,
      segments,
      offsets: maxOffset > 0,
      isText: false,
    }),
    dModel: config.model.dModel,
    batches: (rng) => new ProblemBatches(source, options, rng, data.epochBatches),
    held: { valid: heldOutProblems(valid, options) },
    hasTest: true,
    kvBytesPerToken: kvBytesPerToken(model.cache),
    evaluator: new ProblemEvaluator({
      generator: data.generator,
      model,
      problems: options,
      trained: data.lengths,
      atLengths: evaluation.atLengths,
      interpolator: interpolatorOf(data, data.lengths),
      sets: (split) => sets[split],
      threads,
    }),
    mainFigure: 'exactMatch',
    artifacts: (weights) => ({
      decode: buildSamplingGraph(model, { sampling: GREEDY, ids: specialIdsOf(options), weights }).model,
    }),
    record: problems.record,
    statistics: {
      unit: 'problems',
      kept: valid.length,
      dropped: {},
      sides: {
        problem: {
          vocabulary: options.vocabulary.size,
          lengths: describeLengths(valid.length, (i) => valid[i]!.prompt.length + valid[i]!.answer.length),
        },
      },
    },
  };
}

/** A UserError where the model has no places for the longest problem, or a context none for those of training. */
function checkPlaces({ model, data }: RaspConfig, longest: number): void {
  if (longest <= model.maxLength) return;
  throw new UserError(
    `the longest ${data.generator} problem that is tested has ${longest} tokens, and model.maxLength is ${model.maxLength}`,
  );
}
