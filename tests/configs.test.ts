// Every config under configs/: it is valid, and a small copy of it trains one step. The toy corpus stands in for its data.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { resolveConfigPath } from '../src/config/resolve.ts';
import { planStudy } from '../src/study/plan.ts';
import type { BertConfig } from '../src/tasks/bert.ts';
import type { ChartConfig } from '../src/tasks/chart/config.ts';
import { loadRunConfig, loadTaskConfig } from '../src/tasks/config.ts';
import { taskOf } from '../src/tasks/index.ts';
import type { LabelledConfig } from '../src/tasks/labelled/config.ts';
import type { LmConfig } from '../src/tasks/lm.ts';
import type { ParsingConfig } from '../src/tasks/parsing.ts';
import type { RaspConfig } from '../src/tasks/rasp.ts';
import type { TaskConfig } from '../src/tasks/task.ts';
import type { TranslationConfig } from '../src/tasks/translation.ts';
import { benchTraining } from '../src/train/bench.ts';
import { benchSchemaFor } from '../src/train/bench-workloads.ts';
import { benchConfigs, encoderConfigs, studies, trainConfigs } from './shipped-configs.ts';
import { readMetrics, smallModel, Toy, trainToy } from './train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

it('there are configs of every kind', () => {
  expect([trainConfigs, benchConfigs, studies]).not.toContainEqual([]);
});

describe.each(trainConfigs)('%s', (name) => {
  it('says what it reproduces and its command', () => {
    const text = readComment(name);
    expect(text).toContain(`tx train ${name}`);
  });

  it('trains a step', async () => {
    const full = loadTaskConfig(resolveConfigPath(name)).value;
    const small = shrink(full);
    expect(taskOf(small)!.schema().parse(small)).toEqual(small);
    const folder = toy.folder();
    const { lastStep, test, samples } = await trainToy(small, folder, {
      storage: { memoryBytes: 0, folder: join(toy.dir, 'index') },
    });
    expect(lastStep).toBe(1);
    if (small.task === 'translation' || small.task === 'parsing') {
      expect(test?.files.hyp).toHaveLength(12);
      const { evaluation } = small as TranslationConfig;
      expect(samples).toHaveLength(Math.min(12, evaluation.samples));
    }
    expect(readMetrics(folder)[0]).toMatchObject({ event: 'validation', step: 1 });
    // What the run's folder has is the config again.
    expect(loadRunConfig(folder)).toEqual(small);
  });
});

it.each(encoderConfigs)('%s is included by others, and says where its encoder comes from', (name) => {
  expect(readComment(name)).toContain('tx import ');
  const modelOf = (one: string) => (loadTaskConfig(resolveConfigPath(one)).value as LabelledConfig).model;
  const file = `${name.slice(name.lastIndexOf('/') + 1)}.yaml`;
  const others = trainConfigs.filter((other) =>
    readFileSync(resolveConfigPath(other), 'utf8').includes(file),
  );
  expect(others).not.toEqual([]);
  for (const other of others) expect(modelOf(other), other).toEqual(modelOf(name));
});

describe.each(studies)('%s', (name) => {
  it('says its command', () => {
    expect(readComment(name)).toContain(`tx study ${name}`);
  });

  it('has arms whose configs are valid, each of its own, and figures', () => {
    const { grids, runs } = planStudy(resolveConfigPath(name), 'nowhere');
    for (const { arms } of grids) {
      const own = arms.flatMap((arm) => arm.runs);
      expect(new Set(own.map(({ hash }) => hash)).size).toBe(own.length);
    }
    expect(runs.length).toBeGreaterThan(1);
    for (const { config, baseline, axes } of grids) {
      expect(config.report.figures).toBeDefined();
      // Folds and seeds are not compared.
      if (axes.some(({ name }) => name !== 'fold')) expect(baseline ?? config.claims[0]).toBeDefined();
    }
  });
});

