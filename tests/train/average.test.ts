// The mean of checkpoints: which are chosen, what comes of them, and what does not fit together.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import { averageFiles, chooseCheckpoints } from '../../src/train/average.ts';
import { tx } from '../commands/run.ts';
import { readMetrics, Toy, trainToy } from './toy.ts';

let toy: Toy;
let folder: RunFolder;
const training = { maxEpochs: undefined, maxSteps: 8, validateSteps: 2, average: 4 };

beforeAll(async () => {
  toy = new Toy();
  folder = toy.folder();
  await trainToy(toy.config({ training }), folder);
});
afterAll(() => toy.remove());

const valuesOf = (path: string) =>
  new Map([...loadSafetensors(path).tensors].map(([name, { data }]) => [name, data as Float32Array]));
const steps = (paths: readonly string[]) => paths.map((path) => Number(/step-(\d+)/.exec(path)![1]));

describe('which', () => {
  it('the last ones, newest first', () => {
    expect(steps(chooseCheckpoints(folder, 'last', 3, 'loss'))).toEqual([8, 6, 4]);
  });

  it('the best ones, as metrics.jsonl has them: less of a loss, more of a score', () => {
    const losses = readMetrics(folder).flatMap(({ event, step, loss }) =>
      event === 'validation' ? [[step as number, loss as number] as const] : [],
    );
    const order = losses.toSorted((a, b) => a[1] - b[1]).map(([step]) => step);
    expect(steps(chooseCheckpoints(folder, 'best', 4, 'loss'))).toEqual(order);
    const metrics = readFileSync(folder.metrics, 'utf8');
    const scores = [3, 9, 1, 5];
    const lines = metrics.split('\n').map((line) => {
      if (!line.includes('"validation"')) return line;
      return JSON.stringify({ ...JSON.parse(line), metric: 'BLEU', score: scores.shift() });
    });
    writeFileSync(folder.metrics, lines.join('\n'));
    expect(steps(chooseCheckpoints(folder, 'best', 3, 'score'))).toEqual([4, 8, 2]);
    expect(steps(chooseCheckpoints(folder, 'best', 1, 'BLEU'))).toEqual([4]);
    writeFileSync(folder.metrics, metrics);
  });

  it('no more than there are', () => {
    expect(() => chooseCheckpoints(folder, 'last', 5, 'loss')).toThrow(
      'has 4 checkpoints of single updates, not 5; training.average says how many are kept',
    );
    expect(() => chooseCheckpoints(folder, 'best', 1, 'score')).toThrow('with a validation of score, not 1');
  });
});

describe('the mean', () => {
  it('is that of the end of training', () => {
    const output = join(toy.dir, 'mean.safetensors');
    averageFiles(chooseCheckpoints(folder, 'last', 4, 'loss').toReversed(), output);
    expect(valuesOf(output)).toEqual(valuesOf(folder.checkpoint('averaged')));
  });

  it('of one file is its parameters, without the state of an optimizer', () => {
    const output = join(toy.dir, 'one.safetensors');
    averageFiles([folder.checkpoint('last')], output);
    expect(valuesOf(output)).toEqual(valuesOf(folder.checkpoint('step-8')));
  });

  it('needs the same finite parameters', async () => {
    const other = toy.folder();
    await trainToy(toy.config({ training, model: { dFf: 24 } }), other);
    const own = folder.checkpoint('best');
    const output = join(toy.dir, 'none.safetensors');
    expect(() => averageFiles([own, other.checkpoint('best')], output)).toThrow(/parameter \S+ is not as in/);
    const { tensors } = loadSafetensors(own);
    const [name, tensor] = [...tensors][0]!;
    (tensor.data as Float32Array)[0] = Number.NaN;
    const spoilt = join(toy.dir, 'spoilt.safetensors');
    writeFileSync(spoilt, Buffer.concat([...encodeSafetensors(tensors, {})]));
    expect(() => averageFiles([own, spoilt], output)).toThrow(`${name} holds NaN`);
  });
});

describe('tx average', () => {
  it('writes a checkpoint that the run can be used with', async () => {
    const { code, stdout, stderr } = await tx(['average', folder.path, '--last', '2']);
    expect([code, stdout]).toEqual([0, `${folder.checkpoint('average')}\n`]);
    expect(stderr).toMatch(/^2 checkpoints averaged; use it with: .*translate .* --checkpoint average\n$/);
    const argv = ['translate', folder.path, '--checkpoint', 'average', '--threads', '1'];
    expect((await tx(argv, { stdin: 'The dog sleeps.\n' })).code).toBe(0);
  });

  it('of several runs, to a file', async () => {
    const output = join(toy.dir, 'soup.safetensors');
    const { code } = await tx(['average', folder.path, folder.path, '--best', '1', '-o', output]);
    expect(code).toBe(0);
    const [best] = chooseCheckpoints(folder, 'best', 1, 'loss');
    expect(valuesOf(output)).toEqual(valuesOf(best!));
  });

  it.each([
    [[], 'give one of --last and --best'],
    [['--last', '1', '--best', '1'], 'give one of --last and --best'],
    [['--last', '0'], '--last expects a whole number above 0, not 0'],
    [['--last', '1', '--by', 'loss'], '--by is for --best'],
  ])('%j', async (options, message) => {
    const { code, stderr } = await tx(['average', folder.path, ...options]);
    expect([code, stderr]).toEqual([2, `tx: ${message}\n`]);
  });
});
