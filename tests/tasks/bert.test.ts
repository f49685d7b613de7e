// Pre-training on documents that each have words of their own: hidden ones and next sentences are learned, other tasks
// begin with what was, and text from which nothing can be learned is told of.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { Session, Tensor } from '../../src/runtime/session.ts';
import type { BertConfig } from '../../src/tasks/bert.ts';
import { tasks } from '../../src/tasks/index.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

const WORDS = ['red', 'fish', 'blue', 'bird', 'old', 'tree', 'new', 'house', 'tall', 'ship', 'warm', 'wind'];

/** Sentences of a document that has two words: "Red fish red fish." and so on. */
const sentences = (document: number, count: number) => {
  const [a, b] = [WORDS[(2 * document) % 12]!, WORDS[(2 * document + 1) % 12]!];
  const capital = a[0]!.toUpperCase() + a.slice(1);
  return Array.from({ length: count }, () => `${capital} ${b} ${a} ${b}.`);
};
const documents = (count: number) =>
  Array.from({ length: count }, (_, d) => `${sentences(d, 8).join(' ')}\n${sentences(d, 3).join(' ')}\n\n`);

let toy: Toy;
let config: BertConfig;
let folder: RunFolder;
let trained: Awaited<ReturnType<typeof trainToy>>;

const files = (name: string, text: string, more = {}) => ({
  kind: 'documents',
  files: toy.write(name, text),
  ...more,
});
/** The small config with other settings. */
const configure = (over: Record<string, unknown> = {}) =>
  toy.build(
    {
      task: 'bert',
      model: {
        numLayers: 1,
        dModel: 32,
        dFf: 64,
        numHeads: 2,
        maxLength: 24,
        norm: 'pre',
        positions: 'learned',
        activation: 'gelu',
        segments: 2,
        embeddingNorm: true,
        pooler: true,
        scaleEmbedding: false,
        dropout: 0,
      },
      tokenizers: { text: { type: 'wordpiece', size: 90 } },
      data: {
        train: files('train.txt', documents(36).join('')),
        valid: files('valid.txt', documents(12).join('')),
        contextLength: 20,
        batchTokens: 320,
      },
      training: { maxSteps: 300, validateSteps: 150, average: 0 },
      schedule: { type: 'constant', learningRate: 0.005 },
    },
    over,
  ) as BertConfig;

beforeAll(async () => {
  toy = new Toy();
  config = configure();
  folder = toy.folder();
  trained = await trainToy(config, folder);
}, 120_000);
afterAll(() => toy.remove());

it('fills hidden words of texts; a form that transformers has not is not exported', async () => {
  const { stdout } = await tx([
    'fill',
    folder.path,
    'Blue bird [MASK] bird.',
    '--top',
    '1',
    '--threads',
    '1',
  ]);
  expect(stdout).toMatch(/^blue 0\.\d{4}\n$/);
  const out = `${folder.path}-out`;
  expect(await tx(['export', folder.path, '--format', 'hf', '-o', out])).toMatchObject({
    code: 1,
    stderr: `tx: ${folder.path}: transformers has no such model; the nearest is bert, which has model.norm: post\n`,
  });
});

it('learns hidden words and next sentences', () => {
  const last = readMetrics(folder).findLast(({ event }) => event === 'validation')!;
  expect(last.maskedAccuracy).toBeGreaterThan(0.7);
  expect(last.nextSentenceAccuracy).toBeGreaterThan(0.65);
  expect(last.loss).toBeCloseTo((last.maskedWords as number) + (last.nextSentence as number), 5);
  expect(last.perplexity).toBeCloseTo(Math.exp(last.maskedWords as number), 4);
  const result = readMetrics(folder).findLast(({ event }) => event === 'result');
  expect(result).toMatchObject({ set: 'valid', metric: 'perplexity' });
});

it('tells what the text is, and keeps it', () => {
  expect(trained.notes.filter((note) => note.startsWith('data.'))).toEqual([
    expect.stringMatching(/^data\.train: 36 documents, 396 sentences, [\d,]+ tokens$/),
    expect.stringMatching(/^data\.valid: 12 documents, 132 sentences, \d+ tokens$/),
    expect.stringMatching(/^data\.valid: \d+ pairs, in [56]\d\.\d% of which no text follows the other$/),
  ]);
  expect(trained.warnings).toEqual([]);
});

it('leaves an encoder that others can run', async () => {
  const session = await Session.create(folder.graph('encode'), { threads: 1 });
  const matrix = (...values: number[]) => new Tensor('int32', Int32Array.from(values), [1, values.length]);
  const { hidden, pooled } = await session.run({
    ids: matrix(2, 7, 3, 8, 3),
    segments: matrix(0, 0, 0, 1, 1),
  });
  await session.release();
  expect(hidden!.dims).toEqual([1, 5, 32]);
  expect(pooled!.dims).toEqual([1, 32]);
});

it('tells hidden words of a text', async () => {
  const { code, stdout } = await tx([
    'fill',
    folder.path,
    'red fish red [MASK].',
    '--json',
    '--threads',
    '1',
  ]);
  expect(code).toBe(0);
  const { hidden } = JSON.parse(stdout);
  expect(hidden).toHaveLength(1);
  expect(hidden[0].map(({ piece }: { piece: string }) => piece)).toContain('fish');
});

