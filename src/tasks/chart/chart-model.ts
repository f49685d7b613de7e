// What makes trees of words: a tokenizer, an encoder with its heads, and a chart.
import type { Batch } from '../../data/batch.ts';
import { longestFirst } from '../../data/batches.ts';
import { buildAlphabet } from '../../data/characters.ts';
import type { WordBatching, WordSentence } from '../../data/tree-words.ts';
import { type ExportedModel, exportModel } from '../../graph/export.ts';
import { Graph, type Value } from '../../graph/graph.ts';
import { add, mul } from '../../graph/ops/elementwise.ts';
import { buildModel } from '../../models/index.ts';
import type { EncoderOnly } from '../../models/model.ts';
import { Scope } from '../../nn/scope.ts';
import { likeliest } from '../../objectives/tree-words.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { ALONE, type Group, shareOf } from '../../runtime/group.ts';
import type { Feeds, Session } from '../../runtime/session.ts';
import type { TensorData } from '../../tensor/tensor.ts';
import { isTrained } from '../../tokenizers/index.ts';
import { batchFeeds } from '../../train/train-step.ts';
import { NO_TAG } from '../../trees/tree.ts';
import { requireMemory } from '../../util/memory.ts';
import { side } from '../labelled/config.ts';
import { entryOf, loadTokenizers } from '../tokenizers.ts';
import { type ChartConfig, wordOptions } from './config.ts';
import type { ChartParse, ReadOptions, TreeDecoder } from './decoder.ts';
import { treeDecoders } from './decoders.ts';
import { type Known, loadKnown } from './known.ts';
import { SentenceReader } from './reader.ts';

export interface ChartModel {
  config: ChartConfig;
  known: Known;
  reader: SentenceReader;
  model: EncoderOnly;
  decoder: TreeDecoder;
  /** How sentences become batches. */
  batching: WordBatching;
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
  return { config, known, reader, model, decoder: treeDecoders[config.decoder], batching };
}

/**
 * A batch without targets to what the decoder reads. Without weights the parameters are inputs. Of several models that
 * read and tell the same (`requireAlike`), the means of their scores.
 */
export function buildChartGraph(
  chart: ChartModel | readonly ChartModel[],
  weights?: ReadonlyMap<string, TensorData>,
): ExportedModel {
  const members = [chart].flat() as ChartModel[];
  const [{ config, known, decoder }] = members as [ChartModel];
  const graph = new Graph();
  const options = wordOptions(config, known);
  const inputs = Object.fromEntries(
    Object.entries(decoder.inputs(options)).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape),
    ]),
  );
  const scope = new Scope(graph, { training: false });
  const found = members.map((member, k) => {
    const own = members.length === 1 ? scope : scope.at(k);
    return decoder.outputs(own, member.model, inputs, wordOptions(member.config, known), known);
  });
  const outputs = means(found);
  outputs.tags = likeliest(outputs.tags!);
  return exportModel(graph, { outputs, ...(weights && { weights }) });
}

/** Of values of the same name. */
function means(all: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  const [first] = all as [Readonly<Record<string, Value>>];
  if (all.length === 1) return { ...first };
  const mean = (name: string) => mul(all.map((one) => one[name]!).reduce(add), 1 / all.length);
  return Object.fromEntries(Object.keys(first).map((name) => [name, mean(name)]));
}

/** The trees of a sentence, as its decoder reads them. */
export type ReadTrees = (words: readonly string[], options: ReadOptions) => ChartParse[];

export interface ChartRun {
  /** Over the model of buildChartGraph. */
  session: Session;
  peakBytes: ExportedModel['peakBytes'];
  /** Feeds the parameters that are not stored in it. */
  weights?: Feeds;
  /** The processes that share the batches. */
  group?: Group | undefined;
  onProgress?: ((done: number) => void) | undefined;
  /** Ends the work before the next batch where it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The most squares of places in a batch: spans take memory, and time, by the square of a sentence's length. */
const BATCH_SQUARES = 1 << 16;
const BATCH_TOKENS = 4096;
const MAX_ROWS = 128;

/** `take` hears of each sentence, those of other ranks excepted, in batches of like lengths; its trees can be read until it returns. */
export async function scoreSentences(
  { known, batching, decoder }: ChartModel,
  sentences: readonly WordSentence[],
  { session, peakBytes, weights = {}, group = ALONE, onProgress, signal }: ChartRun,
  take: (sentence: number, read: ReadTrees) => void,
): Promise<void> {
  const examples = decoder.examples(sentences, undefined, batching, known);
  let done = 0;
  const batches = longestFirst(examples, BATCH_TOKENS, MAX_ROWS).flatMap((rows) => cut(rows, sentences));
  for (const rows of shareOf(group, batches)) {
    signal?.throwIfAborted();
    const batch: Batch = examples.collate(rows, {});
    requireMemory(peakBytes(batch.sizes), 'a batch of sentences', 'give shorter sentences');
    const outputs = await session.run({ ...batchFeeds(batch), ...weights });
    const tags = outputs.tags!.data as Int32Array;
    const { sizes } = batch;
    for (const [row, i] of rows.entries()) {
      const seen = sentences[i]!.spellings.length;
      const tagOf = (w: number): string => (w < seen ? known.tags[tags[row * sizes.W! + 1 + w]!]! : NO_TAG);
      take(i, (words, options) => {
        const own = words.map((_, w) => options.given?.tags.get(w) ?? tagOf(w));
        return decoder.read({ outputs, sizes, row, seen }, known, words, own, options);
      });
    }
    done += rows.length * group.size;
    onProgress?.(Math.min(done, sentences.length));
  }
}

/** Rows with the longest first, in as many parts as keep the squares of their places in bounds. */
function cut(rows: readonly number[], sentences: readonly WordSentence[]): number[][] {
  const longest = sentences[rows[0]!]!.ids.length;
  const size = Math.max(1, Math.floor(BATCH_SQUARES / longest ** 2));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) =>
    rows.slice(k * size, (k + 1) * size),
  );
}
