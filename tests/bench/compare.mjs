// Training speed of tx beside PyTorch, in turns on one quiet machine: reference only, it needs a Python with PyTorch.
//   node tests/bench/compare.mjs --python PATH [--sizes tiny,base,lm-256,lm-512,lm-256-cla,lm-512-cla,bert-256] [--modes eager,bf16,compile] [--rounds 3]
// Before each measurement it waits for the machine to be quiet; where it does not become so, it ends with exit code 1,
// since load slows the two by different amounts (--force measures all the same, and the tables say so).
// Prints the conditions, and one Markdown table a size: medians, every round, spread, and how many times as fast tx is.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, describeQuiet, median, spread, waitForQuiet } from './quiet.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    sizes: { type: 'string', default: 'tiny,base' },
    modes: { type: 'string', default: 'eager,bf16,compile' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    force: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const steps = {
  tiny: { tx: 20, peer: 8, script: 'pytorch_train.py' },
  base: { tx: 6, peer: 3, script: 'pytorch_train.py' },
  'lm-256': { tx: 8, peer: 5, script: 'pytorch_lm.py' },
  'lm-512': { tx: 5, peer: 3, script: 'pytorch_lm.py' },
  'lm-256-cla': { tx: 8, peer: 5, script: 'pytorch_lm.py' },
  'lm-512-cla': { tx: 5, peer: 3, script: 'pytorch_lm.py' },
  'bert-256': { tx: 8, peer: 5, script: 'pytorch_bert.py' },
};
const sizes = values.sizes.split(',');
const modes = values.modes.split(',').filter(Boolean);
const rounds = Number(values.rounds);
const unknown = sizes.find((size) => !Object.hasOwn(steps, size));
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    `error: --sizes are of ${Object.keys(steps).join(', ')}, --rounds is a whole number of at least 1`,
  );
  process.exit(2);
}

let disturbed = 0;
const settle = async () => {
  try {
    if (!(await waitForQuiet(values.force))) disturbed++;
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exit(1);
  }
};

const run = (command, args) => JSON.parse(execFileSync(command, args, { cwd: root, encoding: 'utf8' }));
const runTx = (size) => {
  const set = [`threads=${values.threads}`, `steps=${steps[size].tx}`].flatMap((setting) => [
    '--set',
    setting,
  ]);
  return run('node', ['bin/tx.js', 'bench', 'train', '--config', `bench/${size}`, ...set, '--json']);
};
const runPeer = (size, mode) => {
  const given = { size, mode, steps: steps[size].peer, warmup: 2, threads: values.threads };
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return run(values.python, [`tests/bench/${steps[size].script}`, ...options, '--json']);
};

console.log(`${describeMachine()}; ${values.threads} threads each.`);
for (const size of sizes) {
  const results = new Map();
  const measure = async (name, act) => {
    await settle();
    results.set(name, [...(results.get(name) ?? []), act()]);
  };
  const before = disturbed;
  for (let round = 0; round < rounds; round++) {
    await measure('tx', () => runTx(size));
    for (const mode of modes) await measure(`PyTorch ${mode}`, () => runPeer(size, mode));
  }
  print(size, results, disturbed - before);
}

function print(size, results, disturbances) {
  const speeds = (name) => results.get(name).map((result) => result.targetTokensPerSecond);
  const measurements = [...results.values()].flat().length;
  const quiet = describeQuiet(disturbances, measurements);
  console.log(`\n${size}, ${rounds} rounds in turns; ${quiet}\n`);
  console.log(
    '| | target tokens/s (median) | each round | spread | tx is faster by | round by round | peak memory |',
  );
  console.log('|---|---|---|---|---|---|---|');
  const tx = speeds('tx');
  for (const [name, measured] of results) {
    const own = speeds(name);
    const each = own.map(Math.round).join(', ');
    const ratios = own.map((speed, i) => `${(tx[i] / speed).toFixed(2)}×`).join(', ');
    const ratio = `${(median(tx) / median(own)).toFixed(2)}×`;
    const memory = `${(Math.max(...measured.map((result) => result.peakRssBytes)) / 1e9).toFixed(2)} GB`;
    console.log(
      `| ${name} | ${Math.round(median(own))} | ${each} | ${spread(own)} | ${ratio} | ${ratios} | ${memory} |`,
    );
  }
  const [step, gemm] = ['gflops', 'gemmGflops'].map((key) =>
    median(results.get('tx').map((result) => result[key])),
  );
  console.log(`\ntx: ${step.toFixed(0)} GFLOP/s of the step, a large product ${gemm.toFixed(0)}.`);
}
