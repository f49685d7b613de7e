// Training speed of tx beside PyTorch, in turns on one machine: reference only, it needs a Python with PyTorch.
//   node tests/bench/compare.mjs --python PATH [--sizes tiny,base] [--modes eager,bf16,compile] [--rounds 3]
// Prints one Markdown table a size: the median over the rounds, and how many times as fast tx is.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    sizes: { type: 'string', default: 'tiny,base' },
    modes: { type: 'string', default: 'eager,bf16,compile' },
    rounds: { type: 'string', default: '3' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const steps = { tiny: { tx: 20, peer: 8 }, base: { tx: 6, peer: 3 } };

const run = (command, args) => JSON.parse(execFileSync(command, args, { cwd: root, encoding: 'utf8' }));
const runTx = (size) =>
  run('node', [
    'bin/tx.js',
    'bench',
    'train',
    '--config',
    `bench/${size}`,
    '--set',
    'threads=2',
    '--set',
    `steps=${steps[size].tx}`,
    '--json',
  ]);
const runPeer = (size, mode) =>
  run(values.python, [
    'tests/bench/pytorch_train.py',
    ...[
      '--size',
      size,
      '--mode',
      mode,
      '--steps',
      String(steps[size].peer),
      '--warmup',
      '2',
      '--threads',
      '2',
      '--json',
    ],
  ]);

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

for (const size of values.sizes.split(',')) {
  const results = new Map();
  const record = (name, result) => results.set(name, [...(results.get(name) ?? []), result]);
  for (let round = 0; round < Number(values.rounds); round++) {
    record('tx', runTx(size));
    for (const mode of values.modes.split(',')) record(`PyTorch ${mode}`, runPeer(size, mode));
  }
  const speed = (name) => median(results.get(name).map((r) => r.targetTokensPerSecond));
  console.log(`\n${size}, ${values.rounds} rounds in turns\n`);
  console.log(
    '| | target tokens/s (median) | each round | tx is faster by | peak memory |\n|---|---|---|---|---|',
  );
  for (const [name, rounds] of results) {
    const each = rounds.map((r) => Math.round(r.targetTokensPerSecond)).join(', ');
    const memory = `${(Math.max(...rounds.map((r) => r.peakRssBytes)) / 1e9).toFixed(2)} GB`;
    const ratio = `${(speed('tx') / speed(name)).toFixed(2)}×`;
    console.log(`| ${name} | ${Math.round(speed(name))} | ${each} | ${ratio} | ${memory} |`);
  }
  const tx = results.get('tx');
  const gemm = median(tx.map((r) => r.gemmGflops));
  console.log(
    `\ntx: ${median(tx.map((r) => r.gflops)).toFixed(0)} GFLOP/s of the step, a large product ${gemm.toFixed(0)}.`,
  );
}
