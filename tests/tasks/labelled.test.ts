// What may be told of texts beside one class: several classes, scores, tags, and all of pairs of texts; what a config
// may ask for, and what it may not.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabelResults } from '../../src/run/label-results.ts';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { buildJob } from '../../src/tasks/job.ts';
import type { LabelledConfig } from '../../src/tasks/labelled/config.ts';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const WORDS = ['red', 'green', 'blue', 'white', 'black', 'brown'];
const all = WORDS.flatMap((a) => WORDS.map((b) => [a, b] as const));

type Sections = Record<string, unknown>;

function build(task: string, split: (name: string) => unknown, over: Sections = {}): LabelledConfig {
  return toy.build(
    {
      task,
      model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 16, norm: 'pre', dropout: 0 },
      tokenizers: { text: { type: 'word', size: 40 } },
      data: { train: split('train'), valid: split('valid'), batchSentences: 12 },
      training: { maxEpochs: 40, average: 0, logSteps: 10 },
      head: { dropout: 0 },
    },
    over,
  ) as unknown as LabelledConfig;
}

async function train(config: LabelledConfig): Promise<RunFolder> {
  const folder = toy.folder();
  await trainToy(config as TaskConfig, folder);
  return folder;
}

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const classify = (folder: RunFolder, argv: string[], stdin = '') =>
  tx(['classify', folder.path, '--threads', '1', ...argv], { stdin });

describe('several classes', () => {
  let config: LabelledConfig;
  let folder: RunFolder;
  const table = () =>
    toy.write(
      'sets.jsonl',
      all
        .map(([a, b]) => {
          const topics = [...new Set([a, b])].filter((word) => word.startsWith('b'));
          return `${JSON.stringify({ text: `${a} and ${b}`, topics })}\n`;
        })
        .join(''),
    );
  beforeAll(async () => {
    config = build('classification', () => ({
      kind: 'table',
      files: table(),
      text: 'text',
      labels: 'topics',
    }));
    folder = await train(config);
  });

  it('are found where they are', async () => {
    const result = readMetrics(folder).at(-1)!;
    expect(result).toMatchObject({ event: 'result', metric: 'microF1', accuracy: 1, score: 1 });
    expect(readLabelResults(folder, 'valid')!.classes!.map(({ name }) => name)).toEqual([
      'black',
      'blue',
      'brown',
    ]);
    const [first] = linesOf(folder.result('valid.jsonl'));
    expect(first).toMatchObject({ text: 'red and red', labels: [], predicted: [] });
  });

  it('tx classify lists them', async () => {
    const { stdout } = await classify(folder, ['blue and black', 'red and green']);
    expect(stdout).toMatch(/^black,blue\t0\.\d{4},0\.\d{4}\n\t\n$/);
    const json = JSON.parse((await classify(folder, ['--json', 'red and brown'])).stdout);
    expect(json).toMatchObject({ text: 'red and brown', labels: ['brown'] });
    expect(Object.keys(json.probabilities)).toEqual(['black', 'blue', 'brown']);
  });

  it('have no label smoothing, and one column', () => {
    const split = (columns: object) => () => ({ kind: 'table', files: 'a.tsv', text: 'text', ...columns });
    const of =
      (columns: object, over: Sections = {}) =>
      () =>
        build('classification', split(columns), over);
    expect(of({ labels: 'x' }, { objective: { labelSmoothing: 0.1 } })).toThrow(
      'is for texts with one class each',
    );
    expect(of({ labels: 'x', label: 'y' })).toThrow('needs a column: label or labels, one of them');
    expect(of({})).toThrow('needs a column: label or labels, one of them');
    expect(of({ label: 'y', separator: ';' })).toThrow('stands between several labels of a text');
    expect(of({ label: 'y' }, { head: { pooling: 'pooler' } })).toThrow('the model has no pooler');
  });
});

