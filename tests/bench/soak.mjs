// A long training of a tiny model: does its memory stay, and is it as fast as its steps? Linux only, for /proc.
//   npm run build && node tests/bench/soak.mjs [--updates 20000] [--threads 2] [--force]
// `tx train` runs in a process of its own, with lines of metrics, validations that search, and checkpoints, on a made
// corpus of sentences of one length; its resident memory is sampled. Shorter trainings of the same kind and
// `tx bench train` with the same model and batches then take turns, since the speed of a virtual machine may change from
// one minute to the next. Wanted: memory at the end within 5% of that after 1,000 updates, and 95% of the benchmark's
// speed, the median of the rounds.
// It waits for the machine to be quiet; --force does not. Exit code 1 where a figure is not as wanted.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, describeQuiet, median, spread, waitForQuiet } from './quiet.mjs';

const { values } = parseArgs({
  options: {
    updates: { type: 'string', default: '20000' },
    threads: { type: 'string', default: '2' },
    force: { type: 'boolean', default: false },
  },
});
const [updates, threads] = [values.updates, values.threads].map(Number);
if (!Number.isInteger(updates) || updates < 100 || updates % 100 !== 0 || !Number.isInteger(threads)) {
  console.error('error: --updates is a multiple of 100, --threads a whole number');
  process.exit(2);
}

/** Between validations, states stored and lines of metrics; fewer only where the whole is a trial. */
const validateSteps = Math.min(1000, updates / 4);
const saveSteps = Math.ceil(validateSteps / 2);
const logSteps = validateSteps % 50 === 0 ? 50 : 25;
/** Where memory and time are measured from. */
const warmUp = validateSteps;
const SAMPLE_SECONDS = Math.min(3, (3 * updates) / 20_000);
const ROUNDS = 3;
/** Updates of the trainings whose speed is measured, the last two thirds of them. */
const shortUpdates = Math.min(updates, 3 * validateSteps);

const VOCABULARY = 1000;
const WORDS = VOCABULARY - 4;
const [SENTENCES, WORDS_A_SENTENCE] = [32, 15];
/** With the end of sentence. */
const LENGTH = WORDS_A_SENTENCE + 1;
const PAIRS = 600 * SENTENCES;
const HELD_OUT = 64;

const common = {
  threads,
  model: { numEncoderLayers: 2, numDecoderLayers: 2, dModel: 64, dFf: 128, numHeads: 4, dropout: 0.1 },
  optimizer: { type: 'adam', betas: [0.9, 0.98], epsilon: 1e-9, clipNorm: 1 },
};
const tx = fileURLToPath(new URL('../../bin/tx.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tx-soak-'));
let disturbed = 0;

try {
  console.log(`${describeMachine()}; ${threads} threads.`);
  writeCorpus();
  await settle();
  const { samples, metrics, parameters } = await train('long', updates);
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await settle();
    const bench = benchmark();
    if (bench.parameters !== parameters)
      throw new Error('the training and the benchmark have different models');
    const short = await train(`short-${round}`, shortUpdates);
    rounds.push({ bench: bench.targetTokensPerSecond, training: speedOf(short.metrics, shortUpdates) });
  }
  process.exitCode = report(samples, metrics, rounds, parameters) ? 0 : 1;
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function settle() {
  if (!(await waitForQuiet(values.force))) disturbed++;
}

/** Sentences of random words, the target's in reverse. */
function writeCorpus() {
  let state = 7;
  const next = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) % WORDS;
  };
  // Every word is there, so that the vocabulary is full.
  const sentence = (i) =>
    Array.from({ length: WORDS_A_SENTENCE }, (_, k) => {
      const word = i * WORDS_A_SENTENCE + k < WORDS ? i * WORDS_A_SENTENCE + k : next();
      return `w${word}`;
    });
  const write = (name, count) => {
    const pairs = Array.from({ length: count }, (_, i) => sentence(i));
    const text = (lines) => lines.map((words) => `${words.join(' ')}\n`).join('');
    writeFileSync(join(folder, `${name}.src`), text(pairs));
    writeFileSync(join(folder, `${name}.tgt`), text(pairs.map((words) => words.toReversed())));
  };
  write('train', PAIRS);
  write('valid', HELD_OUT);
}

function writeConfig(name, config) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function benchmark() {
  const steps = Math.max(3, Math.floor(updates / 100));
  const config = writeConfig('bench.yaml', {
    ...common,
    vocabSize: VOCABULARY,
    batchSentences: SENTENCES,
    srcLength: LENGTH,
    tgtLength: LENGTH,
    steps,
    warmupSteps: steps,
  });
  const command = [tx, 'bench', 'train', '--config', config, '--json'];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' }));
}

/**
 * Target tokens a second from the end of the warm-up to the last update: from one line of metrics to another, each before
 * the validation of its update, so that there are as many validations as checkpoints between.
 */
