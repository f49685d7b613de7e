// A language model of a text that repeats itself: it learns the period, writes it on, and stops where documents end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import type { LmConfig } from '../../src/tasks/lm.ts';
import { openRun } from '../../src/tasks/open-run.ts';
import { TextGenerator } from '../../src/tasks/text-generator.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

const PERIOD = ['red', 'fish', 'blue', 'bird', 'old', 'tree'];
/** A document of `words` words of the period, from any of them on. */
const document = (start: number, words: number) =>
  Array.from({ length: words }, (_, i) => PERIOD[(start + i) % PERIOD.length]).join(' ');
const documents = (count: number, words: number) =>
  Array.from({ length: count }, (_, i) => `${document(i, words)}\n\n`).join('');

let toy: Toy;
let folder: RunFolder;
let config: LmConfig;

beforeAll(async () => {
  toy = new Toy();
  const files = (name: string, text: string) => ({ kind: 'documents', files: toy.write(name, text) });
  config = toy.build(
    {
      task: 'lm',
      model: {
        numLayers: 1,
        dModel: 32,
        dFf: 64,
        numHeads: 2,
        maxLength: 32,
        positions: 'rotary',
        norm: 'pre',
      },
      tokenizers: { text: { type: 'word', size: 20 } },
      data: {
        train: files('train.txt', documents(30, 70)),
        valid: files('valid.txt', documents(6, 70)),
        test: files('test.txt', documents(6, 70)),
        contextLength: 24,
        batchTokens: 192,
      },
      decode: { maxTokens: 8 },
      training: { maxSteps: 90, scoreEvery: 1, average: 0 },
    },
    {},
  ) as LmConfig;
  folder = toy.folder();
  await trainToy(config, folder);
});
afterAll(() => toy.remove());

it('learns: perplexity falls towards what the starts of documents leave open', () => {
  const validations = readMetrics(folder).filter(({ event }) => event === 'validation');
  expect(validations.at(-1)!.perplexity).toBeLessThan(1.5);
  const [result] = readMetrics(folder).filter(({ event }) => event === 'result');
  expect(result).toMatchObject({ set: 'test', metric: 'perplexity' });
  expect(result!.score).toBeLessThan(1.5);
});

describe('generation', () => {
  const generate = async (prompts: string[], decode: Partial<LmConfig['decode']> = {}) => {
    const generator = await TextGenerator.load(openRun<LmConfig>(folder, 'lm'), { threads: 1, decode });
    try {
      return await generator.generate(prompts);
    } finally {
      await generator.release();
    }
  };

  it('writes the period on; prompts of other lengths beside do not matter', async () => {
    const prompts = ['blue bird old', 'red fish', 'tree red fish blue', 'old tree'];
    const together = await generate(prompts);
    expect(together.map(([best]) => best!.text.split(' ').slice(0, 3))).toEqual([
      ['tree', 'red', 'fish'],
      ['blue', 'bird', 'old'],
      ['bird', 'old', 'tree'],
      ['red', 'fish', 'blue'],
    ]);
    for (const [i, prompt] of prompts.entries()) {
      const alone = (await generate([prompt]))[0]![0]!;
      expect(alone.text).toBe(together[i]![0]!.text);
      expect(alone.score).toBeCloseTo(together[i]![0]!.score, 4);
    }
  });

  it('has as many tokens as asked for, and begins documents without a prompt', async () => {
    const best = (await generate([''], { maxTokens: 5 }))[0]![0]!;
    const words = best.text.split(' ');
    expect(words).toHaveLength(5);
    const start = PERIOD.indexOf(words[0]!);
    expect(best.text).toBe(document(start, 5));
  });

  it('gives several continuations, best first', async () => {
    const [found] = await generate(['red fish'], { beamSize: 3, nBest: 3, maxTokens: 4 });
    expect(found).toHaveLength(3);
    expect(found!.map(({ score }) => score)).toEqual(
      found!.map(({ score }) => score).toSorted((a, b) => b - a),
    );
  });

  it('cuts the start of a prompt that is too long, and says so', async () => {
    const cut: number[][] = [];
    const generator = await TextGenerator.load(openRun<LmConfig>(folder, 'lm'), {
      threads: 1,
      onTruncated: (line, tokens) => cut.push([line, tokens]),
    });
    const best = (await generator.generate([document(0, 60)]))[0]![0]!;
    await generator.release();
    expect(cut).toEqual([[0, 60]]);
    expect(best.text.split(' ')).toHaveLength(2);
  });
});

describe('tx lm generate', () => {
  it('answers line by line', async () => {
    const stdin = 'red fish\n\nold\n';
    const { code, stdout, stderr } = await tx(
      ['lm', 'generate', folder.path, '--max-tokens', '3', '--threads', '1'],
      { stdin },
    );
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('blue bird old');
    expect(lines[2]).toBe('tree red fish');
    expect(lines).toHaveLength(4);
  });

  it('gives JSON, and n-best lists with numbers and scores', async () => {
    const json = await tx(['lm', 'generate', folder.path, '--json', '--threads', '1'], { stdin: 'red\n' });
    const { prompt, continuations } = JSON.parse(json.stdout);
    expect(prompt).toBe('red');
    expect(continuations[0].text).toMatch(/^fish blue bird/);
    const argv = ['lm', 'generate', folder.path, '--n-best', '2', '--beam-size', '2', '--threads', '1'];
    const list = await tx(argv, { stdin: 'red\nold\n' });
    expect(
      list.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(['1', '1', '2', '2']);
  });

  it('refuses what it cannot do', async () => {
    const run = (...argv: string[]) => tx(['lm', 'generate', ...argv], { stdin: 'x\n' });
    expect((await run(folder.path, '--max-tokens', '0')).stderr).toMatch(/^tx: --max-tokens 0: /);
    expect((await run(folder.path, '--n-best', '2')).stderr).toBe(
      "tx: --n-best 2 needs a --beam-size as large; the run's is 1\n",
    );
    expect((await tx(['translate', folder.path], { stdin: 'x\n' })).stderr).toBe(
      `tx: ${folder.path}: is a run of the task lm, not translation; use tx lm generate\n`,
    );
  });
});

it('goes on with the same text alone, to the same parameters', async () => {
  const training = { ...config.training, maxSteps: 12 };
  const [whole, parts] = [toy.folder(), toy.folder()];
  await trainToy({ ...config, training }, whole);
  await trainToy({ ...config, training }, parts, { stopAt: 5 });
  await trainToy({ ...config, training }, parts, { resume: true });
  expect(readMetrics(parts)).toEqual(readMetrics(whole));
  const other = { ...config.data.train, files: [toy.write('other.txt', documents(29, 70))] };
  const changed = { ...config, training, data: { ...config.data, train: other } };
  await expect(trainToy(changed, parts, { resume: true })).rejects.toThrow(
    'data.train is not what the run was trained on',
  );
});

it('refuses contexts that the model has no places for, and text without documents', async () => {
  const build = (data: object) => () => toy.build(config as never, { data });
  expect(build({ contextLength: 33 })).toThrow('model.maxLength has 32 places for a context');
  const empty = { kind: 'documents', files: [toy.write('empty.txt', '\n \n\n')] };
  const without = build({ train: empty })() as LmConfig;
  await expect(trainToy(without, toy.folder())).rejects.toThrow(/^data\.train has no text: .*empty\.txt$/);
});
