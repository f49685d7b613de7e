// The configs under configs/cla/paper/ against the paper's own figures (Brandon et al. 2024, Tables 1 to 7): bytes of
// keys and values, by the formula and in the graph that generates, and the recipe. Nothing of their size is made.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listConfigs, resolveConfigPath } from '../src/config/resolve.ts';
import { buildContinuationGraph } from '../src/decode/continuation-graph.ts';
import { kvBytesPerToken } from '../src/models/layer-config.ts';
import { buildSchedule } from '../src/optim/index.ts';
import { loadTaskConfig } from '../src/tasks/config.ts';
import { describeKvCache } from '../src/tasks/kv-cache.ts';
import { buildLm, type LmConfig, lm } from '../src/tasks/lm.ts';
import { readMetrics, Toy, trainToy } from './train/toy.ts';

const FOLDER = 'cla/paper/';
const load = (name: string, set: readonly string[] = []) =>
  loadTaskConfig(resolveConfigPath(`${FOLDER}${name}`), set).value as unknown as LmConfig;
const ids = { padId: 0, bosId: 1, eosId: 2 };

/**
 * Units of a head, heads, heads of keys and values, layers that have them, bytes per token at 16 bits, of the paper's
 * tables; then the millions of parameters of our graph, which it does not give.
 */
type Row = [name: string, number, number, number, number, bytes: number, millions: number];
const rows: Row[] = [
  // Table 1.
  ['h128-mha', 128, 16, 16, 20, 163_840, 1214.681],
  ['h128-gqa4', 128, 16, 4, 20, 40_960, 1088.852],
  ['h128-gqa2', 128, 16, 2, 20, 20_480, 1067.88],
  ['h128-mqa', 128, 16, 1, 20, 10_240, 1057.395],
  ['h64-mqa', 64, 32, 1, 20, 5_120, 1052.152],
  ['h46-mqa', 46, 45, 1, 20, 3_680, 1052.479],
  ['h32-mqa', 32, 64, 1, 20, 2_560, 1049.53],
  ['h512-mqa-cla2', 512, 4, 1, 10, 20_480, 1067.921],
  ['h256-mqa-cla2', 256, 8, 1, 10, 10_240, 1057.436],
  ['h128-mqa-cla2', 128, 16, 1, 10, 5_120, 1052.193],
  ['h90-mqa-cla2', 90, 22, 1, 10, 3_600, 1045.066],
  ['h64-mqa-cla2', 64, 32, 1, 10, 2_560, 1049.571],
  ['h256-gqa4-cla2', 256, 8, 4, 10, 40_960, 1088.893],
  ['h128-gqa4-cla2', 128, 16, 4, 10, 20_480, 1067.921],
  ['h128-gqa2-cla2', 128, 16, 2, 10, 10_240, 1057.436],
  ['h128-mqa-cla3', 128, 16, 1, 7, 3_584, 1050.608],
  ['h128-mqa-cla4', 128, 16, 1, 5, 2_560, 1049.551],
  ['h128-mqa-keep-ends', 128, 16, 1, 11, 5_632, 1052.721],
  ['h128-mqa-dense-front', 128, 16, 1, 11, 5_632, 1052.721],
  ['h128-mqa-dense-back', 128, 16, 1, 11, 5_632, 1052.721],
  // Tables 5 and 7.
  ['3b-h128-mqa', 128, 24, 1, 32, 16_384, 3355.318],
  ['3b-h128-mqa-cla2', 128, 24, 1, 16, 8_192, 3342.834],
  ['3b-h64-mqa', 64, 48, 1, 32, 8_192, 3342.735],
  ['3b-h64-mqa-cla2', 64, 48, 1, 16, 4_096, 3336.542],
  ['3b-h32-mqa', 32, 96, 1, 32, 4_096, 3336.444],
];

it('every config there is a row, but for the two that rows include', () => {
  const names = listConfigs().flatMap((name) => (name.startsWith(FOLDER) ? [name.slice(FOLDER.length)] : []));
  expect(names).toEqual([...rows.map(([name]) => name), 'base-1b', 'base-3b'].sort());
});

/** The shapes of keys and values that the search of a graph hands from step to step. */
function cacheShapes(config: LmConfig): number[][] {
  const generator = buildLm(config, { size: 50_432 } as never);
  const decode = { beamSize: 1, lengthPenalty: 0, nBest: 1 };
  const { model } = buildContinuationGraph(generator, { decode, ids });
  const search = model.graph.node.find(({ op_type }) => op_type === 'Loop')!;
  const body = search.attribute.find(({ name }) => name === 'body')!.g!;
  return body.input.flatMap(({ type }) => {
    const dims = type?.tensor_type?.shape?.dim ?? [];
    return dims.length === 4 ? [dims.map(({ dim_value }) => Number(dim_value ?? 0))] : [];
  });
}

