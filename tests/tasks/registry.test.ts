// A task, an objective and a model of one's own, by the registries alone: how many of a row's tokens are odd, by a model
// that sees each token by itself, on rows that are made up as they are asked for.
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Batch } from '../../src/data/batch.ts';
import type { BatchSource, BatchState } from '../../src/data/batches.ts';
import { mulDims } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { cast, equal, mul, sub } from '../../src/graph/ops/elementwise.ts';
import { gather } from '../../src/graph/ops/indexing.ts';
import { reduceSum } from '../../src/graph/ops/reduce.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { tokenTable } from '../../src/models/embedding.ts';
import { buildModel, modelSchema, models } from '../../src/models/index.ts';
import type { Encoder } from '../../src/models/model.ts';
import { paddingMask } from '../../src/models/stack.ts';
import { linear } from '../../src/nn/linear.ts';
import { Scope } from '../../src/nn/scope.ts';
import type { Objective } from '../../src/objectives/objective.ts';
import { tasks } from '../../src/tasks/index.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { trainingSections } from '../../src/train/config.ts';
import { Rng } from '../../src/util/rng.ts';
import { tx } from '../commands/run.ts';
import { Toy } from '../train/toy.ts';

const VOCABULARY = 12;
const PAD = 0;

// The model: a table, and nothing else.
const bagSchema = z.strictObject({
  type: z.literal('bag'),
  dModel: z.int().min(1),
  maxLength: z.int().min(1).default(100),
});

class Bag implements Encoder {
  readonly config: z.output<typeof bagSchema>;

  constructor(config: z.output<typeof bagSchema>) {
    this.config = config;
  }

  encode(scope: Scope, ids: Value) {
    const { dModel } = this.config;
    const vectors = gather(tokenTable(scope.at('bag'), VOCABULARY, dModel), ids);
    return { rows: reshape(vectors, [mulDims('B', 'S'), dModel]), mask: paddingMask(ids, PAD) };
  }
}

// The objective: a squared error, with a figure of its own.
function countError(model: Encoder): Objective {
  return {
    inputs: { ids: { dtype: 'int32', shape: ['B', 'S'] }, counts: { dtype: 'float32', shape: ['B'] } },
    terms: { squaredError: { per: 'rows', scale: 1 } },
    statistics: { exact: { per: 'rows', direction: 'max' } },
    signature: 'squared',
    build: (scope, { ids, counts }) => {
      const difference = sub(count(scope, model, ids!), counts!);
      const squared = mul(difference, difference);
      const isNear = cast(equal(cast(mul(squared, 4), 'int32'), 0), 'float32');
      const total = (x: Value) => reduceSum(x, [0], false);
      return { squaredError: total(squared), exact: total(isNear) };
    },
  };
}

/** [B] of ids [B, S]. */
function count(scope: Scope, model: Encoder, ids: Value): Value {
  const { rows, mask } = model.encode(scope, ids);
  const each = reshape(linear(scope.at('head'), rows, 1), ['B', 'S']);
  const isToken = reshape(cast(equal(mask, 0), 'float32'), ['B', 'S']);
  return reduceSum(mul(each, isToken), [1], false);
}

// The data: made of a seed, without end.
class Made implements BatchSource {
  readonly epochLength = 10;
  readonly #rng: Rng;
  readonly #rows: number;
  #state: BatchState = { epoch: 0, position: 0 };

  constructor(rng: Rng, rows: number) {
    this.#rng = rng;
    this.#rows = rows;
  }

