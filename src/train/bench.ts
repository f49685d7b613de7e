// Speed of whole training steps on made-up batches: batch assembly, dropout, forward, backward, clipping, update.
import { join } from 'node:path';
import { z } from 'zod';
import { type EncodedPairs, pairExamples } from '../data/pairs.ts';
import { Sequences } from '../data/sequences.ts';
import { exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceMax } from '../graph/ops/reduce.ts';
import { buildModel, modelSchema } from '../models/index.ts';
import { targetCrossEntropy } from '../objectives/cross-entropy.ts';
import { buildOptimizer, optimizerSchema } from '../optim/index.ts';
import { MAX_FLOAT32 } from '../optim/optimizer.ts';
import { type OperatorTime, takeProfile } from '../runtime/profile.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { threadsSchema } from '../runtime/threads.ts';
import { makeTemporaryFolder, remove } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import { requireTrainable } from './memory.ts';
import { Parameters } from './parameters.ts';
import { TrainStep } from './train-step.ts';
import { buildTrainingGraph } from './training-graph.ts';

export const benchSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  threads: threadsSchema,
  model: modelSchema('encoderDecoder').prefault({} as never),
  vocabSize: z.int().min(8),
  /** Every batch: sentences, and tokens of each with its eos. */
  batchSentences: z.int().min(1),
  srcLength: z.int().min(2),
  tgtLength: z.int().min(2),
  labelSmoothing: z.number().min(0).lt(1).default(0.1),
  optimizer: optimizerSchema,
  learningRate: z.number().gt(0).max(MAX_FLOAT32).default(1e-3),
  warmupSteps: z.int().min(1).default(3),
  steps: z.int().min(1).default(20),
});
export type BenchConfig = z.output<typeof benchSchema>;

export interface BenchResult {
  /** From the median step. */
  targetTokensPerSecond: number;
  msPerStep: number;
  /** Speed of the step's matrix products over the whole step's time, and this machine's own for a large product. */
  gflops: number;
  gemmGflops: number;
  peakRssBytes: number;
  steps: number;
  parameters: number;
  /** Of the first steps, warm-up included. */
  losses: number[];
  /** Mean milliseconds a step of each part. */
  parts: { batch: number; masks: number; session: number; update: number };
  operators?: OperatorTime[];
}

const IDS = { padId: 0, bosId: 2, eosId: 3 };
const FIRST_WORD = 4;

/** Runs the benchmark; `profile` adds the session's time by operator (and makes everything a little slower). */
export async function benchTraining(
  config: BenchConfig,
  options: { profile: boolean; onStep?: (done: number, total: number) => void },
): Promise<BenchResult> {
  const { threads, vocabSize, batchSentences, srcLength, tgtLength, warmupSteps, steps } = config;
  const model = buildModel('encoderDecoder', config.model, {
    srcVocabSize: vocabSize,
    tgtVocabSize: vocabSize,
    padId: IDS.padId,
  });
  const { labelSmoothing } = config;
  const objective = targetCrossEntropy(model, { labelSmoothing, padId: IDS.padId });
  const graph = buildTrainingGraph(objective);
  const optimizer = buildOptimizer(config.optimizer);
  requireTrainable(graph, {
    stateTensors: optimizer.stateNames.length,
    accumulate: 1,
    batches: [{ B: batchSentences, S: srcLength, T: tgtLength }],
    batchSettings: 'batchSentences, srcLength or tgtLength',
  });
  const profileFolder = options.profile ? makeTemporaryFolder('tx-profile-') : undefined;
  const profilePrefix = profileFolder && join(profileFolder, 'training');
  const session = await Session.create(graph.model, { threads, ...(profilePrefix && { profilePrefix }) });
  const parameters = new Parameters(graph.declared.parameters.values());
  const rng = Rng.fromSeed(config.seed);
  parameters.initialize(rng.split('parameters'));
  const step = new TrainStep(
    objective,
    session,
    graph.declared.masks,
    parameters,
    optimizer,
    config.optimizer.clipNorm,
  );
  const rows = Array.from({ length: batchSentences }, (_, i) => i);
  const times: number[] = [];
  const losses: number[] = [];
  let batchTime = 0;
  const total = warmupSteps + steps;
  for (let i = 0; i < total; i++) {
    const pairs = makeCorpus(i, config);
    if (i === warmupSteps) {
      batchTime = 0;
      Object.assign(step.timings, { masks: 0, session: 0, update: 0 });
    }
    const startedAt = performance.now();
    const batch = pairExamples(pairs, IDS).collate(rows, {});
    batchTime += performance.now() - startedAt;
    const { loss } = await step.run([batch], config.learningRate, i + 1, rng.split('dropout').split(i + 1));
    times.push(performance.now() - startedAt);
    losses.push(loss);
    options.onStep?.(i + 1, total);
  }
  session.endProfiling();
  await session.release();
  const { masks, session: inSession, update } = step.timings;
  const msPerStep = median(times.slice(warmupSteps));
  // Before the product below, whose matrices are not the training's.
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const flops = graph.flops({ B: batchSentences, S: srcLength, T: tgtLength });
  const operators = profilePrefix && takeProfile(profilePrefix, warmupSteps);
  if (profileFolder !== undefined) remove(profileFolder);
  return {
    targetTokensPerSecond: (1000 * batchSentences * tgtLength) / msPerStep,
    msPerStep,
    gflops: flops / msPerStep / 1e6,
    gemmGflops: await measureGemm(threads),
    peakRssBytes,
    steps,
    parameters: parameters.count,
    losses: losses.slice(0, 5),
    parts: {
      batch: batchTime / steps,
      masks: masks / steps,
      session: inSession / steps,
      update: update / steps,
    },
    ...(operators && { operators }),
  };
}

/**
 * Sentence pairs for step `index`, the same wherever the rule is followed: x ← 1664525·x + 1013904223 mod 2³² from
 * x = index; a token is 4 + ⌊x/256⌋ mod (V − 4); all source tokens come first, row by row, each row with one token
 * more than is used (its place is eos's), then the target tokens.
 */
export function makeCorpus(index: number, config: BenchConfig): EncodedPairs {
  const { vocabSize, batchSentences, srcLength, tgtLength } = config;
  let x = index >>> 0;
  const next = () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return FIRST_WORD + ((x >>> 8) % (vocabSize - FIRST_WORD));
  };
  const sentences = (length: number) =>
    Array.from({ length: batchSentences }, () => Int32Array.from({ length }, next));
  const src = sentences(srcLength).map((row) => row.subarray(0, srcLength - 1));
  const tgt = sentences(tgtLength - 1);
  const sequences = (rows: Int32Array[]) => Sequences.build(batchSentences, (i) => rows[i]!);
  return { src: sequences(src), tgt: sequences(tgt) };
}

/** GFLOP/s of a 1024-cubed product, the best of several. */
async function measureGemm(threads: number): Promise<number> {
  const size = 1024;
  const graph = new Graph();
  const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', [size, size])) as [never, never];
  // Only a number leaves the session: copying the product out would be measured too.
  const largest = reduceMax(matMul(a, b), [0, 1], false);
  const session = await Session.create(exportModel(graph, { outputs: { largest } }).model, { threads });
  const matrix = () => new Tensor('float32', new Float32Array(size * size).fill(0.5), [size, size]);
  const feeds = { a: matrix(), b: matrix() };
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const startedAt = performance.now();
    await session.run(feeds);
    times.push(performance.now() - startedAt);
  }
  await session.release();
  return (2 * size ** 3) / Math.min(...times) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