function speedOf(metrics, last) {
  const secondsAt = (wanted) =>
    metrics.find(({ event, step }) => event === 'step' && step === wanted).seconds;
  return ((last - warmUp) * SENTENCES * LENGTH) / (secondsAt(last) - secondsAt(warmUp));
}

/** Trains to the end; gives samples of memory with the update that was told last, lines of metrics and the model's size. */
async function train(name, maxSteps) {
  const split = (name) => ({ kind: 'parallel', src: `${name}.src`, tgt: `${name}.tgt` });
  const config = writeConfig('train.yaml', {
    ...common,
    data: {
      srcLang: 'en',
      tgtLang: 'en',
      train: split('train'),
      valid: split('valid'),
      batchSentences: SENTENCES,
    },
    tokenizers: { shared: { type: 'word', size: VOCABULARY } },
    training: { maxSteps, validateSteps, saveSteps, logSteps },
    schedule: { type: 'inverseSqrt', learningRate: 0.001, warmupSteps: Math.min(1000, warmUp) },
    decode: { beamSize: 4, maxExtraLength: 5 },
    evaluation: { samples: 0 },
  });
  const run = join(folder, name);
  const file = join(run, 'metrics.jsonl');
  const readMetrics = () =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const child = spawn(process.execPath, [tx, 'train', config, '--run', run, '--quiet', '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const samples = [];
  const timer = setInterval(() => {
    const step = readMetrics().at(-1)?.step ?? 0;
    const memory = readMemory(child.pid);
    // What follows the last update is no training.
    if (step > 0 && step < maxSteps && memory !== undefined) samples.push({ step, memory });
  }, 1000 * SAMPLE_SECONDS);
  const code = await ended;
  clearInterval(timer);
  if (code !== 0) throw new Error(`tx train ended with code ${code}`);
  const { parameters } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  return { samples, metrics: readMetrics(), parameters };
}

/** Resident bytes of a process, undefined where it has ended. */
function readMemory(pid) {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes && 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/** Prints the tables; whether both figures are as wanted. */
function report(samples, metrics, rounds, parameters) {
  // A collection of garbage every few thousand updates makes samples differ by a fifth: medians are over as many.
  const memoryOf = (from, span) => {
    const within = samples.filter(({ step }) => step >= from && step < from + span);
    if (within.length === 0) throw new Error(`no sample of memory in updates ${from} to ${from + span}`);
    return median(within.map(({ memory }) => memory));
  };
  const span = updates / 5;
  const [start, end] = [memoryOf(warmUp, span), memoryOf(updates - span, span)];
  const tenths = Array.from({ length: 10 }, (_, k) => memoryOf((k * updates) / 10, updates / 10));
  const peak = Math.max(...samples.map(({ memory }) => memory));
  const growth = end / start - 1;
  const shares = rounds.map(({ bench, training }) => training / bench);
  const share = median(shares);
  const count = (number) => Math.round(number).toLocaleString('en-US');
  const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
  const isWanted = (is) => (is ? 'yes' : 'NO');
  const percent = (part) => `${(100 * part).toFixed(1)}%`;
  const scores = metrics.filter(({ event }) => event === 'validation');
  console.log(
    `\n${count(updates)} updates of ${SENTENCES} × ${LENGTH} tokens a side, ${count(parameters)} parameters; validations every ${count(validateSteps)}, BLEU ${scores.at(-1).score.toFixed(1)} at the end, states stored every ${count(saveSteps)}, metrics every ${count(logSteps)}; ${describeQuiet(disturbed, 1 + ROUNDS)}\n`,
  );
  console.log(`| MB after ${count(warmUp)} updates | at the end | highest | samples | growth | at most 5% |`);
  console.log('| ---: | ---: | ---: | ---: | ---: | --- |');
  const isSteady = growth <= 0.05;
  console.log(
    `| ${[start, end, peak].map(megabytes).join(' | ')} | ${samples.length} | ${percent(growth)} | ${isWanted(isSteady)} |`,
  );
  console.log(`\nMedians of each tenth of the updates: ${tenths.map(megabytes).join(', ')} MB`);
  console.log('\n| target tokens/s | median | each round | spread | share | at least 95% |');
  console.log('| --- | ---: | --- | ---: | --- | --- |');
  const isFast = share >= 0.95;
  const row = (name, speeds) =>
    `| ${name} | ${count(median(speeds))} | ${speeds.map(count).join(', ')} | ${spread(speeds)} |`;
  const each = (key) => rounds.map((round) => round[key]);
  console.log(`${row('benchmark', each('bench'))} | |`);
  console.log(
    `${row('whole training', each('training'))} ${percent(share)}: ${shares.map(percent).join(', ')} | ${isWanted(isFast)} |`,
  );
  return isSteady && isFast;
}
