// Made-up problems: a tiny decoder learns which of two bits is more frequent, and is judged length by length.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLengthResults } from '../../src/run/length-results.ts';
import { renderRunPage } from '../../src/run-report/page.ts';
import { readRunReport } from '../../src/run-report/run-report.ts';
import { formatRunText } from '../../src/run-report/text.ts';
import { tx } from '../commands/run.ts';
import { Toy } from '../train/toy.ts';

let toy: Toy;
let config: string;
beforeAll(() => {
  toy = new Toy();
  config = toy.write(
    'toy-problems.yaml',
    `task: rasp
data: { generator: copy, symbols: repeat, lengths: [1, 3], contextLength: 24, batchRows: 8, maxOffset: 8 }
model: { numLayers: 1, dModel: 16, dFf: 32, numHeads: 2, dropout: 0, norm: pre, positions: learned, maxLength: 32 }
evaluation: { lengths: [1, 5], step: 2, examples: 6, validExamples: 4, atLengths: [5] }
training: { maxSteps: 30, validateSteps: 15, average: 0, logSteps: 10 }
optimizer: { type: adamw }
schedule: { type: constant, learningRate: 0.01 }
threads: 1
`,
  );
});
afterAll(() => toy.remove());
const train = (path: string, ...argv: string[]) => tx(['train', config, '--run', path, ...argv]);

describe('a run', () => {
  it('is judged at every length, with failures, and shown', async () => {
    const folder = toy.folder();
    const { code, stdout, stderr } = await train(folder.path);
    expect([code, stderr.includes('internal')]).toEqual([0, false]);
    expect(stdout).toContain('exactMatch');
    const results = readLengthResults(folder, 'test')!;
    expect(results.trained).toEqual([1, 3]);
    expect(results.lengths.map(({ length, examples }) => [length, examples])).toEqual([
      [1, 6],
      [3, 6],
      [5, 6],
    ]);
    // There are eight problems of length 3, and training has none of length 5.
    expect(results.lengths.map(({ isDisjoint }) => isDisjoint)).toEqual([false, false, true]);
    const lines = (ending: string) =>
      readFileSync(folder.result(`test.${ending}`), 'utf8')
        .trimEnd()
        .split('\n');
    const [written, expected] = [lines('hyp'), lines('ref')];
    for (const [k, { exactMatch, oracleLength, tokenAccuracy }] of results.lengths.entries()) {
      const right = written.slice(6 * k, 6 * k + 6).filter((line, i) => line === expected[6 * k + i]);
      expect(exactMatch).toBe(right.length / 6);
      expect(oracleLength).toBeGreaterThanOrEqual(exactMatch);
      expect(tokenAccuracy).toBeGreaterThanOrEqual(exactMatch);
    }
    for (const { expected: whole, answered, firstWrong } of results.failures) {
      const [a, b] = [whole.split(' '), answered.split(' ')];
      expect(a.slice(0, firstWrong - 1)).toEqual(b.slice(0, firstWrong - 1));
      expect(a[firstWrong - 1]).not.toBe(b[firstWrong - 1]);
    }
    const events = readFileSync(folder.metrics, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ event: 'result', set: 'test', metric: 'exactMatch' });
    expect(events.at(-1)['exactMatch.5']).toBe(results.lengths[2]!.exactMatch);
    const report = readRunReport(folder, { points: 50, outputs: 3 });
    expect(renderRunPage([report])).toContain('<section id="lengths">');
    expect(formatRunText([report], { width: 80 })).toContain('trained on lengths from 1 to 3');
  });

  it('goes on with the problems that it would have had', async () => {
    const [whole, halves] = [toy.folder(), toy.folder()];
    const last = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n').at(-1);
    const loss = (line: string | undefined) => ({ ...JSON.parse(line!), seconds: 0 });
    await train(whole.path, '-q');
    await train(halves.path, '-q', '--set', 'training.maxSteps=15');
    expect((await train(halves.path, '-q', '--resume')).code).toBe(0);
    expect(loss(last(halves.metrics))).toEqual(loss(last(whole.metrics)));
    expect((await train(halves.path, '--resume', '--set', 'data.lengths=[1,2]')).stderr).toContain(
      'data.lengths',
    );
  });
});

it.each([
  ['data.contextLength=30', 'with maxOffset is beyond the 32 places of model.maxLength'],
  ['data.lengths=[3,1]', 'the first length is above the last'],
  ['evaluation.atLengths=[4]', 'has a length that the test set does not have'],
  ['evaluation.lengths=[1,40]', 'has 82 tokens, and model.maxLength is 32'],
  ['data.order=reverse', 'unknown key'],
  ['data.generator=cpoy', 'generator'],
])('refuses %s', async (setting, message) => {
  const { code, stderr } = await train(toy.folder().path, '--set', setting);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
});

it('AND with constant bits is asked what training never has, and compared with the interpolator', async () => {
  const folder = toy.folder();
  const data = '{ generator: and, constantBits: 2, lengths: [6, 6], contextLength: 16, batchRows: 4 }';
  const { code, stderr } = await train(
    folder.path,
    ...['-q', '--set', `data=${data}`, '--set', 'training.maxSteps=2', '--set', 'training.validateSteps=2'],
    ...['--set', 'evaluation={ lengths: [6, 6], examples: 8, validExamples: 4 }'],
  );
  expect([code, stderr]).toEqual([0, '']);
  const { lengths, unseen, profile } = readLengthResults(folder, 'test')!;
  expect(lengths).toMatchObject([{ length: 6, examples: 8, program: 1, interpolator: 1 }]);
  expect(unseen).toMatchObject([{ length: 6, examples: 3, program: 1, interpolator: 0, isDisjoint: true }]);
  expect(profile!.map((weight) => weight > 0)).toEqual([true, true, true, true, true, false, false]);
  const result = JSON.parse(readFileSync(folder.metrics, 'utf8').trimEnd().split('\n').at(-1)!);
  expect(result).toMatchObject({ set: 'test', interpolator: 1, 'interpolator.unseen': 0 });
  expect(result['exactMatch.unseen']).toBe(unseen![0]!.exactMatch);
  const report = readRunReport(folder, { points: 50, outputs: 3 });
  const text = formatRunText([report], { width: 100 });
  expect(text).toMatch(/min-degree interpolator +1\.0000 +0\.00\n/);
  expect(text).toMatch(/program and +1\.0000 +1\.0000\n/);
  expect(text).toContain('the min-degree interpolator of what training has is of degree 4');
  const page = renderRunPage([report]);
  expect(page).toContain('<th>min-degree interpolator</th>');
  expect(page.slice(page.indexOf('<section id="lengths">'))).not.toContain('>Exact match<');
});

it('positions of every kind, one answer token, prompts learned too, contexts shared', async () => {
  for (const [positions, generator] of [
    ['none', 'majority'],
    ['rotary', 'majority'],
    ['sinusoidal', 'majority'],
  ]) {
    const { code, stderr } = await tx([
      ...['train', config, '-q', '--run', toy.folder().path, '--set', `model.positions=${positions}`],
      ...[
        '--set',
        `data={generator: ${generator}, lengths: [1, 3], contextLength: 16, batchRows: 4, separateProblems: false}`,
      ],
      ...['--set', 'objective.tokens=all', '--set', 'training.maxSteps=2'],
    ]);
    expect([code, stderr]).toEqual([0, '']);
  }
});
