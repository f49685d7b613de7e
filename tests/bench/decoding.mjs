// Speed of translating with several runs, in turns on one quiet machine, and what their decoders keep of each token.
//   npm run build && node tests/bench/decoding.mjs --input FILE RUN… [--rounds 3] [--threads 2] [--beam-size N] [--force]
// Whole processes of `tx translate` are timed. Before each measurement it waits for the machine to be quiet.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, describeQuiet, median, waitForQuiet } from './quiet.mjs';

const { values, positionals: runs } = parseArgs({
  allowPositionals: true,
  options: {
    input: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    'beam-size': { type: 'string' },
    force: { type: 'boolean', default: false },
  },
});
if (values.input === undefined || runs.length === 0) {
  console.error('error: give --input FILE and runs');
  process.exit(2);
}
const tx = fileURLToPath(new URL('../../bin/tx.js', import.meta.url));
const call = (args) => execFileSync(process.execPath, [tx, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
const lines = readFileSync(values.input, 'utf8').trimEnd().split('\n').length;
const beam = values['beam-size'] === undefined ? [] : ['--beam-size', values['beam-size']];

const seconds = runs.map(() => []);
let [disturbed, measurements] = [0, 0];
console.log(describeMachine());
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [r, run] of runs.entries()) {
    measurements++;
    if (!(await waitForQuiet(values.force))) disturbed++;
    const start = performance.now();
    call(['translate', run, '-i', values.input, '--threads', values.threads, ...beam, '--quiet']);
    seconds[r].push((performance.now() - start) / 1000);
  }
}

const caches = JSON.parse(call(['report', 'kv-cache', ...runs, '--json']));
console.log('\n| run | cache, bytes a token (16 bit) | sentences/s | seconds of each round |');
console.log('| --- | ---: | ---: | --- |');
for (const [r, run] of runs.entries()) {
  const speed = lines / median(seconds[r]);
  const each = seconds[r].map((x) => x.toFixed(2)).join(', ');
  console.log(`| ${basename(run)} | ${caches[r].bytesPerToken} | ${speed.toFixed(1)} | ${each} |`);
}
console.log(`\n${describeQuiet(disturbed, measurements)}`);
