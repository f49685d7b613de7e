// What a larger corpus costs: time to the first update, reading, speed and memory, with an index made and one found.
//   npm run build && node tests/bench/corpus-sizes.mjs [--pairs 30000,300000,3000000] [--rounds 3] [--memory-bytes 1000000]
// The corpora are Tatoeba's English and German sentences (TX_DATA or ../shared/data has tatoeba/deu.txt), repeated with
// seeded noise. Each is trained on once without an index, then --rounds times with it, the corpora in turns, in a process
// of its own each time, with the model of configs/multi30k/en-de-tiny.yaml. A Markdown table of the first starts and of
// the medians of the others is printed. Nothing else should run.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, median } from './quiet.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '30000,300000,3000000' },
    /** Larger texts get an index; the tool's own limit is 64,000,000. */
    'memory-bytes': { type: 'string', default: '1000000' },
    updates: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    /** What a child trains on, as JSON. */
    child: { type: 'string' },
  },
});

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const HELD_OUT = 200;

if (values.child === undefined) main();
else console.log(JSON.stringify(await measure(JSON.parse(values.child))));

function main() {
  const folder = mkdtempSync(join(tmpdir(), 'tx-sizes-'));
  console.log(describeMachine());
  try {
    const sentences = readSentences();
    const corpora = values.pairs.split(',').map((pairs) => {
      const corpus = join(folder, pairs);
      mkdirSync(corpus);
      const bytes = writeCorpus(corpus, sentences, Number(pairs));
      return { pairs: Number(pairs), corpus, bytes, first: runChild(corpus, 'first'), others: [] };
    });
    for (let round = 1; round <= Number(values.rounds); round++)
      for (const { corpus, others } of corpora) others.push(runChild(corpus, `start-${round + 1}`));
    console.log('\n| pairs | MB | start | s to update 1 | MB/s read | tokens/s | each | peak MB |');
    console.log('| ---: | ---: | --- | ---: | ---: | ---: | --- | ---: |');
    for (const { pairs, bytes, first, others } of corpora) {
      tell(pairs, bytes, 'first', [first]);
      tell(pairs, bytes, 'others', others);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A line of the table: medians, and the speed of each start. */
function tell(pairs, bytes, name, starts) {
  const of = (key) => median(starts.map((start) => start[key]));
  const cells = [
    pairs.toLocaleString('en-US'),
    (bytes / 1e6).toFixed(1),
    name,
    of('secondsToUpdate').toFixed(1),
    (bytes / 1e6 / of('secondsRead')).toFixed(1),
    of('speed').toFixed(0),
    starts.map(({ speed }) => speed.toFixed(0)).join(', '),
    (of('peak') / 1e6).toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function runChild(corpus, start) {
  const child = JSON.stringify({
    corpus,
    run: join(corpus, start),
    memoryBytes: Number(values['memory-bytes']),
    updates: Number(values.updates),
    threads: Number(values.threads),
  });
  const printed = execFileSync(process.execPath, [here, '--child', child], { encoding: 'utf8' });
  return JSON.parse(printed);
}

/** Pairs of English and German. */
function readSentences() {
  const data = process.env.TX_DATA ?? join(root, '../shared/data');
  const lines = readFileSync(join(data, 'tatoeba/deu.txt'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split('\t').slice(0, 2));
}

/** Writes `count` pairs, and more for validation; gives the bytes of the former. */
function writeCorpus(folder, sentences, count) {
  const random = makeRandom(7);
  // The file is sorted by length: a stride without a common divisor mixes it.
  const stride = 7919;
  const pairAt = (i) => {
    const pair = sentences[(i * stride) % sentences.length];
    return i < sentences.length ? pair : pair.map((line) => addNoise(line, random));
  };
  const write = (name, from, to) => {
    const files = ['en', 'de'].map((lang) => openSync(join(folder, `${name}.${lang}`), 'w'));
    let bytes = 0;
    for (let i = from; i < to; i += 10_000) {
      const group = Array.from({ length: Math.min(10_000, to - i) }, (_, k) => pairAt(i + k));
      for (const [side, file] of files.entries()) {
        bytes += writeSync(file, group.map((pair) => `${pair[side]}\n`).join(''));
      }
    }
    for (const file of files) closeSync(file);
    return bytes;
  };
  write('valid', count, count + HELD_OUT);
  return write('train', 0, count);
}

/** The line with two neighbouring words swapped, or one dropped. */
function addNoise(line, random) {
  const words = line.split(' ');
  const at = Math.floor(random() * (words.length - 1));
  if (words.length < 3) return line;
  if (random() < 0.5) words.splice(at, 1);
  else [words[at], words[at + 1]] = [words[at + 1], words[at]];
  return words.join(' ');
}

/** Mulberry32. */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function measure({ corpus, run, memoryBytes, updates, threads }) {
  const load = (path) => import(new URL(`../../dist/${path}.js`, import.meta.url));
  const [{ buildJob }, { tasks }, { train }, { RunFolder }] = await Promise.all(
    ['tasks/job', 'tasks/index', 'train/train', 'run/run-folder'].map(load),
  );
  const split = (name) => ({
    kind: 'parallel',
    src: join(corpus, `${name}.en`),
    tgt: join(corpus, `${name}.de`),
  });
  const config = tasks.translation.schema().parse({
    threads,
    data: { srcLang: 'en', tgtLang: 'de', train: split('train'), valid: split('valid'), batchTokens: 4096 },
    preprocess: { src: ['moses', 'lowercase'], tgt: ['moses', 'lowercase'] },
    tokenizers: { shared: { type: 'bpe', size: 8000, normalization: 'identity' } },
    model: {
      numEncoderLayers: 4,
      numDecoderLayers: 4,
      dModel: 128,
      dFf: 256,
      numHeads: 4,
      dropout: 0.3,
      norm: 'post',
    },
    training: { maxSteps: updates, scoreEvery: 0, selectBy: 'loss', average: 0, logSteps: updates / 4 },
    optimizer: { type: 'adam' },
    schedule: { type: 'constant', learningRate: 0.001 },
    evaluation: { samples: 0 },
  });
  const begin = performance.now();
  const speeds = [];
  let secondsRead;
  let secondsToUpdate;
  const observer = {
    note: (text) => {
      if (text.startsWith('training text: kept')) secondsRead = (performance.now() - begin) / 1000;
    },
    warn: (text) => console.error(text),
    progress: () => {},
    tick: () => {
      secondsToUpdate ??= performance.now() / 1000;
    },
    event: ({ event, speed }) => {
      if (event === 'step') speeds.push(speed.perSecond);
    },
  };
  const storage = { memoryBytes, folder: join(corpus, 'index') };
  await train(buildJob(config, storage), new RunFolder(run), {
    resume: false,
    request: { command: 'tests/bench/corpus-sizes.mjs', origins: {} },
    observer,
    abortSignal: () => new AbortController().signal,
  });
  // The first updates warm up.
  const warm = speeds.slice(1).sort((a, b) => a - b);
  return {
    secondsRead,
    secondsToUpdate,
    speed: warm[Math.floor(warm.length / 2)],
    peak: 1024 * process.resourceUsage().maxRSS,
  };
}
