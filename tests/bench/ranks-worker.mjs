// A rank of tests/bench/ranks.mjs, or a process alone: whole training steps on made-up batches, a batch for each rank in
// an update. Rank 0 prints JSON: milliseconds of each update, and those of them in which it waited for other ranks and in
// which gradients were summed.
//   node tests/bench/ranks-worker.mjs CONFIG THREADS UPDATES
import { loadConfig } from '../../dist/config/load.js';
import { buildOptimizer } from '../../dist/optim/index.js';
import { ALONE } from '../../dist/runtime/group.js';
import { joinGroup } from '../../dist/runtime/mpi/join.js';
import { detectLauncher } from '../../dist/runtime/mpi/launcher.js';
import { Session } from '../../dist/runtime/session.js';
import { benchSchemaFor, buildWorkload } from '../../dist/train/bench-workloads.js';
import { Parameters } from '../../dist/train/parameters.js';
import { TrainStep } from '../../dist/train/train-step.js';
import { buildTrainingGraph } from '../../dist/train/training-graph.js';
import { Rng } from '../../dist/util/rng.js';
import { turn } from '../../dist/util/turn.js';

const [path, threads, updates] = process.argv.slice(2);
const launcher = detectLauncher(process.env);
const joined = launcher && (await joinGroup(launcher, process.env, 600_000));
const group = joined?.group ?? ALONE;

const config = loadConfig(path, benchSchemaFor, { set: [] }).value;
const { objective, targetTokens, makeBatch } = buildWorkload(config);
const graph = buildTrainingGraph(objective);
const session = await Session.create(graph.model, { threads: Number(threads) });
const parameters = new Parameters(graph.declared.parameters.values());
const rng = Rng.fromSeed(config.seed);
parameters.initialize(rng.split('parameters'));
/** Of the update that is under way. */
let [waited, summed] = [0, 0];
/** Gradients are the float32 numbers that are summed; that other ranks are late is not the sum's time. */
async function sum(values) {
  if (!(values instanceof Float32Array)) return group.sum(values);
  const startedAt = performance.now();
  await group.barrier();
  const metAt = performance.now();
  await group.sum(values);
  waited += metAt - startedAt;
  summed += performance.now() - metAt;
}
const { rank, size } = group;
const optimizer = buildOptimizer(config.optimizer);
const step = new TrainStep(
  objective,
  session,
  graph.declared.masks,
  parameters,
  optimizer,
  config.optimizer.clipNorm,
  undefined,
  { group: { rank, size, sum } },
);

const batchOf = (update) => makeBatch(update * size + rank)();
const dropoutOf = (update) => rng.split('dropout').split(update);
const rows = [];
let batch = batchOf(0);
for (let update = 0; update < Number(updates); update++) {
  [waited, summed] = [0, 0];
  const startedAt = performance.now();
  let next;
  const prepare = async () => {
    next = batchOf(update + 1);
    await step.prepare(next, dropoutOf(update + 1), turn);
  };
  await step.run([batch], config.learningRate, update + 1, dropoutOf(update), size > 1 ? prepare : undefined);
  batch = next ?? batchOf(update + 1);
  rows.push({ ms: performance.now() - startedAt, waited, summed });
}
await session.release();
if (rank === 0) console.log(JSON.stringify({ targetTokens, parameters: parameters.count, rows }));
await joined?.group.leave();
