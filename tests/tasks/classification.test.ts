// A classifier of two kinds of sentences, which share most of their words.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataStatistics } from '../../src/run/data-statistics.ts';
import { readLabelResults } from '../../src/run/label-results.ts';
import type { RunFolder } from '../../src/run/run-folder.ts';
import type { ClassificationConfig } from '../../src/tasks/classification.ts';
import { Predictor } from '../../src/tasks/labelled/predictor.ts';
import { openRun } from '../../src/tasks/open-run.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

const SUBJECTS = ['the film', 'this book', 'her song', 'our dinner', 'that play'];
const GOOD = ['was a joy', 'made us laugh', 'is a delight'];
const BAD = ['was a bore', 'made us yawn', 'is a waste'];

function table(rows: readonly (readonly [string, string])[]): string {
  return `sentence\tlabel\n${rows.map((row) => `${row.join('\t')}\n`).join('')}`;
}
const rowsOf = (subjects: readonly string[]) =>
  subjects.flatMap((subject) => [
    ...GOOD.map((end) => [`${subject} ${end}`, 'positive'] as const),
    ...BAD.map((end) => [`${subject} ${end}`, 'negative'] as const),
  ]);

let toy: Toy;
let folder: RunFolder;
let config: ClassificationConfig;

beforeAll(async () => {
  toy = new Toy();
  const columns = { kind: 'table', text: 'sentence', label: 'label' };
  const split = (name: string, subjects: readonly string[]) => ({
    ...columns,
    files: toy.write(name, table(rowsOf(subjects))),
  });
  config = toy.build(
    {
      task: 'classification',
      model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, maxLength: 16, norm: 'pre', dropout: 0 },
      tokenizers: { text: { type: 'word', size: 40 } },
      data: {
        train: split('train.tsv', SUBJECTS.slice(0, 3)),
        valid: split('valid.tsv', SUBJECTS.slice(3, 4)),
        test: split('test.tsv', SUBJECTS.slice(4)),
        batchSentences: 6,
      },
      training: { maxEpochs: 60, selectBy: 'loss', average: 0, logSteps: 10 },
    },
    {},
  ) as ClassificationConfig;
  folder = toy.folder();
  await trainToy(config, folder);
});
afterAll(() => toy.remove());

it('tells the two kinds apart, with subjects that it has not seen', () => {
  const results = readMetrics(folder).filter(({ event }) => event === 'result');
  expect(results).toMatchObject([
    { set: 'valid', metric: 'accuracy', score: 1, macroF1: 1, matthews: 1 },
    { set: 'test', metric: 'accuracy', score: 1, macroF1: 1, matthews: 1 },
  ]);
  const validation = readMetrics(folder).findLast(({ event }) => event === 'validation');
  expect(validation).toMatchObject({ metric: 'accuracy', score: 1, accuracy: 1, macroF1: 1, matthews: 1 });
});

it('keeps what it made of the validation set, and what it was trained on', () => {
  const lines = readFileSync(folder.result('valid.jsonl'), 'utf8').trimEnd().split('\n');
  const predictions = lines.map((line) => JSON.parse(line));
  for (const { label, predicted, probability, loss } of predictions) {
    expect([predicted, probability > 0.5 && probability <= 1]).toEqual([label, true]);
    expect(loss).toBeCloseTo(-Math.log(probability), 4);
  }
  const { classes: found, confusion, calibration } = readLabelResults(folder, 'valid')!;
  expect(found).toEqual(
    ['negative', 'positive'].map((name) => ({
      name,
      ...{ expected: 3, found: 3, right: 3 },
      ...{ precision: 1, recall: 1, f1: 1 },
    })),
  );
  expect(confusion).toEqual([
    [0, 0, 3],
    [1, 1, 3],
  ]);
  expect(calibration!.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  const { unit, kept, sides, classes } = readDataStatistics(folder)!;
  expect(unit).toBe('texts');
  expect(sides.text!.lengths.rows).toBe(kept);
  expect(Object.keys(classes!)).toEqual(['negative', 'positive']);
  expect(classes!.negative! + classes!.positive!).toBe(kept);
});

describe('tx classify', () => {
  it('gives a class and its probability for each line', async () => {
    const stdin = 'that play was a bore\nthe film is a delight\n';
    const { code, stdout, stderr } = await tx(['classify', folder.path, '--threads', '1'], { stdin });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^negative\t0\.\d{4}\npositive\t0\.\d{4}\n$/);
  });

  it('gives all probabilities as JSON; they add up to one', async () => {
    const argv = ['classify', folder.path, '--json', '--threads', '1'];
    const { stdout } = await tx(argv, { stdin: 'her song made us laugh\n' });
    const { text, label, probabilities } = JSON.parse(stdout);
    expect([text, label]).toEqual(['her song made us laugh', 'positive']);
    expect(Object.keys(probabilities)).toEqual(['negative', 'positive']);
    expect(probabilities.negative + probabilities.positive).toBeCloseTo(1, 5);
  });

  it('is for classifiers', async () => {
    expect((await tx(['parse', folder.path], { stdin: 'x\n' })).stderr).toBe(
      `tx: ${folder.path}: is a run of the task classification, not parsing; use tx classify\n`,
    );
  });
});

it('texts of other lengths beside do not matter; long ones are cut and told', async () => {
  const cut: number[][] = [];
  const predictor = await Predictor.load(openRun<ClassificationConfig>(folder, 'classification'), {
    threads: 1,
    onTruncated: (row, pieces) => cut.push([row, pieces]),
  });
  const texts = ['the film was a joy', 'bore', '', `${'the '.repeat(40)}bore`];
  const predict = async (rows: string[]) =>
    (await predictor.predict(rows.map((text) => [text]))) as number[][];
  const together = await predict(texts);
  for (const [i, text] of texts.entries()) {
    const [alone] = await predict([text]);
    expect(alone![0]).toBeCloseTo(together[i]![0]!, 5);
  }
  await predictor.release();
  expect(cut[0]).toEqual([3, 41]);
});

it('a resumed run is the same as one that was never stopped', async () => {
  const training = { ...config.training, maxEpochs: 4 };
  const [whole, parts] = [toy.folder(), toy.folder()];
  await trainToy({ ...config, training }, whole);
  await trainToy({ ...config, training }, parts, { stopAt: 5 });
  await trainToy({ ...config, training }, parts, { resume: true });
  expect(readMetrics(parts)).toEqual(readMetrics(whole));
});

it.each([
  ['one class', 'x\ta\ny\ta\n', 'data.train: all texts have the label a; two classes are needed'],
  ['no rows', '', 'data.train has no rows: '],
  ['labels that validation has alone', 'x\ta\ny\tb\n', 'has the label "positive", which data.train has not'],
])('%s', async (_name, rows, message) => {
  const files = [toy.write('odd.tsv', `sentence\tlabel\n${rows}`)];
  const odd = { ...config, data: { ...config.data, train: { ...config.data.train, files } } };
  await expect(trainToy(odd, toy.folder())).rejects.toThrow(message);
});