describe.each(benchConfigs)('%s', (name) => {
  it('says its command', () => {
    expect(readComment(name)).toContain(`tx bench train --config ${name}`);
  });

  it('takes a step', async () => {
    const full = loadConfig(resolveConfigPath(name), benchSchemaFor).value;
    const stack = { dModel: 16, dFf: 32, numHeads: 2 };
    const [batch, model] = {
      translation: [{ batchSentences: 3, srcLength: 5, tgtLength: 6 }, smallModel] as const,
      lm: [{ batchContexts: 3, contextLength: 6 }, stack] as const,
      bert: [{ batchPairs: 3, contextLength: 12 }, stack] as const,
    }[full.task];
    const sizes = { ...batch, vocabSize: 40, warmupSteps: 1, steps: 1 };
    const small = benchSchemaFor(full).parse({ ...full, ...sizes, model: { ...full.model, ...model } });
    const result = await benchTraining(small, { profile: false });
    expect(result.steps).toBe(1);
    expect(result.losses.every(Number.isFinite)).toBe(true);
  });
});

function shrink(config: TaskConfig): TaskConfig {
  if (config.task === 'lm') return shrinkLm(config as LmConfig);
  if (config.task === 'bert') return shrinkBert(config as BertConfig);
  if (['classification', 'regression', 'tagging'].includes(config.task)) return shrinkLabelled(config);
  if (config.task === 'rasp') return shrinkProblems(config as RaspConfig);
  return 'decoder' in config ? shrinkChart(config as ChartConfig) : shrinkPairs(config);
}

/** The same settings but for sizes, data, what the model begins as, and the end of training. */
function shrinkChart(config: ChartConfig): ChartConfig {
  const { batchTokens, batchSentences, ...data } = config.data;
  const { maxEpochs, ...training } = config.training;
  const { init, schedule, ...rest } = config;
  return {
    ...rest,
    threads: 1,
    data: { ...data, ...toy.treebank(), batchSentences: 8 },
    tokenizers: toy.chart().tokenizers,
    model: { ...config.model, ...{ numLayers: 1, dModel: 16, dFf: 16, numHeads: 2, maxLength: 40 } },
    training: { ...training, maxSteps: 1 },
    schedule: { ...schedule, totalSteps: 1000 } as typeof schedule,
  };
}

/** The same settings but for sizes, data, and where training begins and ends. */
function shrinkLabelled(config: TaskConfig): TaskConfig {
  const { tokenizers, init: _, ...given } = config as LabelledConfig;
  const table = labelledData(config.task);
  const { text } = tokenizers;
  return taskOf(config)!
    .schema()
    .parse({
      ...given,
      threads: 1,
      data: { ...given.data, train: table, valid: table, ...(given.data.test && { test: table }) },
      tokenizers: {
        text: text!.type === 'huggingface' ? { type: 'wordpiece', size: 40 } : { ...text, size: 24 },
      },
      model: { ...given.model, ...{ dModel: 16, dFf: 16, numHeads: 2, maxLength: 20 } },
      training: { ...given.training, maxEpochs: undefined, maxSteps: 1, validateSteps: 1 },
      schedule: { ...given.schedule, totalSteps: 20 },
    });
}

function labelledData(task: string) {
  if (task === 'tagging') {
    const files = [toy.write('tagged.tsv', 'so\tADV\ngood\tADJ\n\nbad\tADJ\none\tNOUN\n')];
    return { kind: 'conll' as const, files, word: 0, tag: 1 };
  }
  const rows = ['a good one\t1', 'a bad one\t0', 'so good\t1', 'so bad\t0'];
  const files = [toy.write('labelled.tsv', `text\tlabel\n${rows.map((row) => `${row}\n`).join('')}`)];
  return {
    kind: 'table' as const,
    files,
    text: 'text',
    [task === 'regression' ? 'score' : 'label']: 'label',
  };
}

type Entry = LmConfig['tokenizers'][string];

/** The tokenizer of running text; a file that another training makes is not there. */
function smallTokenizer({ tokenizers: { text } }: LmConfig | BertConfig): Entry {
  return text!.type === 'huggingface'
    ? { type: 'wordpiece', size: 90, lowercase: true, characterCoverage: 1, minFrequency: 2 }
    : ({ ...text, size: 90 } as Entry);
}

