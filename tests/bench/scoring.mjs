// Speed of scoring beside sacreBLEU, in turns on one machine: reference only, it needs a Python with sacreBLEU and a
// built package (dist/).
//   node tests/bench/scoring.mjs --python PATH [--data DIR] [--rounds 5] [--repeats 10] [--lines N] [--samples 1000]
// BLEU of data/newstest2014-system against newstest2014.de, and paired bootstrap resampling of ten systems made from it;
// each as a whole process and inside one after warming up. The figures of both must agree. Prints a Markdown table of
// medians over the rounds; inside a process a round is the median of the repeats.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const NUM_SYSTEMS = 10;
const root = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string', default: process.env.TX_DATA ?? join(root, '../shared/data') },
    rounds: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '10' },
    lines: { type: 'string', default: '0' },
    samples: { type: 'string', default: '1000' },
    // What this script runs of itself: the job to time in this process, and where its files are.
    job: { type: 'string' },
    folder: { type: 'string' },
  },
});
const [rounds, repeats, numLines, samples] = ['rounds', 'repeats', 'lines', 'samples'].map((key) =>
  Number(values[key]),
);

const readLines = (path) => readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/** Times one job in this process and prints its median and its figures. */
async function timeJob(job, folder) {
  const load = (path) => import(new URL(`../../dist/metrics/${path}.js`, import.meta.url));
  const { buildBleu } = await load('bleu');
  const { pairedBootstrap } = await load('significance');
  const ref = readLines(join(folder, 'ref'));
  const systems = Array.from({ length: NUM_SYSTEMS }, (_, s) => readLines(join(folder, `system${s}`)));
  const bleu = buildBleu();
  const jobs = {
    bleu: () => [bleu.score(systems[0], [ref]).score],
    bootstrap: () => {
      const references = bleu.prepare([ref]);
      const named = systems.map((hyps, s) => ({
        name: String(s),
        statistics: references.computeSegments(hyps),
      }));
      const computeScore = (sums) => bleu.computeScore(sums).score;
      return pairedBootstrap(named, computeScore, { samples }).flatMap(({ score, pValue }) => [
        score,
        pValue ?? 0,
      ]);
    },
  };
  let figures = jobs[job]();
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = seconds();
    figures = jobs[job]();
    times.push(seconds() - start);
  }
  process.stdout.write(JSON.stringify({ seconds: median(times), figures }));
}

function compare() {
  const folder = mkdtempSync(join(tmpdir(), 'tx-scoring-'));
  try {
    writeSystems(folder);
    const file = (name) => join(folder, name);
    const systems = Array.from({ length: NUM_SYSTEMS }, (_, s) => file(`system${s}`));
    const bootstrap = ['--paired-bs', '--paired-bs-n', String(samples)];
    const tx = (hyps, ...more) => [
      'bin/tx.js',
      'eval-bleu',
      '--hyp',
      ...hyps,
      '--ref',
      file('ref'),
      '--json',
      ...more,
    ];
    const sacrebleu = (hyps, ...more) => ['-m', 'sacrebleu', file('ref'), '-i', ...hyps, '-w', '10', ...more];
    const inside = (script, job) => [
      script,
      ...['--job', job, '--folder', folder, '--repeats', String(repeats), '--samples', String(samples)],
    ];
    const rows = [
      ['BLEU, whole process', tx(systems.slice(0, 1)), sacrebleu(systems.slice(0, 1))],
      [
        'BLEU, in a warm process',
        inside('tests/bench/scoring.mjs', 'bleu'),
        inside('tests/bench/scoring.py', 'bleu'),
      ],
      [
        `bootstrap of ${NUM_SYSTEMS} systems, whole process`,
        tx(systems, ...bootstrap),
        sacrebleu(systems, ...bootstrap),
      ],
      [
        `bootstrap of ${NUM_SYSTEMS} systems, in a warm process`,
        inside('tests/bench/scoring.mjs', 'bootstrap'),
        inside('tests/bench/scoring.py', 'bootstrap'),
      ],
    ];
    const times = rows.map(() => ({ tx: [], peer: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const [r, [what, ours, theirs]] of rows.entries()) {
        const own = run(process.execPath, ours);
        const peer = run(values.python, theirs);
        checkEqual(what, own.figures, peer.figures);
        times[r].tx.push(own.seconds);
        times[r].peer.push(peer.seconds);
      }
    }
    console.log(
      `${readLines(file('ref')).length} lines, ${samples} resamples, medians of ${rounds} rounds (in a warm process, of ${repeats} repeats each):\n`,
    );
    console.log('| job | tx, ms | sacreBLEU, ms | times as fast |');
    console.log('| --- | ---: | ---: | ---: |');
    for (const [r, [what]] of rows.entries()) {
      const [own, peer] = [median(times[r].tx), median(times[r].peer)];
      console.log(`| ${what} | ${showMs(own)} | ${showMs(peer)} | ${(peer / own).toFixed(1)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const showMs = (time) => (1000 * time).toFixed(time < 0.1 ? 1 : 0);

/** Runs a command; its time is its own report's where it gives one, else from start to finish. */
function run(command, args) {
  const env = { ...process.env, SACREBLEU_FORMAT: 'json', SACREBLEU_SEED: '12345' };
  const start = seconds();
  const output = execFileSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const wall = seconds() - start;
  const json = JSON.parse(output);
  if (json.figures) return json;
  const figures = Array.isArray(json)
    ? json.flatMap(({ BLEU }) => [BLEU.score, BLEU.p_value ?? 0])
    : [json.score];
  return { seconds: wall, figures };
}

/** Figures are scores, each followed by its p-value where there was a test. Single precision may tip single resamples. */
function checkEqual(what, own, peer) {
  const isClose = (value, i) => Math.abs(value - peer[i]) < (i % 2 === 0 ? 1e-9 : 3 / samples);
  if (own.length === peer.length && own.every(isClose)) return;
  throw new Error(`${what}: the figures differ: ${own.join(' ')} and ${peer.join(' ')}`);
}

/** The system's lines, and nine versions of it that lose or double words, more of them from one to the next. */
function writeSystems(folder) {
  const cut = (lines) => (numLines > 0 ? lines.slice(0, numLines) : lines);
  const write = (name, lines) => writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  write('ref', cut(readLines(join(values.data, 'newstest/en-de/newstest2014.de'))));
  const lines = cut(readLines(join(values.data, 'newstest2014-system/prediction.txt')));
  let state = 1;
  const random = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let s = 0; s < NUM_SYSTEMS; s++) {
    const change = (word) => {
      if (random() >= 0.01 * s) return [word];
      return random() < 0.5 ? [] : [word, word];
    };
    write(
      `system${s}`,
      lines.map((line) => line.split(' ').flatMap(change).join(' ')),
    );
  }
}

if (values.job) await timeJob(values.job, values.folder);
else compare();
