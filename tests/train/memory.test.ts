import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { resolveConfigPath } from '../../src/config/resolve.ts';
import type { Batch } from '../../src/data/batch.ts';
import { countMasked } from '../../src/data/masking.ts';
import { buildModel, modelSchema } from '../../src/models/index.ts';
import { classCrossEntropy } from '../../src/objectives/classification.ts';
import { nextTokenCrossEntropy, targetCrossEntropy } from '../../src/objectives/cross-entropy.ts';
import type { Objective } from '../../src/objectives/objective.ts';
import { wordsAndNextSentence } from '../../src/objectives/pretraining.ts';
import { type ChartConfig, wordOptions } from '../../src/tasks/chart/config.ts';
import { treeDecoders } from '../../src/tasks/chart/decoders.ts';
import { loadTaskConfig } from '../../src/tasks/config.ts';
import type { LmConfig } from '../../src/tasks/lm.ts';
import type { PairConfig } from '../../src/tasks/pairs/config.ts';
import type { RaspConfig } from '../../src/tasks/rasp.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { benchSchemaFor, buildWorkload } from '../../src/train/bench-workloads.ts';
import { requireTrainable, type TrainingNeeds } from '../../src/train/memory.ts';
import { buildTrainingGraph } from '../../src/train/training-graph.ts';
import { benchConfigs, trainConfigs } from '../shipped-configs.ts';

const objectiveOf = (model: object, vocabSize: number) =>
  targetCrossEntropy(
    buildModel('encoderDecoder', modelSchema('encoderDecoder').parse(model), {
      srcVocabSize: vocabSize,
      tgtVocabSize: vocabSize,
      padId: 0,
    }),
    { labelSmoothing: 0.1, padId: 0 },
  );
const graphOf = (model: object, vocabSize: number) => buildTrainingGraph(objectiveOf(model, vocabSize));
const needs = (over: Partial<TrainingNeeds> = {}): TrainingNeeds => ({
  stateTensors: 2,
  accumulate: 1,
  batches: [],
  batchSettings: 'data.batchTokens',
  ...over,
});
const small = { numEncoderLayers: 1, numDecoderLayers: 1, dModel: 64, dFf: 64 };

/** What a config trains, and its largest batches. */
function largestOf(config: TaskConfig): { objective: Objective; batches: Batch['sizes'][] } {
  const { model, tokenizers, data } = config as PairConfig;
  const vocabSize = largestVocabulary(tokenizers);
  const rows = (length: number) => data.batchSentences ?? Math.floor(data.batchTokens! / length);
  const { contextLength = model.maxLength } = data as Partial<LmConfig['data']>;
  const one = { B: rows(contextLength), S: contextLength };
  const encoder = () => buildModel('encoder', model, { vocabSize, padId: 0 });
  switch (config.task) {
    case 'lm': {
      const lm = buildModel('decoder', model, { vocabSize });
      const objective = nextTokenCrossEntropy(lm, { labelSmoothing: 0, segments: false });
      return { objective, batches: [{ B: one.B, T: one.S }] };
    }
    case 'bert': {
      const objective = wordsAndNextSentence(encoder(), { nextSentence: true });
      return { objective, batches: [{ ...one, M: one.B * countMasked(one.S, 0.15) }] };
    }
    case 'rasp': {
      const { batchRows: B, contextLength: T, maxOffset } = (config as RaspConfig).data;
      const decoder = buildModel('decoder', model, { vocabSize: 200 });
      const options = { labelSmoothing: 0, segments: true, offsets: maxOffset > 0, isText: false };
      return { objective: nextTokenCrossEntropy(decoder, options), batches: [{ B, T }] };
    }
    case 'classification':
    case 'regression':
    case 'tagging': {
      const head = { numClasses: 2, pairs: true, pooling: 'mean', dropout: 0.1, labelSmoothing: 0 } as const;
      // The tables have hardly a text beyond.
      const length = Math.min(model.maxLength, 128);
      return { objective: classCrossEntropy(encoder(), head), batches: [{ B: rows(length), S: length }] };
    }
    case 'parsing': {
      if (((config as PairConfig).model.type as string) !== 'encoder')
        return largestOfPairs(config as PairConfig);
      const chart = config as unknown as ChartConfig;
      const { characters } = chart;
      const known = { labels: Array<string>(100).fill('l'), gaps: Array<string>(50).fill('('), tags: ['T'] };
      // A long sentence in a batch of such.
      const words = 40;
      const sizes = {
        B: rows(words),
        S: 2 * words,
        W: words + 2,
        N: words + 1,
        M: (words * (words + 1)) / 2,
        ...(characters && { U: (rows(words) * words) / 2, C: 20 }),
      };
      const objective = treeDecoders[chart.decoder].objective(encoder(), wordOptions(chart, known), known);
      return { objective, batches: [sizes] };
    }
    default:
      return largestOfPairs(config as PairConfig);
  }
}