/** The same of language models. */
function shrinkLm(config: LmConfig): LmConfig {
  const text: LmConfig['data']['train'] = { kind: 'documents', files: toy.data.train.src, end: 'line' };
  const { data, model, schedule } = config;
  const small = { dModel: 16, dFf: 16, maxLength: 20 };
  return {
    ...config,
    threads: 1,
    data: { ...data, train: text, valid: text, test: text, contextLength: 16, batchTokens: 32 },
    tokenizers: { text: smallTokenizer(config) },
    model: { ...model, ...small },
    training: { ...config.training, maxSteps: 1 },
    schedule: {
      ...schedule,
      totalSteps: 1 + (schedule as { warmupSteps: number }).warmupSteps,
    } as typeof schedule,
  };
}

/** The same of pre-training. */
function shrinkBert(config: BertConfig): BertConfig {
  const text: BertConfig['data']['train'] = { kind: 'documents', files: toy.data.train.src, end: 'file' };
  const { data, model, schedule } = config;
  return {
    ...config,
    threads: 1,
    data: {
      ...data,
      train: text,
      valid: text,
      test: text,
      sentences: 'lines',
      contextLength: 16,
      batchTokens: 64,
    },
    tokenizers: { text: smallTokenizer(config) },
    model: { ...model, ...{ dModel: 16, dFf: 16, maxLength: 20 } },
    training: { ...config.training, maxSteps: 1, validateSteps: 1 },
    schedule: {
      ...schedule,
      totalSteps: 1 + (schedule as { warmupSteps: number }).warmupSteps,
    } as typeof schedule,
  };
}

/** The same of made-up problems. */
function shrinkProblems(config: RaspConfig): RaspConfig {
  const { data, model, schedule } = config;
  return {
    ...config,
    data: { ...data, lengths: [1, 3], contextLength: 30, batchRows: 2, maxOffset: 4 },
    evaluation: {
      ...config.evaluation,
      lengths: [2, 4],
      step: 2,
      examples: 2,
      validExamples: 2,
      atLengths: [4],
    },
    model: { ...model, ...{ dModel: 16, dFf: 16, maxLength: 64 } },
    training: { ...config.training, maxSteps: 1, validateSteps: 1 },
    schedule: { ...schedule, totalSteps: 20 } as typeof schedule,
  };
}

/** The same of tasks that turn a source into a target. */
function shrinkPairs(config: TaskConfig): TranslationConfig | ParsingConfig {
  const pair = config as TranslationConfig | ParsingConfig;
  const { batchTokens, batchSentences, ...data } = pair.data;
  const limit =
    batchTokens === undefined ? { batchSentences: Math.min(8, batchSentences!) } : { batchTokens: 128 };
  const { train, valid, test } = config.task === 'parsing' ? toy.treebank() : toy.data;
  const sized = Object.entries(pair.tokenizers).map(([name, entry]) => {
    return [name, 'size' in entry ? { ...entry, size: Math.min(90, entry.size) } : entry];
  });
  const { maxEpochs, maxMinutes, validateSteps, ...training } = config.training;
  const { schedule } = config;
  const falls = schedule.type === 'cosine' || schedule.type === 'linear';
  return {
    ...pair,
    threads: 1,
    data: { ...data, train, valid, test, ...limit },
    tokenizers: Object.fromEntries(sized),
    model: { ...pair.model, ...smallModel },
    decode: { ...pair.decode, beamSize: Math.min(2, pair.decode.beamSize), maxExtraLength: 3 },
    training: { ...training, maxSteps: 1 },
    schedule: falls ? { ...schedule, totalSteps: schedule.warmupSteps + 1 } : schedule,
  } as TranslationConfig | ParsingConfig;
}

function readComment(name: string): string {
  const text = readFileSync(resolveConfigPath(name), 'utf8');
  return text.slice(0, text.search(/^[^#]/m));
}
