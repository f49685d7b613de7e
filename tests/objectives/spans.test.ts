// Scores of spans against the formulas, over the vectors that the model makes; sums, padding, what is not known.
import { beforeAll, expect, it } from 'vitest';
import { type SpanTargets, spanExamples } from '../../src/data/spans.ts';
import type { WordSentence } from '../../src/data/tree-words.ts';
import type { Dim } from '../../src/graph/dim.ts';
import { exportModel } from '../../src/graph/export.ts';
import { Graph, type Value } from '../../src/graph/graph.ts';
import { reshape } from '../../src/graph/ops/shape.ts';
import { EncoderModel, encoderSchema } from '../../src/models/encoder.ts';
import { Scope } from '../../src/nn/scope.ts';
import { spanCrossEntropy, spanInputs, spanScores } from '../../src/objectives/spans.ts';
import { Session } from '../../src/runtime/session.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { countSpans, spanIndex } from '../../src/trees/chart.ts';
import { learn, type Trained } from './learns.ts';

const [D, LABELS, TAGS, HIDDEN] = [8, 3, 4, 6];
const config = encoderSchema.parse({
  numLayers: 1,
  dModel: D,
  dFf: 16,
  numHeads: 2,
  norm: 'pre',
  dropout: 0,
});
const model = new EncoderModel(config, { vocabSize: 20, padId: 0 });
const options = { numLabels: LABELS, numTags: TAGS, hidden: HIDDEN, dropout: 0, tagWeight: 0.5 };

const sentenceOf = (words: number[][]): WordSentence => {
  const places: [number, number][] = [[0, 1]];
  for (const word of words) places.push([places.at(-1)![1], places.at(-1)![1] + word.length]);
  places.push([places.at(-1)![1], places.at(-1)![1] + 1]);
  const spellings = words.map((pieces) => String.fromCharCode(...pieces.map((piece) => 90 + piece)));
  return { ids: Int32Array.of(1, ...words.flat(), 2), words: places, spellings };
};
const sentences = [sentenceOf([[3], [4, 5], [6]]), sentenceOf([[7, 8, 9]])];
const targets: SpanTargets[] = [
  {
    labels: [
      [spanIndex(0, 3), 1],
      [spanIndex(1, 3), 3],
      [spanIndex(0, 1), -1],
    ],
    tags: [0, 2, -1],
  },
  { labels: [[spanIndex(0, 1), 2]], tags: [3] },
];
const batchOf = (rows: number[], told = true, padToMultiple = 1) =>
  spanExamples(sentences, told ? targets : undefined, { padId: 0, pooling: 'mean' }).collate(rows, {
    padToMultiple,
  });

let fresh: Trained;
beforeAll(async () => {
  fresh = await learn(spanCrossEntropy(model, options), 0, () => batchOf([0, 1]));
});

/** What a graph over the batch's inputs gives, with the parameters of `fresh`. */
async function run(
  rows: number[],
  build: (scope: Scope, inputs: Record<string, Value>) => Record<string, Value>,
  padToMultiple = 1,
): Promise<Record<string, Float32Array>> {
  const graph = new Graph();
  const inputs = Object.fromEntries(
    Object.entries(spanInputs(options)).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape),
    ]),
  );
  const outputs = build(new Scope(graph, { training: false }), inputs);
  const session = await Session.create(exportModel(graph, { outputs }).model, { threads: 1 });
  const found = await session.run({ ...batchFeeds(batchOf(rows, false, padToMultiple)), ...fresh.feeds });
  await session.release();
  return Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );
}

const scoresOf = (rows: number[], padToMultiple?: number) =>
  run(rows, (scope, inputs) => spanScores(scope, model, inputs, options), padToMultiple);

const parameter = (name: string) => fresh.feeds[name]!.data as Float32Array;

/** x W + b, W [in, out]; layer norm; relu; the classes of it. */
const times = (x: number[], weight: ArrayLike<number>, out: number) =>
  Array.from({ length: out }, (_, k) => x.reduce((sum, value, i) => sum + value * weight[i * out + k]!, 0));