it('is what a task over texts begins with: the encoder by its names, and the tokenizer', async () => {
  const table = (name: string) => {
    const rows = Array.from({ length: 24 }, (_, d) => `${sentences(d, 1)[0]}\t${d % 2 ? 'odd' : 'even'}\n`);
    return {
      kind: 'table',
      files: toy.write(name, `text\tlabel\n${rows.join('')}`),
      text: 'text',
      label: 'label',
    };
  };
  const classifier = toy.build(
    {
      task: 'classification',
      model: config.model,
      tokenizers: { text: { type: 'huggingface', file: folder.tokenizer('text') } },
      data: { train: table('train.tsv'), valid: table('valid.tsv'), batchSentences: 8 },
      init: { from: folder.path },
      training: { maxSteps: 1, average: 0 },
      schedule: { type: 'constant', learningRate: 1e-9 },
    },
    {},
  );
  const run = toy.folder();
  await trainToy(classifier, run);
  const [before, after] = [folder, run].map((one) => loadSafetensors(one.checkpoint('model')).tensors);
  const shared = [...after!.keys()].filter((name) => before!.has(name));
  expect(shared).toEqual([...after!.keys()].filter((name) => !name.startsWith('classifier.')));
  expect([...before!.keys()].filter((name) => !after!.has(name)).map((name) => name.split('.')[0])).toEqual(
    expect.arrayContaining(['mlm', 'nsp']),
  );
  for (const name of shared) {
    const [a, b] = [before!.get(name)!.data as Float32Array, after!.get(name)!.data as Float32Array];
    expect(Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))).toBeLessThan(1e-6);
  }
});

it('without next sentences has one loss; the masks of whole words, and pairs that come again', async () => {
  const one = toy.folder();
  await trainToy(
    configure({
      objective: { nextSentence: false },
      masking: { mask: 1, random: 0, wholeWords: true },
      data: { dupeFactor: 2, sentences: 'lines' },
      training: { maxSteps: 4, validateSteps: 4 },
    }),
    one,
  );
  const last = readMetrics(one).findLast(({ event }) => event === 'validation')!;
  expect(Object.keys(last)).toEqual(expect.arrayContaining(['loss', 'perplexity', 'maskedAccuracy']));
  expect(Object.keys(last).filter((name) => /next|maskedWords/.test(name))).toEqual([]);
});

describe('text from which no next sentence can be learned', () => {
  const step = { training: { maxSteps: 1, validateSteps: 1 } };
  const withTrain = (train: object) => configure({ data: { train }, ...step });

  it('blank lines between sentences: an error that names what is meant', async () => {
    const text = documents(4).join('').replaceAll('. ', '.\n\n').replaceAll('.\n', '.\n\n');
    const train = files('blank.txt', text);
    await expect(trainToy(withTrain(train), toy.folder())).rejects.toThrow(
      'data.train: no document has two sentences, so none follows another; where blank lines stand between sentences set data.train.end to file',
    );
    const whole = await trainToy(withTrain({ ...train, end: 'file' }), toy.folder());
    expect(whole.warnings).toEqual([
      'data.train: there is one document, so texts that do not follow come from other places of it',
    ]);
  });

  it('most documents of one sentence: a warning that counts them', async () => {
    const text = `${documents(3).join('')}${'One sentence alone.\n\n'.repeat(9)}`;
    const { warnings } = await trainToy(withTrain(files('mixed.txt', text)), toy.folder());
    expect(warnings).toEqual([
      expect.stringMatching(/^data\.train: 9 of 12 documents have one sentence, which none follows; /),
    ]);
  });

  it('documents of one line are split; with each line a sentence they are refused', async () => {
    const text = documents(6).join('').replaceAll('.\n\n', '.\n');
    const train = files('lines.txt', text, { end: 'line' });
    expect((await trainToy(withTrain(train), toy.folder())).warnings).toEqual([]);
    const lines = configure({ data: { train, sentences: 'lines' }, ...step });
    await expect(trainToy(lines, toy.folder())).rejects.toThrow('objective.nextSentence to false');
    const single = configure({
      data: { train, sentences: 'lines' },
      objective: { nextSentence: false },
      ...step,
    });
    expect((await trainToy(single, toy.folder())).warnings).toEqual([]);
  });

  it('no text at all', async () => {
    await expect(trainToy(withTrain(files('empty.txt', '\n \n')), toy.folder())).rejects.toThrow(
      'data.train has no text',
    );
  });
});

describe('configs that are refused', () => {
  const complaint = (over: Record<string, unknown>) => {
    const { data, tokenizers, ...sections } = config;
    const input = { ...sections, data, tokenizers, ...over };
    return tasks
      .bert!.schema()
      .safeParse(input)
      .error?.issues.map(({ message }) => message);
  };

  it.each<[string, Record<string, unknown>, string]>([
    [
      'no pooler',
      { model: { numLayers: 1, segments: 2 } },
      'objective.nextSentence needs pooler: true, the vector of a pair',
    ],
    [
      'one segment',
      { model: { numLayers: 1, pooler: true } },
      'objective.nextSentence needs segments: 2, which tell two texts apart',
    ],
    [
      'more shares than there are',
      { masking: { mask: 0.9, random: 0.2 } },
      'mask and random are more than 1 together',
    ],
  ])('%s', (_, over, message) => {
    expect(complaint(over)).toContain(message);
  });

  it('examples longer than the model', () => {
    expect(complaint({ data: { ...config.data, contextLength: 30 } })).toEqual([
      'model.maxLength has 24 places for an example',
    ]);
  });

  it('a tokenizer without a piece that hides', async () => {
    const bpe = configure({ tokenizers: { text: { type: 'bpe', size: 60 } } });
    await expect(trainToy(bpe, toy.folder())).rejects.toThrow('the tokenizer has no mask piece');
  });
});