function largestOfPairs({ model, tokenizers, data }: PairConfig): ReturnType<typeof largestOf> {
  const vocabSize = largestVocabulary(tokenizers);
  const longest = Math.min(model.maxLength, data.filter.maxLength + 1);
  const rows = (length: number) => data.batchSentences ?? Math.floor(data.batchTokens! / length);
  const batches = [20, longest].map((length) => ({ B: rows(length), S: length, T: length }));
  return { objective: objectiveOf(model, vocabSize), batches };
}

const largestVocabulary = (tokenizers: PairConfig['tokenizers'] | undefined): number =>
  Math.max(...Object.values(tokenizers ?? {}).map((entry) => ('size' in entry ? entry.size : 0)));

// Machines have what these tests say.
const GB = 1e9;
let there: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  there = vi.spyOn(process, 'constrainedMemory').mockReturnValue(4 * GB);
});
afterEach(() => vi.restoreAllMocks());

describe('what is there to spend', () => {
  // Peak memory of three steps with Adam, less that of the process before, on onnxruntime-node 1.30 and Linux.
  test.each<[object, number, Batch['sizes'], number]>([
    [{ dModel: 256, dFf: 1024, numHeads: 4 }, 8000, { B: 64, S: 32, T: 32 }, 1.093],
    [
      { numEncoderLayers: 4, numDecoderLayers: 4, dModel: 128, dFf: 256, numHeads: 4, dropout: 0.3 },
      10_000,
      { B: 128, S: 32, T: 32 },
      0.74,
    ],
    [
      { numEncoderLayers: 3, numDecoderLayers: 3, dModel: 256, dFf: 1024, norm: 'pre' },
      8000,
      { B: 8, S: 256, T: 256 },
      0.921,
    ],
  ])('%j: what was measured is neither far above nor below', (model, vocabSize, batch, measured) => {
    const graph = graphOf(model, vocabSize);
    const refused = (bytes: number) => {
      there.mockReturnValue(bytes);
      expect(() => requireTrainable(graph, needs({ batches: [batch] }))).toThrow('of memory');
    };
    refused(0.6 * measured * GB);
    there.mockReturnValue(1.1 * measured * GB);
    requireTrainable(graph, needs({ batches: [batch] }));
  });

  test('every config that comes with tx trains on 16 GB', () => {
    there.mockReturnValue(16 * GB);
    for (const name of benchConfigs) {
      const { objective, sizes } = buildWorkload(loadConfig(resolveConfigPath(name), benchSchemaFor).value);
      requireTrainable(buildTrainingGraph(objective), needs({ batches: [sizes] }));
    }
    for (const name of trainConfigs) {
      const config = loadTaskConfig(resolveConfigPath(name)).value;
      const { objective, batches } = largestOf(config);
      requireTrainable(buildTrainingGraph(objective), needs({ batches }));
    }
  });

  test('the base and the big model of Vaswani et al. 2017 train on 24 GB', () => {
    there.mockReturnValue(24 * GB);
    const batches = [{ B: 128, S: 32, T: 32 }];
    requireTrainable(graphOf({}, 37_000), needs({ batches }));
    requireTrainable(graphOf({ dModel: 1024, dFf: 4096, numHeads: 16 }, 37_000), needs({ batches }));
  });
});

describe('what is not', () => {
  const graph = graphOf(small, 100);

  test('a model whose file ONNX does not allow', () => {
    there.mockReturnValue(1e15);
    expect(() =>
      requireTrainable(graphOf({ ...small, dModel: 65_536, maxLength: 100 }, 100), needs()),
    ).toThrow(
      /^this model has 51,5\d\d,\d\d\d,\d\d\d parameters: its file would have 206 GB, and ONNX allows 2\.1 GB; lower model\.dModel/,
    );
  });

  test('parameters, gradients and the optimizer’s state', () => {
    there.mockReturnValue(1e6);
    const text = 'this model needs about 1.2 MB of memory, 1.0 MB are there: lower model.dModel, model.dFf, ';
    expect(() => requireTrainable(graph, needs())).toThrow(text);
    // Momentum is half of Adam's state.
    requireTrainable(graph, needs({ stateTensors: 1 }));
    expect(() => requireTrainable(graph, needs({ stateTensors: 1, accumulate: 2 }))).toThrow('1.2 MB');
  });

  test('the largest batch', () => {
    const batches = [{ B: 10_000, S: 100, T: 100 }];
    expect(() => requireTrainable(graph, needs({ batches }))).toThrow(
      /^a batch of 10,000 sentences of 100 and 100 tokens needs about \d+ GB of memory, 4\.0 GB are there: lower data\.batchTokens$/,
    );
  });

  test('the batches of an update that accumulates', () => {
    const batches = [{ B: 1000, S: 10, T: 10 }];
    requireTrainable(graph, needs({ batches }));
    expect(() => requireTrainable(graph, needs({ batches, accumulate: 100_000 }))).toThrow('of memory');
  });
});