describe('pairs', () => {
  let folder: RunFolder;
  let table: string;
  beforeAll(async () => {
    // Whether both texts are of one colour.
    const rows = all.map(([a, b], i) => `${a}\t${i}\tit is ${b}\t${a === b ? 'same' : 'other'}\n`);
    table = toy.write('pairs.tsv', `first\tid\tsecond\tlabel\n${rows.join('')}`);
    const split = () => ({ kind: 'table', files: table, text: 'first', pair: 'second', label: 'label' });
    const over = {
      model: { positions: 'learned', segments: 2 },
      training: { maxEpochs: 60, selectBy: 'f1.same' },
      objective: { classWeights: 'balanced' },
    };
    folder = await train(build('classification', split, over));
  });

  it('are told by the figure that the config chooses by', () => {
    const result = readMetrics(folder).at(-1)!;
    expect(result).toMatchObject({ event: 'result', metric: 'f1.same' });
    expect(result.score).toBeGreaterThan(0.9);
    expect(linesOf(folder.result('valid.jsonl'))[0]).toMatchObject({
      text: 'red',
      pair: 'it is red',
      label: 'same',
    });
  });

  it('tx classify reads them with a tab between, as arguments, or of a table', async () => {
    const { stdout } = await classify(folder, [], 'red\tit is red\nred\tit is blue\n');
    expect(stdout).toMatch(/^same\t0\.\d{4}\nother\t0\.\d{4}\n$/);
    expect((await classify(folder, ['red', 'it is red', 'red', 'it is blue'])).stdout).toBe(stdout);
    const whole = (await classify(folder, ['-i', table, '--text', 'first', '--json'])).stdout;
    expect(whole.trimEnd().split('\n')).toHaveLength(all.length);
    expect(JSON.parse(whole.split('\n')[1]!)).toMatchObject({
      text: 'red',
      pair: 'it is green',
      label: 'other',
    });
  });

  it('--score prints figures', async () => {
    const told = JSON.parse((await classify(folder, ['-i', table, '--score', '--json'])).stdout);
    const { weights: _, ...kept } = JSON.parse(readFileSync(folder.result('valid.json'), 'utf8'));
    expect(told).toEqual({ rows: all.length, ...kept });
    const out = toy.write('out.txt', '');
    const { stdout } = await classify(folder, ['-i', table, '--score', '-o', out]);
    expect(stdout).toMatch(/^rows +36\naccuracy +[01]\.\d+\n/);
    expect(stdout).toMatch(/\nclass +precision +recall +F1 +expected +found\nother +/);
    expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(all.length);
  });

  it.each([
    [['red'], 'the run reads pairs: give an even number of texts, not 1'],
    [['--text', 'first'], 'a table is read from a file'],
    [['-i', '{}', '--text', '0'], 'all as names or all as numbers'],
    [['-i', '{}', '--text', 'none'], 'no column none'],
    [
      ['-i', '{}', '--score', '--label', 'id'],
      'pairs.tsv: row 1 has the label "0", which data.train has not',
    ],
    [['-i', '{}', 'red', 'red'], 'not both'],
  ])('%j: %s', async (argv, message) => {
    const given = argv.map((word) => (word === '{}' ? table : word));
    const { code, stderr } = await classify(folder, given);
    expect([code > 0, stderr]).toEqual([true, expect.stringContaining(message)]);
  });

  it('a line that is no pair is told with its place', async () => {
    const { code, stderr } = await classify(folder, [], 'a\tb\na\n');
    expect([code, stderr]).toEqual([1, expect.stringContaining('standard input:2: the run reads pairs')]);
  });
});

describe('scores', () => {
  let folder: RunFolder;
  beforeAll(async () => {
    // In units in which nothing could be learned with such rates.
    const rows = all.map(([a, b]) => `${a} ${b},${1e6 * (WORDS.indexOf(a) + WORDS.indexOf(b)) + 7}\n`);
    const files = toy.write('scores.csv', `text,price\n${rows.join('')}`);
    folder = await train(
      build('regression', () => ({ kind: 'table', files, text: 'text', score: 'price' }), {
        training: { selectBy: 'pearson', patience: 15 },
      }),
    );
  });

  it('are found in their own units', async () => {
    const result = readMetrics(folder).at(-1)!;
    expect(result).toMatchObject({ event: 'result', metric: 'pearson' });
    expect([result.score, result.spearman]).toEqual([
      expect.toSatisfy((x) => x > 0.95),
      expect.toSatisfy((x) => x > 0.9),
    ]);
    expect(result.rmse).toBeLessThan(1e6);
    const { stdout } = await classify(folder, ['brown brown', 'red red']);
    const [high, low] = stdout.trimEnd().split('\n').map(Number);
    expect(high! - low!).toBeGreaterThan(5e6);
    const [line] = linesOf(folder.result('valid.jsonl'));
    expect(line).toMatchObject({ text: 'red red', score: 7 });
    expect(line.predicted).not.toBe(7);
  });

  it('are numbers, and not all the same', async () => {
    const of = (text: string) => {
      const files = toy.write('odd.csv', `text,price\n${text}`);
      return trainToy(
        build('regression', () => ({ kind: 'table', files, text: 'text', score: 'price' })) as TaskConfig,
        toy.folder(),
      );
    };
    await expect(of('a,1\nb,x\n')).rejects.toThrow('data.train: row 2 has the score "x"; a number');
    await expect(of('a,1\nb,\n')).rejects.toThrow('row 2 has the score ""');
    await expect(of('a,2\nb,2.0\n')).rejects.toThrow('data.train: all texts have the score 2');
  });
});

