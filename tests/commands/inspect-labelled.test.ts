// `tx inspect --show heads --labelled`: what heads are worth to the score of runs that label texts.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/run/run-folder.ts';
import { Session } from '../../src/runtime/session.ts';
import { readLabelledTexts } from '../../src/tasks/inspected/labelled-texts.ts';
import { figureOf } from '../../src/tasks/labelled/evaluator.ts';
import { buildLabelGraph, findAnswers } from '../../src/tasks/labelled/labeller.ts';
import { loadWeights } from '../../src/tasks/open-run.ts';
import {
  CLASSIFICATION_CONFIG,
  REGRESSION_CONFIG,
  SCORES,
  SETS,
  SETS_CONFIG,
  TABLE,
  TAGGING_CONFIG,
  TAGS,
} from '../fuzz/material.ts';
import { tx } from './run.ts';
import { type TrainedRuns, trainRuns } from './trained-runs.ts';

let trained: TrainedRuns;
const at = (name: string) => trained.at(name);

const pairs = TABLE.replace('text,', 'text,second,').replaceAll('",', '",No.,');
/** For each run its config, its data's file, what stands there, and the figure that it is known by. */
const runs = {
  classes: [CLASSIFICATION_CONFIG, 'table.csv', TABLE, 'accuracy'],
  pairs: [
    CLASSIFICATION_CONFIG.replaceAll('text: text,', 'text: text, pair: second,')
      .replaceAll('table', 'pairs')
      .replaceAll('kind: pairs', 'kind: table'),
    ...['pairs.csv', pairs, 'accuracy'],
  ],
  scores: [REGRESSION_CONFIG.replaceAll('table.csv', 'scores.csv'), 'scores.csv', SCORES, 'spearman'],
  rmse: [
    REGRESSION_CONFIG.replaceAll('table.csv', 'scores.csv').replace('selectBy: loss', 'selectBy: rmse'),
    ...['scores.csv', SCORES, 'rmse'],
  ],
  sets: [SETS_CONFIG, 'table.jsonl', SETS, 'microF1'],
  tags: [TAGGING_CONFIG, 'tags.txt', TAGS, 'entityF1'],
} as unknown as Record<string, [config: string, file: string, content: string, figure: string]>;

beforeAll(async () => {
  const all = Object.entries(runs);
  trained = await trainRuns(
    Object.fromEntries(all.map(([, [, file, content]]) => [file, content])),
    Object.fromEntries(all.map(([name, [config]]) => [name, config])),
  );
}, 240_000);
afterAll(() => trained.remove());

const inspect = (run: string, ...argv: string[]) =>
  tx([
    'inspect',
    at(run),
    '--show',
    'heads',
    '-i',
    at(runs[run]![1]),
    '--labelled',
    ...argv,
    '--threads',
    '1',
  ]);

async function json(run: string, ...argv: string[]) {
  const { code, stdout, stderr } = await inspect(run, ...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** The score of a run whose head gives nothing: its rows of the output's matrix are 0. */
async function scoreWithout(run: string, head: number | undefined): Promise<number> {
  const texts = await readLabelledTexts(at(run), at(runs[run]![1]));
  const { labeller, rows, labels, figure } = texts;
  const tensors = new Map(loadWeights({ folder: RunFolder.open(at(run)) }, undefined).tensors);
  const path = 'encoder.0.selfAttn.o.weight';
  const own = tensors.get(path)!;
  const data = Float32Array.from(own.data as Float32Array);
  const size = data.length / 2;
  if (head !== undefined) data.fill(0, head * size, (head + 1) * size);
  tensors.set(path, { ...own, data });
  const { model, peakBytes } = buildLabelGraph(labeller, { weights: tensors });
  const session = await Session.create(model, { threads: 1 });
  const answers = await findAnswers(labeller, labeller.reader.readAll(rows), { session, peakBytes });
  await session.release();
  return figureOf(labeller.target.judge(answers, labels), figure.name);
}

describe.each(Object.entries(runs))('a run of %s', (run, [, , , figure]) => {
  it('has its score with all heads, and loses what it loses without their part of the output', async () => {
    const { heads, whole, score, texts } = await json(run, '--ablate', 'zero');
    expect([score, heads.length]).toEqual([figure, 2]);
    expect(texts).toBeGreaterThan(5);
    expect(whole).toBeCloseTo(await scoreWithout(run, undefined), 5);
    for (const { head, ablation, gradient } of heads) {
      const without = await scoreWithout(run, head - 1);
      expect(ablation).toBeCloseTo(figure === 'rmse' ? without - whole : whole - without, 5);
      expect(gradient).toBeGreaterThan(0);
    }
    if (run === 'rmse')
      expect(heads.every(({ ablation }: { ablation: number }) => ablation !== 0)).toBe(true);
  });
});

it('leaves heads out for their mean, which costs otherwise', async () => {
  const [zero, mean] = [await json('rmse', '--ablate', 'zero'), await json('rmse', '--ablate', 'mean')];
  expect(mean.whole).toBe(zero.whole);
  const of = (found: { heads: { ablation: number; gradient: number }[] }, name: 'ablation' | 'gradient') =>
    found.heads.map((one) => one[name]);
  expect(of(mean, 'gradient')).toEqual(of(zero, 'gradient'));
  expect(of(mean, 'ablation')).not.toEqual(of(zero, 'ablation'));
});

it('is text, a page and a picture; without --ablate it has gradients alone', async () => {
  const { stdout } = await inspect('classes');
  expect(stdout.split('\n')[0]).toMatch(/fixed +gradient$/);
  expect((await inspect('classes', '--ablate', 'zero')).stdout.split('\n')[0]).toMatch(/accuracy lost$/);
  expect((await inspect('classes', '--ablate', 'zero', '-o', at('h.html'))).code).toBe(0);
  const page = readFileSync(at('h.html'), 'utf8');
  expect(page).toContain('accuracy with all heads: ');
  expect(page).toContain('Lost: how much worse the accuracy');
  const argv = ['--ablate', 'zero', '--figure', 'ablation', '-o', at('h.svg')];
  expect((await inspect('classes', ...argv)).code).toBe(0);
  expect(readFileSync(at('h.svg'), 'utf8')).toContain('encoder: accuracy lost');
});

it('refuses labels that the run does not know, and files without rows', async () => {
  writeFileSync(at('wrong.csv'), 'text,label\nNo.,fr\n');
  writeFileSync(at('empty.csv'), 'text,label\n');
  for (const [name, complaint] of [
    ['wrong.csv', 'wrong.csv: row 1'],
    ['empty.csv', 'has no rows'],
  ] as const) {
    const argv = ['inspect', at('classes'), '--show', 'heads', '-i', at(name), '--labelled'];
    expect(await tx([...argv, '--threads', '1'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(complaint),
    });
  }
  const piped = ['inspect', at('classes'), '--show', 'heads', '-i', '-', '--labelled'];
  expect(await tx(piped, { stdin: 'No.\n' })).toMatchObject({ code: 2 });
});
