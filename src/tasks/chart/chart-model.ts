// What makes trees of words: a tokenizer, an encoder with its heads, and a chart.
import type { Batch } from '../../data/batch.ts';
import { longestFirst } from '../../data/batches.ts';
import { buildAlphabet } from '../../data/characters.ts';
import { type SpanBatching, type SpanSentence, spanExamples } from '../../data/spans.ts';
import { type ExportedModel, exportModel } from '../../graph/export.ts';
import { Graph } from '../../graph/graph.ts';
import { buildModel } from '../../models/index.ts';
import type { EncoderOnly } from '../../models/model.ts';
import { Scope } from '../../nn/scope.ts';
import { spanInputs, spanScores } from '../../objectives/spans.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import type { Feeds, Session } from '../../runtime/session.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import { isTrained } from '../../tokenizers/index.ts';
import { batchFeeds } from '../../train/train-step.ts';
import { type ChartScores, countSpans } from '../../trees/chart.ts';
import { requireMemory } from '../../util/memory.ts';
import { side } from '../labelled/config.ts';
import { entryOf, loadTokenizers } from '../tokenizers.ts';
import { type ChartConfig, spanOptions } from './config.ts';
import { type Known, loadKnown } from './known.ts';
import { SentenceReader } from './reader.ts';

export interface ChartModel {
  config: ChartConfig;
  known: Known;
  reader: SentenceReader;
  model: EncoderOnly;
  /** How sentences become batches. */
  batching: SpanBatching;
}

/** Whether the tokenizer's pieces are of other text than treebanks. */
export const isForeignText = ({ tokenizers }: ChartConfig): boolean =>
  !isTrained(tokenizers[entryOf(tokenizers, side)]!);

/** What a run's folder has; a UserError where its files are damaged or do not belong together. */
export function loadChartModel(config: ChartConfig, folder: RunFolder): ChartModel {
  const tokenizer = loadTokenizers(config.tokenizers, [side], folder)[side];
  const isForeign = isForeignText(config);
  const reader = new SentenceReader(tokenizer, { maxLength: config.model.maxLength, isForeign });
  const model = buildModel('encoder', config.model, { vocabSize: tokenizer.size, padId: reader.padId });
  const known = loadKnown(folder);
  const alphabet = config.characters && buildAlphabet(known.characters ?? []);
  const batching = { padId: reader.padId, pooling: config.head.words, alphabet };
  return { config, known, reader, model, batching };
}

/** A batch without targets to `scores` and `tags` (spanScores). Without weights the parameters are inputs. */
export function buildChartGraph(
  { config, known, model }: ChartModel,
  weights?: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const graph = new Graph();
  const options = spanOptions(config, known);
  const inputs = Object.fromEntries(
    Object.entries(spanInputs(options)).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape),
    ]),
  );
  const scope = new Scope(graph, { training: false });
  const outputs = spanScores(scope, model, inputs, options);
  return exportModel(graph, { outputs, ...(weights && { weights }) });
}

/** What is told of a sentence: of the words that the model sees. */
export interface Scored {
  chart: ChartScores;
  tags: readonly string[];
}

export interface ChartRun {
  /** Over buildChartGraph's model. */
  session: Session;
  peakBytes: ExportedModel['peakBytes'];
  /** Feeds the parameters that are not stored in it. */
  weights?: Feeds;
  onProgress?: ((done: number) => void) | undefined;
  /** Ends the work before the next batch where it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The most squares of places in a batch: spans take memory, and time, by the square of a sentence's length. */
const BATCH_SQUARES = 1 << 16;
const BATCH_TOKENS = 4096;
const MAX_ROWS = 128;

/** Hears of each sentence, in batches of like lengths; its scores are good until it returns. */
export async function scoreSentences(
  { known, batching }: ChartModel,
  sentences: readonly SpanSentence[],
  { session, peakBytes, weights = {}, onProgress, signal }: ChartRun,
  take: (sentence: number, scored: Scored) => void,
): Promise<void> {
  const examples = spanExamples(sentences, undefined, batching);
  const labels = known.labels.length;
  let done = 0;
  const batches = longestFirst(examples, BATCH_TOKENS, MAX_ROWS).flatMap((rows) => cut(rows, sentences));
  for (const rows of batches) {
    signal?.throwIfAborted();
    const batch: Batch = examples.collate(rows, {});
    requireMemory(peakBytes(batch.sizes), 'a batch of sentences', 'give shorter sentences');
    const found = await session.run({ ...batchFeeds(batch), ...weights });
    const scores = found.scores!.data as Float32Array;
    const tags = found.tags!.data as Int32Array;
    const { M, W } = batch.sizes as Record<'M' | 'W', number>;
    for (const [b, i] of rows.entries()) {
      const words = sentences[i]!.words.length - 2;
      const from = b * M * labels;
      const own = scores.subarray(from, from + countSpans(words) * labels);
      const ownTags = tags.subarray(b * W + 1, b * W + 1 + words);
      take(i, {
        chart: { words, labels, scores: own },
        tags: Array.from(ownTags, (tag) => known.tags[tag]!),
      });
    }
    done += rows.length;
    onProgress?.(done);
  }
}

/** Rows with the longest first, in as many parts as keep the squares of their places in bounds. */
function cut(rows: readonly number[], sentences: readonly SpanSentence[]): number[][] {
  const longest = sentences[rows[0]!]!.ids.length;
  const size = Math.max(1, Math.floor(BATCH_SQUARES / longest ** 2));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) =>
    rows.slice(k * size, (k + 1) * size),
  );
}