function logitsOf(part: 'spans' | 'tagger', x: number[], classes: number): number[] {
  const bias = parameter(`${part}.hidden.bias`);
  const h = times(x, parameter(`${part}.hidden.weight`), HIDDEN).map((value, k) => value + bias[k]!);
  const mean = h.reduce((a, b) => a + b) / HIDDEN;
  const deviation = Math.sqrt(h.reduce((sum, value) => sum + (value - mean) ** 2, 0) / HIDDEN + 1e-5);
  const rows = h.map((value) => Math.max(0, (value - mean) / deviation));
  const [table, own] = [parameter(`${part}.output.weight`), parameter(`${part}.output.bias`)];
  return Array.from({ length: classes }, (_, c) =>
    rows.reduce((sum, value, i) => sum + value * table[c * HIDDEN + i]!, own[c]!),
  );
}

/** Vectors of a sentence's words, its ends among them. */
async function wordVectors(row: number): Promise<number[][]> {
  const { hidden } = await run([row], (scope, { ids }) => {
    const { rows } = model.encode(scope, ids!);
    return { hidden: reshape(rows, [...(ids!.shape as Dim[]), D]) };
  });
  return sentences[row]!.words.map(([from, to]) =>
    Array.from({ length: D }, (_, d) => {
      let sum = 0;
      for (let s = from; s < to; s++) sum += hidden![s * D + d]!;
      return sum / (to - from);
    }),
  );
}

/** Of a sentence: logits of each span, by spanIndex, and of each word. */
async function expectedLogits(row: number) {
  const vectors = await wordVectors(row);
  const n = vectors.length - 2;
  // The place before word k: half of the vector before it, half of its own.
  const place = (k: number) => [...vectors[k]!.slice(0, D / 2), ...vectors[k + 1]!.slice(D / 2)];
  const spans: number[][] = [];
  for (let j = 1; j <= n; j++)
    for (let i = 0; i < j; i++)
      spans[spanIndex(i, j)] = logitsOf(
        'spans',
        place(j).map((x, d) => x - place(i)[d]!),
        1 + LABELS,
      );
  return { spans, words: vectors.slice(1, -1).map((x) => logitsOf('tagger', x, TAGS)) };
}

it('spans are differences of places between words, told against no label; tags are of words', async () => {
  const { scores, tags } = await scoresOf([0, 1]);
  const M = countSpans(3);
  for (const row of [0, 1]) {
    const { spans, words } = await expectedLogits(row);
    for (const [at, logits] of spans.entries())
      for (let label = 0; label < LABELS; label++)
        expect(scores![(row * M + at) * LABELS + label]).toBeCloseTo(logits[label + 1]! - logits[0]!, 4);
    for (const [w, logits] of words.entries()) {
      const told = tags!.subarray((row * 5 + w + 1) * TAGS, (row * 5 + w + 2) * TAGS);
      for (const [k, logit] of logits.entries()) expect(told[k]!).toBeCloseTo(logit, 4);
    }
  }
});

it('a sentence has the same scores alone and in a batch, padded or not', async () => {
  const together = await scoresOf([0, 1], 8);
  const alone = await scoresOf([1]);
  const M = countSpans(3);
  for (let label = 0; label < LABELS; label++)
    expect(together.scores![M * LABELS + label]).toBeCloseTo(alone.scores![label]!, 5);
});

it('the losses are cross-entropies of what is known, means over words', async () => {
  const nll = (logits: number[], k: number) =>
    Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0)) - logits[k]!;
  let [spanLoss, tagLoss, right] = [0, 0, 0];
  for (const [row, { labels, tags }] of targets.entries()) {
    const { spans, words } = await expectedLogits(row);
    const classes = spans.map((_, at) => labels.find(([place]) => place === at)?.[1] ?? 0);
    for (const [at, k] of classes.entries()) if (k >= 0) spanLoss += nll(spans[at]!, k);
    for (const [w, k] of tags.entries()) {
      if (k < 0) continue;
      tagLoss += nll(words[w]!, k);
      if (words[w]!.indexOf(Math.max(...words[w]!)) === k) right++;
    }
  }
  // Four words, of which one has a tag that is not known.
  const figures = await fresh.figures(batchOf([0, 1]));
  expect(figures.spanLoss).toBeCloseTo(spanLoss / 4, 4);
  expect(figures.tagLoss).toBeCloseTo(tagLoss / 4, 4);
  expect(figures.loss).toBeCloseTo((spanLoss + 0.5 * tagLoss) / 4, 4);
  expect(figures.tagAccuracy).toBeCloseTo(right / 4, 6);
});
