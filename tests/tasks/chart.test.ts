import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTreebank } from '../../src/data/sources/trees.ts';
import { RunFolder } from '../../src/run/run-folder.ts';
import { spanTargets } from '../../src/tasks/chart/chart-decoder.ts';
import { treeDecoders } from '../../src/tasks/chart/decoders.ts';
import { sideTargets } from '../../src/tasks/chart/label-decoder.ts';
import { learnKnown } from '../../src/tasks/chart/learn-known.ts';
import { plainWord, SentenceReader } from '../../src/tasks/chart/reader.ts';
import { spanIndex } from '../../src/trees/chart.ts';
import { readTrees } from '../../src/trees/read.ts';
import { type Span, spansOf } from '../../src/trees/spans.ts';
import { tags, words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';
import { toyTreebank } from './toy-treebank.ts';

let toy: Toy;
let treebank: string;
/** A run that has its training trees by heart. */
let run: RunFolder;
let scored: Awaited<ReturnType<typeof trainToy>>;

beforeAll(async () => {
  toy = new Toy();
  treebank = toy.write('all.mrg', toyTreebank.join('\n'));
  const split = { kind: 'trees', files: treebank };
  run = toy.folder();
  const config = toy.chart({
    tokenizers: { text: { type: 'bpe', size: 60, dropout: 0.1 } },
    data: { train: split, valid: split, test: split },
    model: { dModel: 32, dFf: 64 },
    head: { words: 'mean', dropout: 0 },
    training: { maxEpochs: 30, scoreEvery: 15, selectBy: 'score' },
  });
  scored = await trainToy(config, run);
}, 120_000);
afterAll(() => toy.remove());

const NORMAL = ['dropTraces', 'stripFunctions', 'stripTop', 'dropRepeats'] as const;
const parse = (argv: readonly string[], stdin: string) =>
  tx(['parse', run.path, '--threads', '1', ...argv], { stdin });

describe('a run', () => {
  it('learns trees and tags by heart, and its losses fall', () => {
    const { test, samples } = scored;
    expect(test!.figures.F1).toBeGreaterThan(97);
    expect(test!.signature).toBe('evalb:collins|decoder:chart');
    expect(test!.files.hyp).toHaveLength(49);
    expect(samples).toHaveLength(1);
    const validations = readMetrics(run).filter(({ event }) => event === 'validation') as unknown as {
      loss: number;
      tagAccuracy: number;
    }[];
    expect(validations.at(-1)!.loss).toBeLessThan(validations[0]!.loss / 10);
    expect(validations.at(-1)!.tagAccuracy).toBeGreaterThan(0.97);
  });

  it('goes on, but not with other heads', async () => {
    const folder = new RunFolder(`${run.path}-copy`);
    cpSync(run.path, folder.path, { recursive: true });
    const more = await tx([
      'train',
      folder.config,
      '--run',
      folder.path,
      '--resume',
      '-q',
      '--set',
      'training.maxEpochs=31',
    ]);
    expect([more.code, more.stderr]).toEqual([0, '']);
    const other = await tx([
      'train',
      folder.config,
      '--run',
      folder.path,
      '--resume',
      '--set',
      'head.words=last',
    ]);
    expect(other.stderr).toContain('head.words');
  });
});

describe('an ensemble', () => {
  it('has the mean of the scores: of a run and itself they are the same', async () => {
    const words = 'The cat sees the dog .\nAnn sleeps .\n';
    const alone = await parse(['--tokenized', '--scores'], words);
    const both = await parse(['--tokenized', '--scores', '--ensemble', run.path], words);
    expect([both.code, both.stderr]).toEqual([0, '']);
    const columns = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t'));
    for (const [i, [, score, tree]] of columns(both.stdout).entries()) {
      const own = columns(alone.stdout)[i]!;
      expect(tree).toBe(own[2]);
      expect(Number(score)).toBeCloseTo(Number(own[1]), 3);
    }
  });

  it('of two runs lies between them, and needs the same decoder, pieces and labels', async () => {
    const other = toy.folder();
    const split = { kind: 'trees', files: treebank };
    const settings = {
      tokenizers: { text: { type: 'bpe', size: 60, dropout: 0.1 } },
      data: { train: split, valid: split, test: split },
      head: { words: 'mean', dropout: 0 },
      training: { maxEpochs: 1 },
    };
    await trainToy(toy.chart({ ...settings, seed: 2 }), other);
    const line = 'The cat sees the dog .\n';
    const labelled = async (...argv: string[]) =>
      JSON.parse((await parse(['--tokenized', '--json', ...argv], line)).stdout).score as number;
    const both = await labelled('--ensemble', other.path);
    expect(both).toBeLessThan(await labelled());
    expect(both).toBeCloseTo(
      JSON.parse(
        (
          await tx(['parse', other.path, '--tokenized', '--json', '--ensemble', run.path, '--threads', '1'], {
            stdin: line,
          })
        ).stdout,
      ).score,
      3,
    );
    const odd = toy.folder();
    await trainToy(toy.chart({ ...settings, decoder: 'labels' }), odd);
    expect((await parse(['--ensemble', odd.path], line)).stderr).toBe(
      `tx: ${odd.path}: its decoder is not that of ${run.path}; one ensemble has one\n`,
    );
  }, 60_000);
});

describe('tx parse', () => {
  it('splits raw text, and gives a tree a line', async () => {
    const { code, stdout, stderr } = await parse([], 'The dog sleeps.\n\nAnn sees a cat with two hats.\n');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[1]).toBe('');
    expect(words(readTrees(lines[0]!)[0]!)).toEqual(['The', 'dog', 'sleeps', '.']);
    expect(tags(readTrees(lines[2]!)[0]!).at(-1)).toBe('.');
  });

  it('has the training trees of words, which eval-parse scores as training did', async () => {
    const trees = readTreebank([treebank], NORMAL);
    const input = trees.map((tree) => `${words(tree).join(' ')}\n`).join('');
    const { stdout } = await parse(['--tokenized'], input);
    const gold = toy.write('gold.mrg', trees.map((tree) => `${writeTree(tree)}\n`).join(''));
    const { stdout: json } = await tx(['eval-parse', gold, toy.write('parsed.mrg', stdout), '--json']);
    expect(JSON.parse(json).all.f1).toBeCloseTo(scored.test!.figures.F1!, 1);
  });

  it('tells score and confidence in JSON', async () => {
    const { stdout } = await parse(['--json', '--tokenized'], 'the dog sleeps .\n');
    const { score, spans, tags: found } = JSON.parse(stdout);
    expect(score).toBeLessThanOrEqual(0);
    expect(score).toBeGreaterThan(-2);
    expect(found).toEqual(['DT', 'NN', 'VBZ', '.']);
    expect(spans[0]).toMatchObject({ label: 'S', start: 0, end: 4 });
    for (const { confidence } of spans) expect(confidence).toBeGreaterThan(0.5);
    const { stdout: numbered } = await parse(
      ['--scores', '--tokenized', '-f', 'bracket'],
      'the dog sleeps .\n',
    );
    expect(numbered).toMatch(/^1\t-[01]\.\d+\t\(S/);
  });

  it('keeps the words of lines that are too long, and unknown ones', async () => {
    const long = Array<string>(60).fill('dog').join(' ');
    const { code, stdout, stderr } = await parse(['--tokenized'], `日本 ( x\n${long}\n`);
    expect(code).toBe(0);
    const trees = stdout
      .trimEnd()
      .split('\n')
      .map((line) => readTrees(line)[0]!);
    expect(trees.map((tree) => words(tree).join(' '))).toEqual(['日本 -LRB- x', long]);
    expect(stderr).toMatch(/line 2|:2: \d+ tokens, more than the model takes/);
  });

  it.each([['--beam-size', '3'], ['--unconstrained']])('has no use for %s', async (...options) => {
    const { code, stderr } = await parse(options, 'A dog.\n');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${options[0]} is for runs that search`)]);
  });

  it('has several trees of a sentence, with scores and with confidence in drawings', async () => {
    const { code, stdout } = await parse(
      ['--tokenized', '--n-best', '3', '--json'],
      'the dog sleeps .\nAnn\n',
    );
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ index, rank }) => [index, rank])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    const scores = rows.slice(0, 3).map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.reduce((sum, score) => sum + Math.exp(score), 0)).toBeLessThanOrEqual(1.0001);
    const drawing = await parse(['--tokenized', '--n-best', '2', '-f', 'ascii'], 'the dog sleeps .\n');
    expect(drawing.stdout).toMatch(/#1 {2}rank 2 {2}score -\d/);
    expect(drawing.stdout).toMatch(/[A-Z]+ \d\d?%/);
    const { stderr } = await parse(['--n-best', '0'], 'A dog.\n');
    expect(stderr).toContain('--n-best expects a whole number from 1 to 1,000, not 0');
  });

  it('keeps what is given of a tree', async () => {
    const { code, stdout, stderr } = await parse(['--partial', '--json'], 'the (NP (CD dog) sleeps) .\n');
    expect([code, stderr]).toEqual([0, '']);
    const { words: read, tags: found, spans, source } = JSON.parse(stdout);
    expect([read, found[1], source]).toEqual([['the', 'dog', 'sleeps', '.'], 'CD', 'the dog sleeps .']);
    expect(spans.find(({ start, end }: Span) => start === 1 && end === 3)).toMatchObject({
      label: 'NP',
      confidence: 1,
    });
    const two = await parse(['--partial', '--n-best', '2'], 'the ( dog sleeps ) .\n');
    for (const line of two.stdout.trimEnd().split('\n')) {
      const [tree] = readTrees(line.split('\t')[2]!);
      expect(spansOf(tree!).some(({ start, end }) => start === 1 && end === 3)).toBe(true);
    }
  });

  it.each([
    ['the (NPP dog sleeps) .', 'no constituent of the run\'s treebank is called "NPP"; did you mean'],
    ['the (XQ dog) .', "neither a constituent nor a tag of the run's treebank is called"],
    ['(PP (VP (S the dog))) .', "the run's treebank has never PP over VP over S of the same words"],
    ['the (NP dog .', 'a "(" has no ")"'],
  ])('refuses %s', async (line, message) => {
    const { code, stderr } = await parse(['--partial'], `A dog .\n${line}\n`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr).toContain('2');
  });

  it('tells of damaged files', async () => {
    const folder = `${run.path}-damaged`;
    cpSync(run.path, folder, { recursive: true });
    writeFileSync(new RunFolder(folder).labels, '{"labels": [');
    const { code, stderr } = await tx(['parse', folder], { stdin: 'A dog.\n' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('labels.json: is not what tx train writes')]);
  });
});

describe('a sentence of 300 words', () => {
  const line = Array.from({ length: 300 }, (_, i) => ['the', 'dog', 'sees', 'Ann', 'and'][i % 5]!).join(' ');

  it.each(['chart', 'labels'])(
    'is parsed whole: %s',
    async (decoder) => {
      const folder = toy.folder();
      const training = { maxEpochs: undefined, maxSteps: 1 };
      await trainToy(toy.chart({ decoder, training, model: { maxLength: 2048 } }), folder);
      const argv = ['parse', folder.path, '--tokenized', '--threads', '1'];
      const { code, stdout, stderr } = await tx(argv, { stdin: `${line}\n` });
      expect([code, stderr]).toEqual([0, '']);
      expect(words(readTrees(stdout)[0]!).join(' ')).toBe(line);
    },
    60_000,
  );
});

describe('the margin between trees', () => {
  it('is learned, goes on as it would have, and is of a chart alone', async () => {
    const config = toy.chart({
      objective: { loss: 'margin' },
      training: { maxEpochs: 4, scoreEvery: 4 },
      model: { dropout: 0.1 },
      head: { dropout: 0.1 },
    });
    const [whole, halved] = [toy.folder(), toy.folder()];
    const { lastStep } = await trainToy(config, whole);
    const losses = readMetrics(whole).flatMap(({ event, marginLoss }) =>
      event === 'validation' ? [marginLoss as number] : [],
    );
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    await trainToy(config, halved, { stopAt: Math.floor(lastStep / 2) });
    await trainToy(config, halved, { resume: true });
    const model = (folder: RunFolder) => readFileSync(folder.checkpoint('model'));
    expect(readMetrics(halved)).toEqual(readMetrics(whole));
    expect(model(halved).equals(model(whole))).toBe(true);
    expect(() => toy.chart({ objective: { loss: 'margin' }, decoder: 'labels' })).toThrow('decoder: chart');
  }, 120_000);
});

describe('characters', () => {
  const split = () => ({ kind: 'trees', files: treebank });
  const spelt = () =>
    toy.chart({
      tokenizers: { text: { type: 'word', size: 8 } },
      characters: { size: 8, filters: 32, width: 3, dropout: 0 },
      data: { train: split(), valid: split() },
      model: { dModel: 32, dFf: 64 },
      head: { words: 'mean', dropout: 0 },
      training: { maxEpochs: 30, scoreEvery: 15, selectBy: 'score' },
    });

  it('tell words apart that no piece stands for, and parse words that are new', async () => {
    const folder = toy.folder();
    await trainToy(spelt(), folder);
    const { stdout, stderr } = await tx(['parse', folder.path, '--threads', '1'], {
      stdin: "Ann sees the man's garden.\nThe doggy sleeps.\n",
    });
    const trees = stdout
      .trimEnd()
      .split('\n')
      .map((line) => readTrees(line)[0]!);
    expect(stderr).toBe('');
    expect(tags(trees[0]!)).toEqual(['NNP', 'VBZ', 'DT', 'NN', 'POS', 'NN', '.']);
    expect(words(trees[1]!)).toEqual(['The', 'doggy', 'sleeps', '.']);
    expect(spansOf(trees[1]!)[0]).toEqual({ start: 0, end: 4, label: 'S' });
    const exported = await tx(['export', folder.path, '--format', 'hf', '-o', `${folder.path}-hf`]);
    expect([exported.code, exported.stderr]).toEqual([
      2,
      expect.stringContaining('its encoder reads the characters of words beside pieces'),
    ]);
  }, 60_000);

  it('are not known without the setting', () => {
    expect(
      learnKnown(readTrees('(S (NP (NN b)))'), treeDecoders.chart, (word) => `${word}${word}`).characters,
    ).toEqual(['b']);
    expect(learnKnown(readTrees('(S (NP (NN b)))'), treeDecoders.chart).characters).toBeUndefined();
  });
});

describe('the decoder labels', () => {
  it('learns trees by heart, and tells log p of the best', async () => {
    const folder = toy.folder();
    const split = { kind: 'trees', files: treebank };
    const config = toy.chart({
      decoder: 'labels',
      tokenizers: { text: { type: 'bpe', size: 60 } },
      data: { train: split, valid: split, test: split },
      model: { dModel: 32, dFf: 64 },
      head: { words: 'mean', dropout: 0 },
      training: { maxEpochs: 30, scoreEvery: 15, selectBy: 'score' },
    });
    const { test } = await trainToy(config, folder);
    expect(test!.figures.F1).toBeGreaterThan(95);
    expect(test!.signature).toBe('evalb:collins|decoder:labels');
    const of = (argv: string[], stdin: string) =>
      tx(['parse', folder.path, '--threads', '1', ...argv], { stdin });
    const { stdout } = await of(['--tokenized', '--scores', '--json'], 'the dog sleeps .\ndog\n');
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first.score).toBeLessThanOrEqual(0);
    expect(first.score).toBeGreaterThan(-1);
    expect(first.spans[0]).toEqual({ label: 'S', start: 0, end: 4 });
    expect([second.words, first.tags.at(-1)]).toEqual([['dog'], '.']);
    const long = Array<string>(60).fill('dog').join(' ');
    const cut = await of(['--tokenized'], `${long}\n`);
    expect(words(readTrees(cut.stdout)[0]!).join(' ')).toBe(long);
    for (const option of ['--partial', '--n-best=2']) {
      const { code, stderr } = await of([option], 'dog\n');
      expect([code, stderr]).toEqual([2, expect.stringContaining('is for runs with decoder: chart')]);
    }
  }, 60_000);

  it('has targets that the run knows', () => {
    const [tree, other] = readTrees('(S (NP (DT a) (NN b)) (VP (VB c))) (S (QP (DT a) (NN b)) (VP (UH c)))');
    const known = learnKnown([tree!], treeDecoders.labels);
    expect(known).toEqual({ labels: ['l', 'r', 'rVP'], gaps: ['(NP', '(S', ')*'], tags: ['DT', 'NN', 'VB'] });
    const of = sideTargets(known);
    expect(of(tree!, 3)).toEqual({ leaves: [0, 1, 2], gaps: [0, 1], tags: [0, 1, 2] });
    expect(of(other!, 3)).toEqual({ leaves: [0, 1, 2], gaps: [-1, 1], tags: [0, 1, -1] });
    expect(of(tree!, 2)).toEqual({ leaves: [0, 1], gaps: [0], tags: [0, 1] });
  });
});

describe('words', () => {
  it('are read as text has them', () => {
    expect(['-LRB-', '1\\/2', '``', "''", '\\*'].map((word) => plainWord(word, false))).toEqual([
      '(',
      '1/2',
      '``',
      "''",
      '*',
    ]);
    expect(['``', "''"].map((word) => plainWord(word, true))).toEqual(['"', '"']);
  });

  it('have places for all their pieces, and those without room are left out', () => {
    const tokenizer = {
      special: { pad: 0, unk: 1, bos: 2, eos: 3 },
      encode: (text: string) => [...text.trim()].map(() => 9),
    } as never;
    const read = (maxLength: number) =>
      new SentenceReader(tokenizer, { maxLength, isForeign: false }).read(['ab', 'c', 'def']);
    expect(read(20)).toEqual({
      ids: Int32Array.of(2, 9, 9, 9, 9, 9, 9, 3),
      words: [
        [0, 1],
        [1, 3],
        [3, 4],
        [4, 7],
        [7, 8],
      ],
      spellings: ['ab', 'c', 'def'],
    });
    expect(read(6).words).toEqual([
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(read(3).words).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(() => read(2)).toThrow('at least 3 are needed');
  });
});

it('targets are spans and tags that the run knows', () => {
  const [tree, other] = readTrees('(S (NP (DT a) (NN b)) (VP (VB c))) (S (QP (DT a) (NN b)) (VP (UH c)))');
  const known = learnKnown([tree!], treeDecoders.chart);
  expect(known).toEqual({ labels: ['NP', 'S', 'VP'], tags: ['DT', 'NN', 'VB'] });
  const of = spanTargets(known);
  expect(of(tree!, 3)).toEqual({
    labels: [
      [spanIndex(0, 3), 2],
      [spanIndex(0, 2), 1],
      [spanIndex(2, 3), 3],
    ],
    tags: [0, 1, 2],
  });
  expect(of(other!, 3)).toMatchObject({
    labels: [
      [3, 2],
      [1, -1],
      [5, 3],
    ],
    tags: [0, 1, -1],
  });
  expect(of(tree!, 2)).toEqual({ labels: [[1, 1]], tags: [0, 1] });
});
