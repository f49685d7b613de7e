// Kills (-9) one rank of a training at random instants, goes on each time, and compares what the training comes to with
// that of as many ranks that were not killed: parameters byte by byte, metrics line by line. Every job must end by itself
// soon after its rank, leave no process behind, and leave a checkpoint that can be read. Linux and macOS.
//   npm run build && node tests/bench/rank-kills.mjs [--kills 20] [--ranks 2] [--mpirun mpirun.mpich] [--seed 1]
// By each MPI that is installed in turn, unless one is asked for. Exit code 1 where something is not as it must be.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSafetensors } from '../../dist/runtime/safetensors.js';
import { Rng } from '../../dist/util/rng.js';
import { ending, findLaunchers, startRanks } from './mpi.mjs';
import { writeReversals } from './reversals.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    ranks: { type: 'string', default: '2' },
    mpirun: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const [kills, ranks, seed] = [values.kills, values.ranks, values.seed].map(Number);
if (![kills, ranks, seed].every(Number.isInteger) || kills < 1 || ranks < 2) {
  console.error('error: --kills and --seed are whole numbers, --ranks is 2 or more');
  process.exit(2);
}

/** A job that lives on for so long after its rank hangs. */
const LIMIT_MS = 120_000;
const script = fileURLToPath(new URL('../../bin/tx.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tx-rank-kills-'));
const pids = join(folder, 'pids');

/** Each rank leaves its process's number. */
const TELL_PID = `import { writeFileSync } from 'node:fs';
const { OMPI_COMM_WORLD_RANK, PMI_RANK } = process.env;
writeFileSync(${JSON.stringify(pids)} + '/' + (OMPI_COMM_WORLD_RANK ?? PMI_RANK), String(process.pid));`;

