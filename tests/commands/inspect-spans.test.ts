// `tx inspect` on parsers over an encoder: what is seen of words, and saliency of the scores of spans.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../src/run/run-folder.ts';
import { Session } from '../../src/runtime/session.ts';
import { buildChartGraph, loadChartModel } from '../../src/tasks/chart/chart-model.ts';
import type { ChartConfig } from '../../src/tasks/chart/config.ts';
import { loadRunConfig } from '../../src/tasks/config.ts';
import { loadWeights } from '../../src/tasks/open-run.ts';
import { batchFeeds } from '../../src/train/train-step.ts';
import { spanIndex } from '../../src/trees/chart.ts';
import { folderOf } from '../exchange/checkpoints.ts';
import { Toy, trainToy } from '../train/toy.ts';
import { tx } from './run.ts';

let toy: Toy;
const runs: Record<string, RunFolder> = {};
const SENTENCE = 'the dog sleeps in the garden .';
const WORDS = SENTENCE.split(' ');

beforeAll(async () => {
  toy = new Toy();
  const characters = { size: 4, filters: 8, width: 3, dropout: 0 };
  for (const [name, over] of Object.entries({
    chart: { tokenizers: { text: { type: 'bpe', size: 60 } }, head: { words: 'mean' } },
    spelt: { tokenizers: { text: { type: 'word', size: 8 } }, characters },
    labels: { decoder: 'labels' },
  })) {
    runs[name] = toy.folder();
    await trainToy(toy.chart(over), runs[name]);
  }
}, 120_000);
afterAll(() => toy.remove());

const inspect = (run: string, ...argv: string[]) =>
  tx(['inspect', runs[run]!.path, '-i', SENTENCE, ...argv, '--threads', '1']);

async function json(run: string, ...argv: string[]) {
  const { code, stdout, stderr } = await inspect(run, ...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('saliency', () => {
  it.each(['chart', 'spelt'])('of a span adds up to the difference, within 1%%: %s', async (run) => {
    const found = await json(run, '--show', 'saliency', '--span', '1-2', '--class', 'NP');
    expect(found).toMatchObject({ of: 'NP over words 1 to 2 "the dog"', what: 'score' });
    expect(found.missing).toBeLessThan(0.01);
    const [{ tokens, integrated }] = found.sides;
    const sum = integrated.reduce((all: number, x: number) => all + x, 0);
    const change = found.value - found.baseline;
    expect(Math.abs(sum - change)).toBeLessThan(0.01 * Math.abs(change));
    expect(Math.abs(change)).toBeGreaterThan(1e-4);
    for (const [i, { special }] of tokens.entries()) if (special) expect(integrated[i]).toBe(0);
  });

  it('is that of all words by default, and of the label with the greatest score', async () => {
    const whole = await json('chart', '--show', 'saliency');
    expect(whole.of).toMatch(new RegExp(`^\\S+ over words 1 to ${WORDS.length} "the dog`));
    const label = /^\S+/.exec(whole.of)![0];
    for (const other of ['NP', 'S', 'VP']) {
      const one = await json('chart', '--show', 'saliency', '--class', other);
      if (other === label) expect(one.value).toBeCloseTo(whole.value, 5);
      else expect(one.value).toBeLessThan(whole.value);
    }
  });

  it.each(['chart', 'spelt'])('explains the score that the parser finds: %s', async (run) => {
    const folder = runs[run]!;
    const chart = loadChartModel(loadRunConfig(folder) as unknown as ChartConfig, folder);
    const { decoder, reader, batching, known } = chart;
    const session = await Session.create(
      buildChartGraph(chart, loadWeights({ folder }, undefined).tensors).model,
      { threads: 1 },
    );
    const batch = decoder.examples([reader.read(WORDS)], undefined, batching, known).collate([0], {});
    const scores = (await session.run(batchFeeds(batch))).scores!.data;
    await session.release();
    const found = await json(run, '--show', 'saliency', '--span', '4-6', '--class', 'PP');
    const at = spanIndex(3, 6) * known.labels.length + known.labels.indexOf('PP');
    expect(found.value).toBeCloseTo(scores[at] as number, 4);
  });

  it('is of one word, text and a picture too', async () => {
    const { stdout } = await inspect('chart', '--show', 'saliency', '--span', '2', '--class', 'NP');
    expect(stdout).toMatch(/^NP over words 2 to 2 "dog": score /);
    const file = `${runs.chart!.path}-s.svg`;
    expect((await inspect('chart', '--show', 'saliency', '-o', file)).code).toBe(0);
  });

  it.each([
    ['chart', ['--span', '3-9'], '--span expects words from 1 to 7'],
    ['chart', ['--span', '0-2'], '--span expects words'],
    ['chart', ['--span', 'all'], '--span expects words'],
    ['chart', ['--at', '2'], 'takes --span'],
    ['chart', ['--class', 'QQ'], 'no "QQ"'],
    ['labels', ['--span', '1-2'], '--span is for parsers by a chart'],
  ])('refuses, of a run of %s: %j', async (run, argv, complaint) => {
    const { code, stderr } = await inspect(run, '--show', 'saliency', ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});

describe('attention', () => {
  it.each(['chart', 'spelt', 'labels'])('is that of words as the parser reads them: %s', async (run) => {
    const found = await json(run);
    const { tokens } = found.sequences.encoder;
    expect(found.attention[0].weights[0]).toHaveLength(tokens.length);
    expect(tokens.length).toBeGreaterThanOrEqual(WORDS.length + 2);
    expect(found.model).toBe('parsing');
  });

  it('refuses what parsers over an encoder do not read', async () => {
    for (const option of ['--pair', '--target'])
      expect(await inspect('chart', option, 'a')).toMatchObject({ code: 2 });
  });
});

it('a span is of no other model', async () => {
  const argv = ['inspect', folderOf('bert'), '-i', 'a', '--show', 'saliency', '--span', '1'];
  expect(await tx([...argv, '--threads', '1'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--span is for parsers by a chart'),
  });
});
