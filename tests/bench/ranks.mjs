// Trainings on several ranks beside those of one process, on this machine:
// - losses over 200 updates of 2 and 4 ranks, by each MPI, beside one process that accumulates as many batches; and of 2
//   ranks that send gradients as bfloat16. Wanted: within 1e-5, relative (bfloat16 is only told).
// - what the sum of the gradients takes of an update, at tiny and base, on two ranks of one thread.
// - target tokens a second of two ranks of one thread beside one process of two threads, in turns, medians of three
//   rounds. Wanted: at least 95% at base.
//   npm run build && node tests/bench/ranks.mjs [--updates 200] [--steps 12] [--models tiny,base]
//     [--mpirun mpirun.mpich] [--force]
// It waits for the machine to be quiet; --force does not. Exit code 1 where a figure is not as wanted.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Rng } from '../../dist/util/rng.js';
import { ending, findLaunchers, startRanks } from './mpi.mjs';
import { describeMachine, describeQuiet, median, spread, waitForQuiet } from './quiet.mjs';
import { writeReversals } from './reversals.mjs';

const { values } = parseArgs({
  options: {
    updates: { type: 'string', default: '200' },
    steps: { type: 'string', default: '12' },
    models: { type: 'string', default: 'tiny,base' },
    mpirun: { type: 'string' },
    force: { type: 'boolean', default: false },
  },
});
const [updates, steps] = [values.updates, values.steps].map(Number);
if (![updates, steps].every((count) => Number.isInteger(count) && count >= 2)) {
  console.error('error: --updates and --steps are whole numbers of 2 or more');
  process.exit(2);
}

const WANTED_LOSS = 1e-5;
const WANTED_SPEED = 0.95;
const ROUNDS = 3;
/** Steps that are not counted: sessions find their memory, caches fill. */
const WARM_UP = Math.min(2, steps - 1);

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tx-ranks-'));
let [measurements, disturbed] = [0, 0];

/** A small translation model with every kind of dropout, and a made corpus whose lengths differ. */
function writeConfig() {
  const counts = { train: 2000, valid: 50 };
  const data = writeReversals(folder, Rng.fromSeed(1), counts, { longest: 13, words: 200 });
  const config = {
    threads: 1,
    data: { ...data, batchTokens: 400 },
    tokenizers: { shared: { type: 'word', size: 300 } },
    model: {
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dModel: 64,
      dFf: 128,
      numHeads: 4,
      dropout: 0.1,
      attentionDropout: 0.1,
      activationDropout: 0.1,
    },
    training: {
      maxSteps: updates,
      accumulate: 4,
      validateSteps: updates,
      scoreEvery: 0,
      selectBy: 'loss',
      average: 0,
      logSteps: 1,
    },
    optimizer: { type: 'adam', clipNorm: 1 },
    schedule: { type: 'constant', learningRate: 0.001 },
  };
  const path = join(folder, 'config.yaml');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Node's output, alone or on so many ranks. */
async function node(argv, mpi, ranks) {
  if (mpi === undefined) return (await promisify(execFile)(process.execPath, argv)).stdout;
  const { code, stdout, stderr } = await ending(startRanks(mpi, ranks, argv));
  if (code !== 0) throw new Error(`${mpi.name}, ${ranks} ranks: ${stderr}`);
  return stdout;
}

let runs = 0;
async function lossesOf(config, mpi, ranks, ...more) {
  const run = join(folder, `run-${++runs}`);
  await node([at('../../bin/tx.js'), 'train', config, '--run', run, ...more], mpi, ranks);
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'step')
    .map(({ loss }) => loss);
}

async function compareLosses(mpis) {
  const config = writeConfig();
  const wanted = await lossesOf(config);
  console.log(`\n${updates} updates of 4 batches; the loss goes from ${wanted[0]} to ${wanted.at(-1)}`);
  let ok = true;
  const rows = mpis.flatMap((mpi) => [
    [mpi, 2, 'float32'],
    [mpi, 4, 'float32'],
    [mpi, 2, 'bf16'],
  ]);
  for (const [mpi, ranks, reduction] of rows) {
    const found = await lossesOf(config, mpi, ranks, '--set', `training.reduction=${reduction}`);
    const differences = wanted.map((loss, i) => Math.abs(found[i] / loss - 1));
    const largest = Math.max(...differences);
    if (reduction === 'float32' && !(largest <= WANTED_LOSS)) ok = false;
    console.log(
      `  ${mpi.name}, ${ranks} ranks, ${reduction}: at most ${largest.toExponential(1)} from one process's, relative`,
    );
  }
  return ok;
}

/** What the worker measured, its first steps left out. */
async function measure(config, threads, mpi, ranks) {
  measurements++;
  if (!(await waitForQuiet(values.force))) disturbed++;
  const argv = [at('./ranks-worker.mjs'), at(`../../configs/bench/${config}.yaml`), threads, steps];
  const told = JSON.parse(await node(argv.map(String), mpi, ranks));
  const rows = told.rows.slice(WARM_UP);
  const of = (name) => median(rows.map((row) => row[name]));
  const tokens = (1000 * told.targetTokens * (ranks ?? 1)) / of('ms');
  return { ms: of('ms'), waited: of('waited'), summed: of('summed'), tokens, parameters: told.parameters };
}

async function compareSpeed(mpi, config) {
  const [alone, shared] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await measure(config, 2));
    shared.push(await measure(config, 1, mpi, 2));
  }
  const of = (rows, name) => median(rows.map((row) => row[name]));
  const tell = (rows) =>
    `${Math.round(of(rows, 'tokens'))} tokens/s ${spread(rows.map(({ tokens }) => tokens))}`;
  const share = (100 * of(shared, 'summed')) / of(shared, 'ms');
  const ratio = of(shared, 'tokens') / of(alone, 'tokens');
  console.log(`\n${config}, ${mpi.name}: ${shared[0].parameters} parameters`);
  console.log(`  one process of two threads: ${tell(alone)}`);
  console.log(`  two ranks of one thread:    ${tell(shared)}, ${(100 * ratio).toFixed(1)}% of that`);
  console.log(
    `  of their updates of ${of(shared, 'ms').toFixed(1)} ms the sum takes ${of(shared, 'summed').toFixed(1)} ms, ` +
      `${share.toFixed(1)}%; the wait for the other rank ${of(shared, 'waited').toFixed(1)} ms`,
  );
  return config !== 'base' || ratio >= WANTED_SPEED;
}

try {
  const mpis = findLaunchers(values.mpirun);
  console.log(describeMachine());
  let ok = await compareLosses(mpis);
  for (const config of values.models.split(','))
    for (const mpi of mpis) ok = (await compareSpeed(mpi, config)) && ok;
  console.log(`\n${describeQuiet(disturbed, measurements)}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