function writeConfig(rng) {
  const data = writeReversals(folder, rng, { train: 300, valid: 40 }, { longest: 8, words: 30 });
  const config = {
    threads: 1,
    data: { ...data, batchTokens: 128 },
    tokenizers: { shared: { type: 'word', size: 40 } },
    model: { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 16, dFf: 32, numHeads: 2, dropout: 0.1 },
    training: {
      maxSteps: 60,
      accumulate: ranks,
      validateSteps: 10,
      saveSteps: 1,
      scoreEvery: 2,
      selectBy: 'loss',
      average: 2,
      logSteps: 2,
    },
    optimizer: { type: 'adam' },
    schedule: { type: 'constant', learningRate: 0.01 },
    decode: { beamSize: 2, maxExtraLength: 5, batchTokens: 40 },
  };
  const path = join(folder, 'config.yaml');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const pidsOf = () => readdirSync(pids).map((name) => Number(readFileSync(join(pids, name), 'utf8')));

/** Trains in a run's folder, goes on if it can; a rank is killed after so many milliseconds if the job is there then. */
async function train(mpi, run, kill) {
  rmSync(pids, { recursive: true, force: true });
  mkdirSync(pids);
  const resume = existsSync(join(run, 'config.yaml')) ? ['--resume'] : [];
  const argv = ['--import', `data:text/javascript,${encodeURIComponent(TELL_PID)}`, script, 'train', config];
  const child = startRanks(mpi, ranks, [...argv, '--run', run, ...resume]);
  const ended = ending(child);
  let killed = false;
  if (kill !== undefined) {
    const own = join(pids, String(kill.rank));
    await Promise.race([ended, sleep(kill.after)]);
    while (child.exitCode === null && !existsSync(own)) await sleep(10);
    // A file that is there may be empty yet.
    for (; child.exitCode === null && !killed; await sleep(5)) {
      const pid = Number(readFileSync(own, 'utf8'));
      if (pid > 0 && isAlive(pid)) killed = process.kill(pid, 'SIGKILL');
      else if (pid > 0) break;
    }
  }
  const since = performance.now();
  const timer = killed ? setTimeout(() => child.kill('SIGKILL'), LIMIT_MS) : undefined;
  const { code, stderr } = await ended;
  clearTimeout(timer);
  const took = performance.now() - since;
  if (killed && took >= LIMIT_MS)
    throw new Error(`rank ${kill.rank} was killed, and the job hung: ${stderr}`);
  for (let tries = 0; pidsOf().some(isAlive); tries++) {
    if (tries > 100) throw new Error(`the job has ended, and processes of it are left: ${pidsOf()}`);
    await sleep(100);
  }
  if (!killed && code !== 0) throw new Error(`the job ended with ${code}: ${stderr}`);
  // A rank that was at its end may be killed in vain.
  return { code, killed: killed && code !== 0, took };
}

/** What of a run must be the same: parameters, and metrics without times. */
function outcome(run) {
  const metrics = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const lines = metrics.map((line) =>
    JSON.stringify(JSON.parse(line), (key, value) => (/seconds|PerSecond$/.test(key) ? undefined : value)),
  );
  const model = readFileSync(join(run, 'checkpoints', 'model.safetensors'));
  return { model, lines };
}

function requireSame(run, wanted) {
  const found = outcome(run);
  if (!found.model.equals(wanted.model)) throw new Error(`${run}: other parameters than without kills`);
  const odd = wanted.lines.findIndex((line, i) => line !== found.lines[i]);
  if (odd >= 0 || found.lines.length !== wanted.lines.length)
    throw new Error(`${run}: other metrics than without kills: ${found.lines[odd]}`);
}

/** All that is stored can be read, whenever the job was ended. */
function requireWhole(run) {
  const stored = join(run, 'checkpoints');
  if (!existsSync(stored)) return 0;
  const names = readdirSync(stored).filter((name) => name.endsWith('.safetensors'));
  for (const name of names) loadSafetensors(join(stored, name));
  return names.length;
}

const rng = Rng.fromSeed(seed);
const config = writeConfig(rng.split('corpus'));
let ok = true;
try {
  const mpis = findLaunchers(values.mpirun);
  const wholes = [];
  for (const [m, mpi] of mpis.entries()) {
    const run = join(folder, `whole-${m}`);
    const startedAt = performance.now();
    await train(mpi, run);
    wholes.push({ ms: performance.now() - startedAt, ...outcome(run) });
    console.log(`${mpi.name}, ${ranks} ranks, never killed: ${Math.round(wholes[m].ms)} ms`);
  }
  let [done, finished, longest, read] = [0, 0, 0, 0];
  const open = mpis.map(() => 0);
  const runOf = (m) => join(folder, `killed-${m}-${open[m]}`);
  const close = (m) => {
    requireSame(runOf(m), wholes[m]);
    open[m]++;
    finished++;
  };
  while (done < kills) {
    const m = done % mpis.length;
    const kill = { after: Math.round(rng.float() * wholes[m].ms), rank: rng.int(ranks) };
    const { killed, took } = await train(mpis[m], runOf(m), kill);
    read += requireWhole(runOf(m));
    if (!killed) {
      close(m);
      continue;
    }
    done++;
    longest = Math.max(longest, took);
    console.log(
      `${mpis[m].name}: rank ${kill.rank} killed after ${kill.after} ms; ended ${Math.round(took)} ms later`,
    );
  }
  for (const m of mpis.keys()) {
    if (!existsSync(runOf(m))) continue;
    await train(mpis[m], runOf(m));
    close(m);
  }
  console.log(
    `${done} kills: no job hung (the longest lived ${Math.round(longest)} ms on), ${read} checkpoints read, ` +
      `${finished} trainings came to the bytes of one that was not killed`,
  );
} catch (error) {
  console.error(`error: ${error.message}`);
  ok = false;
}
if (ok) rmSync(folder, { recursive: true });
else console.error(`the runs are left in ${folder}`);
process.exitCode = ok ? 0 : 1;