describe.each(rows)('%s', (name, headDim, numHeads, numKvHeads, kvLayers, bytes, millions) => {
  it('has the bytes of the table, by the formula and in its graph', () => {
    const config = load(name);
    const facts = describeKvCache(config, { name, run: undefined, bytesOfNumber: 2 });
    const numLayers = name.startsWith('3b') ? 32 : 20;
    expect(facts).toMatchObject({ numLayers, kvLayers, headDim, numHeads, numKvHeads, bytesPerToken: bytes });
    expect(facts.parameters / 1e6).toBeCloseTo(millions, 2);
    const shapes = cacheShapes(config);
    expect(shapes).toHaveLength(2 * kvLayers);
    // Heads and units of each place; rows and places are known only where the graph runs.
    const perToken = shapes.reduce((sum, [, heads, , units]) => sum + heads! * units!, 0);
    expect(2 * perToken).toBe(bytes);
    expect(kvBytesPerToken(buildLm(config, { size: 9 } as never).cache)).toBe(bytes);
  });

  it('has the recipe of the paper', () => {
    const { data, tokenizers, model, objective, training, optimizer, schedule } = load(name);
    const is3b = name.startsWith('3b');
    expect(model).toMatchObject({
      ...(is3b ? { dModel: 3072, dFf: 8192 } : { dModel: 2048, dFf: 5472 }),
      ...{ norm: 'pre', normType: 'layer', activation: 'swiglu', positions: 'rotary', bias: false },
      ...{ dropout: 0, attentionDropout: 0, activationDropout: 0, initialization: 'normal' },
      ...{ scaleEmbedding: false, maxLength: 2048 },
    });
    // Norms of their own are the CLA models'.
    expect('kvNorm' in model).toBe(kvLayers < (is3b ? 32 : 20));
    // Heads make up the width, as far as it can be divided.
    expect(Math.abs((numHeads * headDim) / model.dModel - 1)).toBeLessThan(0.04);
    expect(tokenizers.text).toMatchObject({ type: 'bpe', size: 50_432 });
    expect(objective.labelSmoothing).toBe(0);
    const tokens = data.batchTokens * training.accumulate;
    expect([data.contextLength, tokens]).toEqual([2048, 2048 * 2048]);
    const wanted = is3b ? 100e9 : 30e9;
    expect(Math.abs((training.maxSteps! * tokens) / wanted - 1)).toBeLessThan(1e-4);
    expect(optimizer).toMatchObject({ type: 'adamw', betas: [0.9, 0.95], weightDecay: 0.1, clipNorm: 1 });
    const peaks: Record<string, number> = { '3b-h128-mqa': 6.75e-4, '3b-h128-mqa-cla2': 2.25e-3 };
    const peak = peaks[name] ?? (is3b ? 1e-3 : 3e-4);
    const rate = buildSchedule(schedule, { dModel: model.dModel, maxSteps: training.maxSteps! });
    const warmup = Math.round(0.05 * training.maxSteps!);
    expect(rate(warmup)).toBeCloseTo(peak, 12);
    expect(rate(warmup / 2)).toBeCloseTo(peak / 2, 12);
    expect(rate(training.maxSteps!)).toBeCloseTo(peak / 10, 12);
  });
});

describe('a row that is made small', () => {
  let toy: Toy;
  beforeAll(() => {
    toy = new Toy();
  });
  afterAll(() => toy.remove());

  it.each(['h128-mqa-cla2', 'h128-mqa-dense-back'])(
    '%s trains a step with its heads and its map',
    async (name) => {
      const text = Array.from({ length: 60 }, (_, i) => `one ${'two '.repeat(1 + (i % 7))}three\n\n`).join(
        '',
      );
      const file = toy.write('text.txt', text);
      const small = load(name, [
        ...['threads=1', `data.train.files=${file}`, `data.valid.files=${file}`, 'tokenizers.text.size=30'],
        ...['data.contextLength=12', 'data.batchTokens=48', 'model.maxLength=12', 'model.dModel=32'],
        ...['model.dFf=16', 'model.headDim=2', 'training.maxSteps=1', 'training.accumulate=2'],
        ...['schedule.warmupSteps=0'],
      ]);
      expect(lm.schema().parse(small)).toEqual(small);
      const { model } = load(name);
      expect(small.model).toEqual({ ...model, dModel: 32, dFf: 16, headDim: 2, maxLength: 12 });
      const folder = toy.folder();
      const { lastStep } = await trainToy(small, folder);
      const [validation] = readMetrics(folder).filter(({ event }) => event === 'validation');
      expect(lastStep).toBe(1);
      expect(validation!.loss).toBeGreaterThan(0);
    },
  );
});
