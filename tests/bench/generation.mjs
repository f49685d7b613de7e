// Speed and memory of writing text, beside Hugging Face transformers' generate with its cache and the same weights:
// reference only, it needs a Python with PyTorch and transformers.
//   npm run build && node tests/bench/generation.mjs --python PATH [--sizes 256,512] [--batches 1,16] [--rounds 3]
//       [--dtypes float32,bfloat16]
//   npm run build && node tests/bench/generation.mjs --memory [--svg FILE]
// Models are 8 layers, pre-norm, rotary, SwiGLU, RMS norm, 8,000 tied pieces, random weights; MHA, GQA2, MQA as in both,
// and MQA with cross-layer attention of factor 2, which transformers has not. Greedy, a prompt of 128 tokens, 256 new
// ones. Before each measurement it waits for the machine to be quiet. The second form tells what the caches hold for
// several contexts and batches, and draws it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, describeQuiet, median, waitForQuiet } from './quiet.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    sizes: { type: 'string', default: '256,512' },
    batches: { type: 'string', default: '1,16' },
    contexts: { type: 'string', default: '128,256,512,1024' },
    prompt: { type: 'string', default: '128' },
    tokens: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '3' },
    dtypes: { type: 'string', default: 'float32,bfloat16' },
    threads: { type: 'string', default: '2' },
    force: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    svg: { type: 'string' },
    /** What a child does, as JSON. */
    child: { type: 'string' },
  },
});

const here = fileURLToPath(import.meta.url);
const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const VOCAB_SIZE = 8000;
const SIZES = {
  256: { dModel: 256, dFf: 688, numHeads: 4 },
  512: { dModel: 512, dFf: 1376, numHeads: 8 },
};
const ARMS = {
  MHA: {},
  GQA2: { numKvHeads: 2 },
  MQA: { numKvHeads: 1 },
  'MQA-CLA2': { numKvHeads: 1, kvOwner: [0, 0, 2, 2, 4, 4, 6, 6] },
};
const numbers = (text) => text.split(',').map(Number);

/** The model of an arm, with room for `length` tokens, and its weights. */
async function build(size, arm, length) {
  const { DecoderModel, decoderSchema } = await load('models/decoder.js');
  const { causalContext } = await load('models/stack.js');
  const { Graph } = await load('graph/graph.js');
  const { Scope } = await load('nn/scope.js');
  const { Parameters } = await load('train/parameters.js');
  const { Rng } = await load('util/rng.js');
  const config = decoderSchema.parse({
    numLayers: 8,
    bias: false,
    dropout: 0,
    norm: 'pre',
    normType: 'rms',
    activation: 'swiglu',
    positions: 'rotary',
    scaleEmbedding: false,
    maxLength: length + 1,
    ...SIZES[size],
    ...ARMS[arm],
  });
  const model = new DecoderModel(config, VOCAB_SIZE);
  const graph = new Graph();
  const scope = new Scope(graph, { training: false });
  model.decode(scope, graph.input('ids', 'int32', ['B', 'T']), causalContext(graph, 'T'));
  model.outputEmbedding(scope);
  const parameters = new Parameters(scope.declared.parameters.values());
  parameters.initialize(Rng.fromSeed(1));
  return { model, config, weights: parameters.tensors() };
}

/** s ← (1664525 s + 1013904223) mod 2³² gives each id 4 + (s >> 8) mod (V − 4), row after row. */
function makePrompts(batch, length) {
  let s = 1;
  return Array.from({ length: batch }, () =>
    Int32Array.from({ length }, () => {
      s = (Math.imul(1664525, s) + 1013904223) >>> 0;
      return 4 + ((s >>> 8) % (VOCAB_SIZE - 4));
    }),
  );
}

/** Saves weights, or writes and tells how long it took and what the caches held at the end. */
async function runChild({ size, arm, batch, prompt, tokens, threads, save }) {
  const { model, config, weights } = await build(size, arm, prompt + tokens);
  if (save !== undefined) {
    const { encodeSafetensors } = await load('runtime/safetensors.js');
    writeFileSync(save, Buffer.concat([...encodeSafetensors(weights, {})]));
    return { config };
  }
  const { buildSamplingGraph } = await load('decode/sampling-graph.js');
  const { TokenSampler } = await load('tasks/token-sampler.js');
  const sampling = { temperature: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  // No text ends early: the vocabulary has no such token.
  const ids = { padId: 0, bosId: 0, eosId: VOCAB_SIZE };
  const graph = buildSamplingGraph(model, { sampling, ids, weights });
  const sampler = await TokenSampler.open(graph, { sampling, ids, vocabSize: VOCAB_SIZE, threads });
  const prompts = makePrompts(batch, prompt);
  const write = async (limit) => {
    const written = prompts.map(() => []);
    const rows = prompts.map((one, r) => ({
      prompt: one,
      limit,
      draw: () => 0,
      take: (token) => written[r].push(token) > 0,
    }));
    const start = performance.now();
    const { cacheBytes } = await sampler.sample(rows, { pieceSize: 32 });
    return { seconds: (performance.now() - start) / 1000, written, cacheBytes };
  };
  await write(8);
  const { seconds, written, cacheBytes } = await write(tokens);
  await sampler.release();
  const peak = process.resourceUsage().maxRSS * 1024;
  return {
    seconds,
    tokensPerSecond: (batch * tokens) / seconds,
    peakBytes: peak,
    cacheBytes,
    tokens: written,
  };
}

const child = (options) =>
  JSON.parse(
    execFileSync(process.execPath, [here, '--child', JSON.stringify(options)], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    }),
  );

