// Speed of an encoder under transformers.js: reference only, it needs that package in a folder of its own.
//   node tests/bench/transformers-js.mjs PACKAGE MODEL TEXTS [--threads 2]
// PACKAGE is a folder in which `npm install @huggingface/transformers` was run, MODEL a folder with the tokenizer's files,
// config.json and onnx/model.onnx in float32 (torch.onnx.export or optimum), TEXTS a text a line. Tokens, last layer and
// the mean of each text, in batches of 32 and one at a time; prints texts a second of both, the best of three rounds each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const BATCHES = [32, 1];
const ROUNDS = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '2' } },
});
const [folder, model, file] = positionals.map((path) => resolve(path));
const path = createRequire(join(folder, 'index.js')).resolve('@huggingface/transformers');
const { env, pipeline } = await import(pathToFileURL(path.replace(/\.cjs$/, '.mjs')).href);
env.localModelPath = dirname(model);
env.allowRemoteModels = false;
const extract = await pipeline('feature-extraction', model.slice(dirname(model).length + 1), {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(values.threads) },
});
const texts = readFileSync(file, 'utf8').trimEnd().split('\n');
const speeds = {};
for (const size of BATCHES) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < texts.length; i += size) {
      await extract(texts.slice(i, i + size), { pooling: 'mean', normalize: false });
    }
    times.push((performance.now() - start) / 1000);
  }
  speeds[size] = Number((texts.length / Math.min(...times)).toFixed(1));
}
console.log(JSON.stringify(speeds));
