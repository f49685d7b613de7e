// Speed of whole training steps on made-up batches: batch assembly, dropout, forward, backward, clipping, update.
import { join } from 'node:path';
import { exportModel } from '../graph/export.ts';
import { Graph } from '../graph/graph.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceMax } from '../graph/ops/reduce.ts';
import { buildOptimizer } from '../optim/index.ts';
import { openBound } from '../runtime/bound-session.ts';
import { type OperatorTime, takeProfile } from '../runtime/profile.ts';
import { Session, Tensor } from '../runtime/session.ts';
import { makeTemporaryFolder, remove } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import { type BenchConfig, buildWorkload } from './bench-workloads.ts';
import { layerRates } from './layers.ts';
import { requireTrainable } from './memory.ts';
import { Parameters } from './parameters.ts';
import { TrainStep } from './train-step.ts';
import { buildTrainingGraph } from './training-graph.ts';

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

/** Runs the benchmark; `profile` adds the session's time by operator (and makes everything a little slower). */
export async function benchTraining(
  config: BenchConfig,
  options: { profile: boolean; onStep?: (done: number, total: number) => void },
): Promise<BenchResult> {
  const { threads, warmupSteps, steps } = config;
  const { objective, sizes, targetTokens, batchSettings, makeBatch } = buildWorkload(config);
  const graph = buildTrainingGraph(objective);
  const optimizer = buildOptimizer(config.optimizer);
  requireTrainable(graph, {
    stateTensors: optimizer.stateNames.length,
    accumulate: 1,
    batches: [sizes],
    batchSettings,
  });
  const profileFolder = options.profile ? makeTemporaryFolder('tx-profile-') : undefined;
  const profilePrefix = profileFolder && join(profileFolder, 'training');
  const profiled =
    profilePrefix === undefined ? undefined : await Session.create(graph.model, { threads, profilePrefix });
  const session = profiled ?? (await openBound(graph.model, { threads }));
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
    layerRates([...graph.declared.parameters.keys()], config.optimizer.layerDecay),
  );
  const times: number[] = [];
  const losses: number[] = [];
  let batchTime = 0;
  const total = warmupSteps + steps;
  for (let i = 0; i < total; i++) {
    const assemble = makeBatch(i);
    if (i === warmupSteps) {
      batchTime = 0;
      Object.assign(step.timings, { masks: 0, session: 0, update: 0 });
    }
    const startedAt = performance.now();
    const batch = assemble();
    batchTime += performance.now() - startedAt;
    const { loss } = await step.run([batch], config.learningRate, i + 1, rng.split('dropout').split(i + 1));
    times.push(performance.now() - startedAt);
    losses.push(loss);
    options.onStep?.(i + 1, total);
  }
  profiled?.endProfiling();
  await session.release();
  const { masks, session: inSession, update } = step.timings;
  const msPerStep = median(times.slice(warmupSteps));
  // Before the product below, whose matrices are not the training's.
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const flops = graph.flops(sizes);
  const operators = profilePrefix && takeProfile(profilePrefix, warmupSteps);
  if (profileFolder !== undefined) remove(profileFolder);
  return {
    targetTokensPerSecond: (1000 * targetTokens) / msPerStep,
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
