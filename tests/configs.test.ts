// Every config under configs/: it is valid, and a small copy of it trains one step. The toy corpus stands in for its data.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { listConfigs, resolveConfigPath } from '../src/config/resolve.ts';
import { configSchema, type TrainConfig } from '../src/tasks/config.ts';
import { benchSchema, benchTraining } from '../src/train/bench.ts';
import { readMetrics, smallModel, Toy, trainToy } from './train/toy.ts';

const names = listConfigs();
const isBench = (name: string) => name.startsWith('bench/');

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

it('there are configs of both kinds', () => {
  expect(names.some(isBench)).toBe(true);
  expect(names.some((name) => !isBench(name))).toBe(true);
});

describe.each(names.filter((name) => !isBench(name)))('%s', (name) => {
  it('says what it reproduces and its command', () => {
    const text = readComment(name);
    expect(text).toContain(`tx train ${name}`);
  });

  it('trains a step', async () => {
    const full = loadConfig(resolveConfigPath(name), configSchema).value;
    const small = shrink(full);
    expect(configSchema.parse(small)).toEqual(small);
    const folder = toy.folder();
    const { lastStep, test, samples } = await trainToy(small, folder);
    expect([lastStep, test?.files.hyp?.length]).toEqual([1, 12]);
    expect(samples).toHaveLength(Math.min(12, small.evaluation.samples));
    expect(readMetrics(folder)[0]).toMatchObject({ event: 'validation', step: 1 });
    // What the run's folder has is the config again.
    expect(loadConfig(folder.config, configSchema).value).toEqual(small);
  });
});

describe.each(names.filter(isBench))('%s', (name) => {
  it('says its command', () => {
    expect(readComment(name)).toContain(`tx bench train --config ${name}`);
  });

  it('takes a step', async () => {
    const full = loadConfig(resolveConfigPath(name), benchSchema).value;
    const sizes = { vocabSize: 40, batchSentences: 3, srcLength: 5, tgtLength: 6, warmupSteps: 1, steps: 1 };
    const small = benchSchema.parse({ ...full, ...sizes, model: { ...full.model, ...smallModel } });
    const result = await benchTraining(small, { profile: false });
    expect(result.steps).toBe(1);
    expect(result.losses.every(Number.isFinite)).toBe(true);
  });
});

/** The same settings but for sizes, data, and the end of training. */
function shrink(config: TrainConfig): TrainConfig {
  const { batchTokens, batchSentences } = config.data;
  const limit =
    batchTokens === undefined ? { batchSentences: Math.min(8, batchSentences!) } : { batchTokens: 128 };
  const { srcLang, tgtLang, filter, padToMultiple } = config.data;
  const { train, valid, test } = config.task === 'parsing' ? toy.treebank() : toy.data;
  const { models, ...vocabulary } = config.vocabulary;
  const { maxEpochs, maxMinutes, validateSteps, ...training } = config.training;
  const { schedule } = config;
  const falls = schedule.type === 'cosine' || schedule.type === 'linear';
  return {
    ...config,
    threads: 1,
    data: { srcLang, tgtLang, filter, padToMultiple, train, valid, test, ...limit },
    vocabulary: { ...vocabulary, size: 90 },
    model: { ...config.model, ...smallModel },
    decode: { ...config.decode, beamSize: Math.min(2, config.decode.beamSize), maxExtraLength: 3 },
    training: { ...training, maxSteps: 1 },
    schedule: falls ? { ...schedule, totalSteps: schedule.warmupSteps + 1 } : schedule,
  };
}

function readComment(name: string): string {
  const text = readFileSync(resolveConfigPath(name), 'utf8');
  return text.slice(0, text.search(/^[^#]/m));
}