describe('tags', () => {
  let config: LabelledConfig;
  let folder: RunFolder;
  const SENTENCES = WORDS.flatMap((word, i) => [
    `the\tO\n${word}\tB-COL\n${WORDS[(i + 1) % 6]}\tI-COL\nhouse\tO\n\n`,
    `${word}\tB-COL\nis\tO\nit\tO\n\n`,
  ]).join('');
  beforeAll(async () => {
    const files = toy.write('tags.tsv', SENTENCES);
    config = build('tagging', () => ({ kind: 'conll', files }), { training: { maxEpochs: 60 } });
    folder = await train(config);
  });

  it('are found; entities count whole', () => {
    const result = readMetrics(folder).at(-1)!;
    expect(result).toMatchObject({ event: 'result', metric: 'entityF1', score: 1, accuracy: 1 });
    const { classes, entities } = readLabelResults(folder, 'valid')!;
    expect(entities).toMatchObject([{ name: 'COL', expected: 12, found: 12, right: 12 }]);
    expect(classes!.map(({ name }) => name)).toEqual(['B-COL', 'I-COL', 'O']);
    expect(linesOf(folder.result('valid.jsonl'))[1]).toMatchObject({
      words: ['red', 'is', 'it'],
      tags: ['B-COL', 'O', 'O'],
      predicted: ['B-COL', 'O', 'O'],
    });
  });

  it('tx classify tells those of words between spaces, as files of tagged words have them', async () => {
    const { stdout } = await classify(folder, [], ' the  red\tgreen house\n\nblue is it');
    expect(stdout).toBe('the\tO\nred\tB-COL\ngreen\tI-COL\nhouse\tO\n\n\nblue\tB-COL\nis\tO\nit\tO\n\n');
    const table = toy.write('new.conll', '1 blue _\n2 is _\n\n1 it _\n');
    const json = await classify(folder, ['-i', table, '--text', '1', '--json']);
    expect(json.stderr).toBe('');
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { words: ['blue', 'is'], tags: ['B-COL', 'O'] },
      { words: ['it'], tags: ['O'] },
    ]);
  });

  it('words beyond the model have none, and count as wrong', async () => {
    const sentence = `${'the '.repeat(20)}red`;
    const { stdout, stderr } = await classify(folder, ['--json', sentence]);
    const { tags } = JSON.parse(stdout);
    expect([tags.length, tags[14], tags[15], tags[20]]).toEqual([21, 'O', null, null]);
    expect(stderr).toContain('text 1: 21 tokens, more than the model takes');
    const rows = sentence.split(' ').map((word) => `${word}\t${word === 'red' ? 'B-COL' : 'O'}\n`);
    const table = toy.write('long.tsv', rows.join(''));
    const told = JSON.parse((await classify(folder, ['-i', table, '--score', '--json'])).stdout);
    expect(told).toMatchObject({ rows: 1, accuracy: 15 / 21, entityF1: 0 });
  });

  it('a word of several pieces, or of none, has one tag', async () => {
    const { stdout } = await classify(folder, ['--json', 'red \u200b unheard-of it']);
    expect(JSON.parse(stdout).tags).toHaveLength(4);
  });

  it('resumes as if it had not been stopped', async () => {
    const short = { ...config, training: { ...config.training, maxEpochs: 4 } } as TaskConfig;
    const [whole, parts] = [toy.folder(), toy.folder()];
    const optimizer = { ...short.optimizer, layerDecay: 0.8 };
    await trainToy({ ...short, optimizer }, whole);
    await trainToy({ ...short, optimizer }, parts, { stopAt: 2 });
    await trainToy({ ...short, optimizer }, parts, { resume: true });
    const without = ({ wordsPerSecond: _, ...event }: Record<string, unknown>) => event;
    const lossOf = (run: RunFolder) => readMetrics(run).findLast(({ event }) => event === 'validation')!.loss;
    expect(readMetrics(parts).map(without)).toEqual(readMetrics(whole).map(without));
    const plain = toy.folder();
    await trainToy(short, plain);
    expect(lossOf(plain)).not.toBe(lossOf(whole));
  });
});

it.each([
  [
    'objective: a class that there is not',
    { objective: { classWeights: { redd: 2 } } },
    'there is no class redd; did you mean red?',
  ],
  [
    'a figure that there is not',
    { training: { maxEpochs: 1, selectBy: 'f1.rde' } },
    'there is no figure f1.rde',
  ],
])('%s', async (_name, over, message) => {
  const files = toy.write('few.tsv', 'text\tlabel\na\tred\nb\tgreen\n');
  const split = () => ({ kind: 'table', files, text: 'text', label: 'label' });
  const config = build('classification', split, over) as TaskConfig;
  await expect(trainToy(config, toy.folder())).rejects.toThrow(message);
  expect(buildJob(config).settings).toBe(config);
});
