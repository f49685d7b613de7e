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

async function withGenerator<T>(
  decode: Partial<LmConfig['decode']>,
  use: (generator: TextGenerator) => Promise<T>,
): Promise<T> {
  const generator = await TextGenerator.load(openRun<LmConfig>(folder, 'lm'), { threads: 1, decode });
  try {
    return await use(generator);
  } finally {
    await generator.release();
  }
}

it('learns: perplexity falls towards what the starts of documents leave open', () => {
  const validations = readMetrics(folder).filter(({ event }) => event === 'validation');
  expect(validations.at(-1)!.perplexity).toBeLessThan(1.5);
  const [result] = readMetrics(folder).filter(({ event }) => event === 'result');
  expect(result).toMatchObject({ set: 'test', metric: 'perplexity' });
  expect(result!.score).toBeLessThan(1.5);
});

describe('generation', () => {
  const generate = (prompts: string[], decode: Partial<LmConfig['decode']> = {}) =>
    withGenerator(decode, (generator) => generator.generate(prompts));

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

describe('sampling', () => {
  const generate = (
    prompts: string[],
    decode: Partial<LmConfig['decode']>,
    onText?: (text: string) => void,
  ) =>
    withGenerator(decode, (generator) =>
      generator.generate(prompts, onText === undefined ? {} : { onText: (_, text) => onText(text) }),
    );

  it('draws the same from the same seed, whatever stands beside, and other texts from others', async () => {
    const decode = { temperature: 3, nBest: 3, seed: 7 };
    const together = await generate(['red fish', 'old', 'blue bird old tree'], decode);
    const [alone] = await generate(['red fish'], decode);
    expect(alone!.map(({ text }) => text)).toEqual(together[0]!.map(({ text }) => text));
    const all = together.flat().map(({ text }) => text);
    expect(new Set(all).size).toBeGreaterThan(4);
    const [other] = await generate(['red fish'], { ...decode, seed: 8 });
    expect(other!.map(({ text }) => text)).not.toEqual(alone!.map(({ text }) => text));
  });

  it('tells what it writes as it does, up to a stop text', async () => {
    const told: string[] = [];
    const results = await generate(['red fish'], { stop: ['old tree', 'nothing'] }, (text) =>
      told.push(text),
    );
    const found = results[0]![0]!;
    expect(found.text).toBe('blue bird ');
    expect(told.join('')).toBe(found.text);
    expect(told.length).toBeGreaterThan(1);
    expect((await generate(['red fish'], { stop: ['bird'] }))[0]![0]!.text).toBe('blue ');
  });
});

describe('tx lm score', () => {
  const scores = async (...argv: string[]) => {
    const { code, stdout, stderr } = await tx([
      'lm',
      'score',
      folder.path,
      '--threads',
      '1',
      '--json',
      ...argv,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it('gives what validation gave, by token, word and byte', async () => {
    const [file] = config.data.valid.files as [string];
    const whole = (await scores(file, '--checkpoint', 'best')).at(-1);
    const best = readMetrics(folder).findLast(({ event, best }) => event === 'validation' && best)!;
    for (const name of ['perplexity', 'wordPerplexity', 'bytePerplexity'])
      expect(whole[name]).toBeCloseTo(best[name] as number, 4);
    // One piece a word, and one for the end of all documents but the last.
    expect(whole).toMatchObject({ file, documents: 6, tokens: 6 * 70 + 5, words: 6 * 70 + 5 });
    expect(whole.bytes).toBe(Buffer.byteLength(documents(6, 70).trim().replaceAll('\n\n', '\n')));
  });

  it('tells each piece of a document, and with a stride lets more stand before those of later contexts', async () => {
    const file = toy.write('score.txt', documents(3, 30));
    const lines = await scores(file);
    expect(lines.map(({ document }) => document)).toEqual([1, 2, 3, undefined]);
    expect(lines[0].pieces.slice(0, 3)).toEqual(['▁red', '▁fish', '▁blue']);
    expect(lines.map(({ logProbs }) => logProbs?.length)).toEqual([31, 31, 30, undefined]);
    const sum = lines
      .slice(0, 3)
      .flatMap(({ logProbs }) => logProbs)
      .reduce((a: number, b: number) => a + b, 0);
    expect(lines[3].nll).toBeCloseTo(-sum, 6);
    const overlapping = await scores(file, '--stride', '8');
    expect(overlapping[3].tokens).toBe(lines[3].tokens);
    const far = (a: number[], b: number[]) => a.map((x, i) => Math.abs(x - b[i]!) > 1e-4);
    const moved = far(lines[0].logProbs, overlapping[0].logProbs);
    // The first context has 24 labels; the next one stood at its start, and has 16 tokens before it now.
    expect(moved.slice(0, 24)).not.toContain(true);
    expect(moved[24]).toBe(true);
  });

  it('prints a table, and refuses what it cannot score', async () => {
    const run = (...argv: string[]) =>
      tx(['lm', 'score', folder.path, '--threads', '1', ...argv], { stdin: 'red fish' });
    expect((await run()).stdout).toMatch(/^file +documents +tokens .*\nstandard input +1 +2 +2 +8 /);
    expect((await run('--stride', '25')).stderr).toBe(
      'tx: a stride of 25 would leave tokens out: contexts have 24\n',
    );
    expect((await run('--stride', '0')).stderr).toBe('tx: --stride expects a whole number from 1, not 0\n');
    expect((await run('--temperature', '1')).stderr).toBe(
      'tx: --temperature is an option of tx lm generate\n',
    );
    expect((await run(toy.write('none.txt', ' \n\n'))).stderr).toMatch(/none\.txt: has no text\n$/);
  });
});

describe('tx lm generate', () => {
  it('continues prompts that are arguments', async () => {
    const run = (...argv: string[]) =>
      tx(['lm', 'generate', folder.path, '--threads', '1', '--max-tokens', '3', ...argv]);
    expect((await run('red fish', 'old')).stdout).toBe('blue bird old\ntree red fish\n');
    expect((await run('red', '-n', '2', '--temperature', '0.1')).stdout).toMatch(
      /^1\t-[\d.]+\tfish blue bird\n1\t/,
    );
    expect((await run('red', '-i', 'x.txt')).stderr).toBe(
      'tx: give prompts as arguments or --input, not both\n',
    );
    expect((await run('red', '--stride', '3')).stderr).toBe('tx: --stride is an option of tx lm score\n');
    expect((await run('red', '--top-k', '3')).stderr).toBe(
      'tx: --top-k 3: is of use only where tokens are drawn: give a temperature, such as 1\n',
    );
    expect((await run('red', '--beam-size', '2', '--temperature', '1')).stderr).toBe(
      'tx: --temperature 1: tokens are drawn for a single hypothesis: beamSize must be 1\n',
    );
  });

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
