// Speed of fine-tuning an encoder and of using it, beside PyTorch with transformers and the same weights, in turns on one
// quiet machine: reference only, it needs a Python with both.
//   npm run build && node tests/bench/finetuning.mjs --python PATH [--config bert/sst2-minilm] [--steps 200] [--rounds 3]
//       [--modes fp32,bf16] [--transformers-js PACKAGE --onnx MODEL]
// Trains on the config's table of texts with classes, whose encoder (init.from) is a checkpoint of transformers, for so
// many updates, of which the first 20 are not counted; then tells classes of the held-out table, sorted by length, in
// batches of 32 and one at a time; beside transformers.js, where transformers-js.mjs finds it and the weights as ONNX.
// Before each measurement it waits for the machine to be quiet.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, describeQuiet, median, waitForQuiet } from './quiet.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    config: { type: 'string', default: 'bert/sst2-minilm' },
    steps: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    modes: { type: 'string', default: 'fp32,bf16' },
    'transformers-js': { type: 'string' },
    onnx: { type: 'string' },
    threads: { type: 'string', default: '2' },
    force: { type: 'boolean', default: false },
    /** A run whose answers a child times. */
    child: { type: 'string' },
  },
});

const WARMUP = 20;
const BATCH = 32;
const here = fileURLToPath(import.meta.url);
const tx = fileURLToPath(new URL('../../bin/tx.js', import.meta.url));
const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** The held-out rows, short ones first. */
async function readSorted({ valid }) {
  const { readSplit } = await load('tasks/labelled/splits.js');
  const { rows } = await readSplit('valid', valid);
  return rows.toSorted(([a], [b]) => a.length - b.length);
}

/** Texts a second of both ways of answering. */
async function timeAnswers(path) {
  const { Predictor } = await load('tasks/labelled/predictor.js');
  const { openRun } = await load('tasks/open-run.js');
  const { RunFolder } = await load('run/run-folder.js');
  const run = openRun(RunFolder.open(path), 'classification');
  const sorted = await readSorted(run.config.data);
  const predictor = await Predictor.load(run, { threads: Number(values.threads) });
  const speeds = {};
  for (const size of [BATCH, 1]) {
    const times = [];
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      for (let i = 0; i < sorted.length; i += size) await predictor.predict(sorted.slice(i, i + size));
      times.push((performance.now() - start) / 1000);
    }
    speeds[size] = sorted.length / Math.min(...times);
  }
  await predictor.release();
  return speeds;
}

function measureTx() {
  const folder = mkdtempSync(join(tmpdir(), 'tx-finetuning-'));
  try {
    const run = join(folder, 'run');
    const settings = {
      'training.maxSteps': values.steps,
      'training.validateSteps': values.steps,
      'training.logSteps': WARMUP,
      threads: values.threads,
    };
    const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    execFileSync(process.execPath, [tx, 'train', values.config, ...set, '--run', run, '--quiet']);
    const steps = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'step');
    const seconds = steps.at(-1).seconds - steps[0].seconds;
    const training = ((steps.at(-1).step - steps[0].step) * BATCH) / seconds;
    const answers = execFileSync(process.execPath, [here, '--child', run, '--threads', values.threads]);
    return { training, ...JSON.parse(answers) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measurePeer(mode, { init, data, head, schedule }) {
  const script = fileURLToPath(new URL('pytorch_finetune.py', import.meta.url));
  const { train, valid } = data;
  const words = [
    ...[script, init.from, train.files[0], valid.files[0], '--text', train.text, valid.text],
    ...['--pooling', head.pooling, '--rate', schedule.learningRate, '--max-steps', values.steps],
    ...['--threads', values.threads, '--json', ...(mode === 'bf16' ? ['--bf16'] : [])],
    ...(init.freeze?.includes('embed') ? ['--keep-embeddings'] : []),
  ];
  const { training, telling } = JSON.parse(
    execFileSync(values.python, words.map(String), { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  return {
    training: training.textsPerSecond,
    [BATCH]: telling[BATCH].textsPerSecond,
    1: telling[1].textsPerSecond,
  };
}

/** The encoder alone: what is after it, a layer of a few classes, takes no time that could be seen. */
async function measureTransformersJs({ data }) {
  const folder = mkdtempSync(join(tmpdir(), 'tx-transformers-js-'));
  try {
    const texts = join(folder, 'texts.txt');
    const rows = await readSorted(data);
    writeFileSync(texts, rows.map(([text]) => `${text}\n`).join(''));
    const script = fileURLToPath(new URL('transformers-js.mjs', import.meta.url));
    const words = [values['transformers-js'], values.onnx, texts, '--threads', values.threads];
    return JSON.parse(execFileSync(process.execPath, [script, ...words]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare() {
  const { loadTaskConfig, resolvePaths } = await load('tasks/config.js');
  const { resolveConfigPath } = await load('config/resolve.js');
  const path = resolveConfigPath(values.config);
  const config = resolvePaths(loadTaskConfig(path).value, dirname(path), process.env);
  const arms = {
    tx: measureTx,
    ...Object.fromEntries(
      values.modes.split(',').map((mode) => [`PyTorch ${mode}`, () => measurePeer(mode, config)]),
    ),
    ...(values['transformers-js'] === undefined
      ? {}
      : { 'transformers.js': () => measureTransformersJs(config) }),
  };
  const found = Object.fromEntries(Object.keys(arms).map((name) => [name, []]));
  let [disturbed, measurements] = [0, 0];
  console.log(describeMachine());
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, measure] of Object.entries(arms)) {
      measurements++;
      if (!(await waitForQuiet(values.force))) disturbed++;
      found[name].push(await measure());
    }
  }
  const columns = [
    ['training', 'training'],
    [BATCH, `batches of ${BATCH}`],
    [1, 'one at a time'],
  ];
  console.log(`\n| texts/s | ${columns.map(([, title]) => title).join(' | ')} |`);
  console.log(`| --- | ${columns.map(() => '---:').join(' | ')} |`);
  const medianOf = (name, key) => median(found[name].map((one) => one[key]));
  for (const name of Object.keys(arms)) {
    const cells = columns.map(([key]) => {
      if (found[name][0][key] === undefined) return '';
      const own = medianOf(name, key);
      const ratio = name === 'tx' ? '' : ` (tx: ${(medianOf('tx', key) / own).toFixed(2)}×)`;
      return `${own.toFixed(1)}${ratio}`;
    });
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log(`\n${describeQuiet(disturbed, measurements)}`);
}

if (values.child !== undefined) console.log(JSON.stringify(await timeAnswers(values.child)));
else await compare();
