// What `tx inspect` draws: a picture for each of the figures that pages have, as SVG and as PNG.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { folderOf } from '../exchange/checkpoints.ts';
import { CONFIG, CORPUS, lines } from '../fuzz/material.ts';
import { tx } from './run.ts';
import { COPY_CONFIG, type TrainedRuns, trainRuns } from './trained-runs.ts';

let trained: TrainedRuns;
const at = (name: string) => trained.at(name);

const runs = {
  translation: CONFIG,
  copy: COPY_CONFIG,
};

beforeAll(async () => {
  const words = lines(['the old house .', 'an old man .', 'old and cold .']);
  const files = { 'words.txt': words, 'problem.txt': '1 2 0 = 1 2 0 $\n' };
  trained = await trainRuns({ ...CORPUS, ...files }, runs);
}, 120_000);
afterAll(() => trained.remove());

const inspect = (run: string, argv: readonly string[]) =>
  tx([
    'inspect',
    run === 'bert' ? folderOf(run) : at(run),
    ...argv.map((word) => (/\.(txt|en|de)$/.test(word) ? at(word) : word)),
    ...['--threads', '1'],
  ]);

async function draw(run: string, ...argv: string[]): Promise<string> {
  const { code, stderr } = await inspect(run, [...argv, '-o', at('picture.svg')]);
  expect([code, stderr]).toEqual([0, '']);
  return readFileSync(at('picture.svg'), 'utf8');
}

const pair = ['-i', 'The cat sleeps.', '--target', 'Die Katze.'];
const problem = ['-i', '1 2 0 ='];

it.each([
  ['attention', 'translation', pair, 'map', 'cross attention, layer 1'],
  ['attention', 'translation', pair, 'lines', 'stroke-opacity'],
  ['attention', 'translation', pair, 'heads', 'data:image/png;base64,'],
  ['masks', 'bert', ['-i', 'It is cold.'], 'tokens', '##d'],
  ['saliency', 'copy', ['-i', '1 2 0 = 1 2'], 'integrated', 'Integrated gradients: token'],
  ['saliency', 'copy', ['-i', '1 2 0 = 1 2'], 'gradient', 'Gradient times input: token'],
  ['word', 'bert', ['-i', 'words.txt', '--word', 'old'], 'plane', 'component 1'],
  ['word', 'bert', ['-i', 'words.txt', '--word', 'old'], 'layers', 'Cosines of old'],
  ['positions', 'translation', ['--length', '4'], 'cosines', 'decoder: cosines of places'],
  ['positions', 'translation', ['--length', '4'], 'distances', 'Places of the decoder'],
  ['positions', 'translation', ['--length', '4'], 'waves', 'Waves of the decoder'],
  ['heads', 'copy', ['-i', 'problem.txt'], 'gradient', 'decoder: gradient'],
  ['heads', 'copy', ['-i', 'problem.txt', '--ablate', 'zero'], 'ablation', 'decoder: ablation'],
  ['selectors', 'copy', problem, 'pairs', 'head 1.'],
  ['selectors', 'copy', problem, 'heads', 'head 2.2'],
  ['selectors', 'copy', problem, 'agreement', 'Selectors of'],
])('draws %s of %s: %j, %s', async (show, run, argv, figure, text) => {
  const svg = await draw(run, ...argv, '--show', show, '--figure', figure);
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain(text);
  expect(svg).not.toContain('NaN');
});

it('has a mask with a picture for each head, of all attention that is chosen', async () => {
  const count = (svg: string) => svg.match(/<mask /g)?.length;
  expect(count(await draw('translation', ...pair, '--figure', 'heads'))).toBe(6);
  const one = ['--figure', 'heads', '--attention', 'cross'];
  expect(count(await draw('translation', ...pair, ...one))).toBe(2);
  // Each has a name of its own, of two runs too.
  const both = await draw('copy', ...problem, '--figure', 'heads', '--compare-input', '2 1 0 =');
  expect(new Set(Array.from(both.matchAll(/<mask id="([^"]*)"/g), ([, id]) => id)).size).toBe(8);
});

it('has two inspections beside one another, and their differences where tokens are the same', async () => {
  const other = await draw('copy', ...problem, '--compare-input', '2 1 0 =');
  expect(other).toContain('copy, second: decoder attention');
  expect(other).not.toContain('second less first');
  const alike = await draw('copy', ...problem, '--compare-checkpoint', 'last');
  expect(alike).toContain('second less first');
  const lines = await draw('copy', ...problem, '--compare-input', '2 1 0 =', '--figure', 'lines');
  expect(lines).toContain('copy, second');
});

it('draws PNG too', async () => {
  for (const figure of ['lines', 'heads']) {
    const argv = [...pair, '--figure', figure, '-o', at('picture.png')];
    expect(await inspect('translation', argv)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(at('picture.png')).subarray(1, 4).toString()).toBe('PNG');
  }
});
