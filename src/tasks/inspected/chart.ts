// Parsers over an encoder under inspection: they read words, and tell spans of these.
import type { Value } from '../../graph/graph.ts';
import type { Sequence } from '../../inspect/inspection.ts';
import { describeWith } from '../../inspect/sequence.ts';
import type { Scope } from '../../nn/scope.ts';
import { encodePieces, type Inputs } from '../../objectives/tree-words.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import { batchFeeds } from '../../train/train-step.ts';
import { UsageError, UserError } from '../../util/errors.ts';
import { type ChartModel, loadChartModel } from '../chart/chart-model.ts';
import { type ChartConfig, wordOptions } from '../chart/config.ts';
import { loadWeights } from '../open-run.ts';
import { splitTokens } from '../parsing-codec.ts';
import type { TaskConfig } from '../task.ts';
import type { InspectedModel, OpenSettings } from './model.ts';

export function openInspectedChart(
  folder: RunFolder,
  given: TaskConfig,
  { checkpoint, onTruncated }: OpenSettings,
): InspectedModel {
  const chart = loadChartModel(given as TaskConfig & ChartConfig, folder);
  const { config, known, reader, model, decoder, batching } = chart;
  const describe = describeWith(reader.tokenizer);
  const { dModel, maxLength } = config.model;
  return {
    kind: config.task,
    dModel,
    maxLength,
    tokenizers: { encoder: reader.tokenizer },
    weights: loadWeights({ folder }, checkpoint),
    build: (scope) => encodePieces(scope, model, declare(scope, chart), wordOptions(config, known)),
    spanning:
      config.decoder === 'chart'
        ? {
            labels: known.labels,
            build: (scope) =>
              decoder.outputs(scope, model, declare(scope, chart), wordOptions(config, known), known).scores!,
          }
        : undefined,
    read: async ({ text, pair, target }) => {
      if (target !== undefined)
        throw new UsageError('--target is for models that write one; this parser is an encoder');
      if (pair !== undefined)
        throw new UsageError('--pair is for models that read texts; this parser reads the words of one');
      const words = splitTokens(text);
      if (words.length === 0) throw new UserError('--input: has no words');
      const sentence = reader.read(words);
      if (sentence.spellings.length < words.length) onTruncated?.('the input', reader.encode(words).length);
      const batch = decoder.examples([sentence], undefined, batching, known).collate([0], {});
      const { ids, wordOf, ...beside } = batchFeeds(batch);
      const sequence = describe(sentence.ids);
      const feeds: Feeds = { ids: ids!, ...(wordOf && { wordOf }) };
      // Where nothing is said of a word, its characters say nothing either.
      const blank: Feeds = wordOf === undefined ? {} : { wordOf: silenced(wordOf, sequence) };
      return {
        sequences: { encoder: sequence },
        feeds: { ...feeds, ...beside },
        sizes: batch.sizes,
        told: [],
        spans: { words: words.slice(0, sentence.spellings.length), feeds, blank, beside },
      };
    },
  };
}

/** The rows of characters of each place, that of none where text stands. */
function silenced({ data, dims }: Tensor, { tokens }: Sequence): Tensor {
  const rows = Int32Array.from(data as Int32Array, (row, i) => (tokens[i]!.special ? row : 0));
  return new Tensor('int32', rows, [...dims]);
}

/** The inputs of a sentence. */
function declare(scope: Scope, { config, known, decoder }: ChartModel): Inputs {
  const inputs = decoder.inputs(wordOptions(config, known));
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]): [string, Value] => [
      name,
      scope.graph.input(name, dtype, shape),
    ]),
  );
}