async function compare() {
  const [prompt, tokens, threads] = [values.prompt, values.tokens, values.threads].map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'tx-generation-'));
  let [disturbed, measurements] = [0, 0];
  const settle = async () => {
    measurements++;
    if (!(await waitForQuiet(values.force))) disturbed++;
  };
  console.log(describeMachine());
  try {
    for (const size of numbers(values.sizes)) {
      for (const batch of numbers(values.batches)) {
        const results = new Map();
        const add = (name, result) => results.set(name, [...(results.get(name) ?? []), result]);
        for (let round = 0; round < Number(values.rounds); round++) {
          for (const arm of Object.keys(ARMS)) {
            const options = { size, arm, batch, prompt, tokens, threads };
            await settle();
            const own = child(options);
            add(`tx ${arm}`, own);
            if (arm === 'MQA-CLA2') continue;
            const save = join(folder, `${size}-${arm}.safetensors`);
            const { config } = child({ ...options, save });
            for (const dtype of values.dtypes.split(',')) {
              const given = {
                weights: save,
                config: JSON.stringify(config),
                batch,
                prompt,
                tokens,
                threads,
                dtype,
              };
              const words = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
              await settle();
              const script = fileURLToPath(new URL('generation.py', import.meta.url));
              const peer = JSON.parse(
                execFileSync(values.python, [script, ...words], { encoding: 'utf8', maxBuffer: 1e9 }),
              );
              add(`transformers ${dtype} ${arm}`, { ...peer, same: countSame(own.tokens, peer.tokens) });
            }
          }
        }
        tell(size, batch, results, tokens);
      }
    }
    console.log(`\n${describeQuiet(disturbed, measurements)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tokens from the first on, over all rows, that two greedy texts have in common. */
const countSame = (a, b) =>
  a.reduce((sum, row, r) => {
    const at = row.findIndex((token, i) => token !== b[r][i]);
    return sum + (at < 0 ? row.length : at);
  }, 0);

function tell(size, batch, results, tokens) {
  console.log(
    `\n| d ${size}, batch ${batch} | tokens/s | each | tx is faster by | peak MB | cache MB | equal tokens |`,
  );
  console.log('| --- | ---: | --- | ---: | ---: | ---: | ---: |');
  for (const [name, rounds] of results) {
    const speed = (all) => median(all.map(({ tokensPerSecond }) => tokensPerSecond));
    const arm = name.split(' ').at(-1);
    const ratio = name.startsWith('tx')
      ? ''
      : `${(speed(results.get(`tx ${arm}`)) / speed(rounds)).toFixed(2)}×`;
    const { peakBytes, cacheBytes, same } = rounds.at(-1);
    const cells = [
      name,
      Math.round(speed(rounds)),
      rounds.map(({ tokensPerSecond }) => Math.round(tokensPerSecond)).join(', '),
      ratio,
      Math.round(peakBytes / 1e6),
      cacheBytes === undefined ? '' : (cacheBytes / 1e6).toFixed(2),
      same === undefined ? '' : `${same} of ${batch * tokens}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** Bytes of the caches, by formula and as they were, and the peak of the whole process. */
async function tellMemory() {
  const rows = [];
  console.log(describeMachine());
  console.log('\n| model | batch | context | cache, formula | cache, measured | peak MB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  const [size] = numbers(values.sizes);
  for (const arm of Object.keys(ARMS)) {
    for (const batch of numbers(values.batches)) {
      for (const context of numbers(values.contexts)) {
        const { config, model } = await build(size, arm, context);
        const { owners, numKvHeads, headDim, valueDim } = model.cache;
        // The last token that is written is not read.
        const formula =
          4 * owners.length * numKvHeads * (headDim + valueDim) * batch * (config.maxLength - 2);
        const tokens = 64;
        const options = {
          size,
          arm,
          batch,
          prompt: context - tokens,
          tokens,
          threads: Number(values.threads),
        };
        const { cacheBytes, peakBytes } = child(options);
        rows.push({ arm, batch, context, cacheBytes });
        console.log(
          `| ${arm} | ${batch} | ${context} | ${formula} | ${cacheBytes} | ${Math.round(peakBytes / 1e6)} |`,
        );
        if (formula !== cacheBytes) process.exitCode = 1;
      }
    }
  }
  if (values.svg === undefined) return;
  const { formatXySvg } = await load('report/xy-chart-svg.js');
  const batches = numbers(values.batches);
  const series = Object.keys(ARMS).flatMap((arm, color) =>
    batches.map((batch) => ({
      name: `${arm}, batch ${batch}`,
      color,
      mark: batch === batches.at(-1) ? 'strong' : 'faint',
      points: rows
        .filter((row) => row.arm === arm && row.batch === batch)
        .map(({ context, cacheBytes }) => ({ x: context, y: cacheBytes / 1e6 })),
    })),
  );
  const chart = {
    title: `Cache of keys and values, d ${size}, float32`,
    x: { label: 'tokens of context', scale: 'log' },
    y: { label: 'MB', scale: 'log' },
    series,
  };
  writeFileSync(values.svg, formatXySvg(chart));
}

if (values.child !== undefined) console.log(JSON.stringify(await runChild(JSON.parse(values.child))));
else if (values.memory) await tellMemory();
else await compare();
