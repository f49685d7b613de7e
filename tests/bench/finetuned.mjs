// What PyTorch with transformers makes of the configs of bert/tasks-minilm, with their settings: figures for the table
// beside tx's own (tx study bert/tasks-minilm). Reference only, it needs a Python with both.
//   npm run build && node tests/bench/finetuned.mjs --python PATH [--configs bert/cola-minilm,…] [--seeds 1,2,3] [--folds 1/5,…]
// A line of JSON for each training: the best of the figures after each epoch, as tx chooses a checkpoint. A config whose
// held-out rows are a fold of its table is trained once for each fold, with the first seed.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    configs: {
      type: 'string',
      default: ['cola', 'rte', 'stsb', 'ewt', 'mrpc', 'trec'].map((name) => `bert/${name}-minilm`).join(),
    },
    seeds: { type: 'string', default: '1,2,3' },
    folds: { type: 'string', default: '1/5,2/5,3/5,4/5,5/5' },
    threads: { type: 'string', default: '1' },
  },
});
const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { loadTaskConfig, resolvePaths } = await load('tasks/config.js');
const { resolveConfigPath } = await load('config/resolve.js');
const script = fileURLToPath(new URL('pytorch_finetune.py', import.meta.url));

/** The name there of the figure by which a config chooses. */
const FIGURES = { 'f1.1': 'f1', score: 'accuracy' };

function columnsOf({ train, valid }) {
  if (train.kind === 'conll') return ['--tags'];
  const label = train.score === undefined ? ['--label', train.label] : ['--score', train.score];
  const texts =
    train.pair === undefined ? ['--text', train.text, valid.text] : ['--pair', train.text, train.pair];
  return [...texts, ...label];
}

function measure({ init, data, head, schedule, optimizer, training }, seed, fold) {
  const words = [
    ...[script, init.from, data.train.files[0], data.valid.files[0], ...columnsOf(data)],
    ...['--pooling', head.pooling ?? 'mean', '--rate', schedule.learningRate],
    ...['--epochs', training.maxEpochs, '--warmup', schedule.warmupShare],
    ...['--decay', optimizer.weightDecay, '--dropout', head.dropout, '--batch', data.batchSentences],
    ...(init.freeze?.includes('embed') ? ['--keep-embeddings'] : []),
    ...(fold === undefined ? [] : ['--fold', fold]),
    ...['--seed', seed, '--threads', values.threads, '--figures', '--json'],
  ];
  const told = execFileSync(values.python, words.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const { figures, seconds } = JSON.parse(told);
  const by = FIGURES[training.selectBy] ?? training.selectBy;
  return { ...figures.toSorted((a, b) => b[by] - a[by])[0], seconds };
}

const seeds = values.seeds.split(',');
for (const name of values.configs.split(',')) {
  const path = resolveConfigPath(name);
  const config = resolvePaths(loadTaskConfig(path).value, dirname(path), process.env);
  const runs =
    config.data.valid.only === undefined
      ? seeds.map((seed) => [seed])
      : values.folds.split(',').map((fold) => [seeds[0], fold]);
  for (const [seed, fold] of runs)
    console.log(JSON.stringify({ config: name, seed, fold, ...measure(config, seed, fold) }));
}