  next(): Batch {
    const { epoch, position } = this.#state;
    this.skip();
    return make(this.#rng.split(epoch).split(position), this.#rows);
  }

  skip(): void {
    const { epoch, position } = this.#state;
    const isLast = position + 1 === this.epochLength;
    this.#state = isLast ? { epoch: epoch + 1, position: 0 } : { epoch, position: position + 1 };
  }

  state = () => this.#state;
  restore = (state: BatchState) => void (this.#state = state);
  padding = () => 0;
  largest = () => [{ B: this.#rows, S: 8 }];
}

function make(rng: Rng, rows: number): Batch {
  const length = 3 + rng.int(6);
  const ids = Int32Array.from({ length: rows * length }, () => 1 + rng.int(VOCABULARY - 1));
  const counts = Float32Array.from({ length: rows }, (_, r) =>
    ids.subarray(r * length, (r + 1) * length).reduce((sum, id) => sum + (id % 2), 0),
  );
  return {
    inputs: {
      ids: { dtype: 'int32', dims: [rows, length], data: ids },
      counts: { dtype: 'float32', dims: [rows], data: counts },
    },
    sizes: { B: rows, S: length },
    weights: { rows },
    rows: [],
  };
}

let toy: Toy;
let config: string;

beforeAll(() => {
  toy = new Toy();
  models.encoder.bag = { schema: bagSchema, build: (config) => new Bag(config as never) };
  tasks.counting = {
    describe: 'Counting odd tokens',
    command: 'nothing yet',
    schema: () =>
      z.strictObject({
        task: z.literal('counting'),
        ...trainingSections,
        data: z.strictObject({ rows: z.int().min(1) }),
        model: modelSchema('encoder'),
      }) as unknown as z.ZodType<TaskConfig>,
    identity: (config) => ({ data: config.data, model: (config as { model?: unknown }).model }),
    read: async (given) => {
      const { data, model: settings } = given as unknown as { data: { rows: number }; model: never };
      const model = buildModel('encoder', settings, { vocabSize: VOCABULARY, padId: PAD });
      const held = (name: string) => [make(Rng.fromSeed(9).split(name), 20)];
      const sum = '0'.repeat(64);
      const record = { rule: { sha256: sum, complaint: 'the rule is another' } };
      return async () => ({
        record,
        build: async () => ({
          objective: countError(model),
          dModel: model.config.dModel,
          batches: (rng) => new Made(rng, data.rows),
          held: { valid: held('valid'), test: held('test') },
          hasTest: true,
          mainFigure: 'exact',
          artifacts: (weights) => {
            const graph = new Graph();
            const ids = graph.input('ids', 'int32', ['B', 'S']);
            const outputs = { count: count(new Scope(graph, { training: false }), model, ids) };
            return { decode: exportModel(graph, { outputs, weights }).model };
          },
          record,
        }),
      });
    },
  };
  config = toy.write(
    'counting.yaml',
    `task: counting
threads: 1
data: { rows: 16 }
model: { type: bag, dModel: 6 }
training: { maxEpochs: 12, average: 3, logSteps: 20 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.05 }
`,
  );
});
afterAll(() => {
  delete models.encoder.bag;
  delete tasks.counting;
  toy.remove();
});

it('trains, chooses by its own figure, is judged on its test set', async () => {
  const run = toy.folder();
  const { code, stdout, stderr } = await tx(['train', config, '--run', run.path]);
  expect([code, stderr.includes('internal')]).toEqual([0, false]);
  expect(stdout).toContain('exact 1.0000');
  const lines = readFileSync(run.metrics, 'utf8').trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line));
  expect(events.at(-1)).toMatchObject({ event: 'result', set: 'test', metric: 'exact', score: 1 });
  expect(events.filter(({ event }) => event === 'validation').at(-1)).toHaveProperty('exact', 1);
  expect(events.find(({ event }) => event === 'step')).toHaveProperty('rowsPerSecond');
});

it('resumes, and is refused with another model, or a key of another task', async () => {
  const run = toy.folder();
  const train = (...argv: string[]) => tx(['train', config, '--run', run.path, '-q', ...argv]);
  expect((await train('--set', 'training.maxEpochs=1')).code).toBe(0);
  rmSync(run.checkpoint('model'));
  expect((await train('--resume', '--set', 'training.maxEpochs=2')).code).toBe(0);
  expect((await train('--resume', '--set', 'model.dModel=7')).stderr).toContain('the run has model.dModel 6');
  expect((await train('--set', 'data.srcLang=en')).stderr).toContain('data.srcLang: unknown key');
});

it('is one of the tasks that a mistake is told of', async () => {
  const { code, stderr } = await tx(['config', config, '--set', 'task=count']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'task: expected one of translation, parsing, lm, bert, classification, regression, tagging, rasp, encoder, counting, found "count"; did you mean',
  );
});
