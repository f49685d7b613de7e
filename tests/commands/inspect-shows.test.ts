// What `tx inspect --show` tells beside attention, on runs of each role and a checkpoint of transformers.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf } from '../exchange/checkpoints.ts';
import {
  CLASSIFICATION_CONFIG,
  CONFIG,
  CORPUS,
  LM_CONFIG,
  PARSING_CONFIG,
  TABLE,
  TREES,
} from '../fuzz/material.ts';
import { tx } from './run.ts';
import { COPY_CONFIG, type TrainedRuns, trainRuns } from './trained-runs.ts';

let trained: TrainedRuns;
const at = (name: string) => trained.at(name);

const runs = {
  translation: CONFIG,
  lm: LM_CONFIG.replace('numLayers: 1', 'numLayers: 2, norm: pre, positions: rotary'),
  classes: CLASSIFICATION_CONFIG,
  parsing: PARSING_CONFIG,
  copy: COPY_CONFIG,
};

beforeAll(async () => {
  const files = { 'table.csv': TABLE, 'trees.mrg': TREES, 'x.txt': 'x\n', 'x2.txt': 'x\n\n' };
  trained = await trainRuns({ ...CORPUS, ...files }, runs);
}, 240_000);
afterAll(() => trained.remove());

const inspect = (show: string, ...argv: string[]) =>
  tx(['inspect', ...argv, '--show', show, '--threads', '1']);

async function json(show: string, ...argv: string[]) {
  const { code, stdout, stderr } = await inspect(show, ...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('masks', () => {
  it('hides each token in turn, as tx fill has it', async () => {
    const text = 'The weather is lovely today.';
    const { tokens } = await json('masks', folderOf('bert'), '-i', text, '--top', '3');
    expect(tokens.map(({ place, piece }: Record<string, unknown>) => [place, piece])).toEqual(
      ['the', 'weather', 'is', 'love', '##ly', 'today', '.'].map((piece, i) => [i + 2, piece]),
    );
    const filled = await tx([
      'fill',
      folderOf('bert'),
      'The weather is lovely [MASK].',
      '--top',
      '3',
      '--json',
      '--threads',
      '1',
    ]);
    const [hidden] = JSON.parse(filled.stdout).hidden;
    for (const [k, { piece, probability }] of hidden.entries()) {
      expect(tokens[5].likely[k].piece).toBe(piece);
      expect(tokens[5].likely[k].probability).toBeCloseTo(probability, 5);
    }
    for (const { rank, probability, piece, likely } of tokens) {
      if (rank <= 3) expect(likely[rank - 1]).toMatchObject({ piece });
      else expect(probability).toBeLessThanOrEqual(likely[2].probability);
    }
  });

  it('is text, and a page without a script', async () => {
    const argv = [folderOf('bert'), '-i', 'It is cold.', '--top', '1'];
    const { stdout } = await inspect('masks', ...argv);
    expect(stdout.split('\n')[0]).toMatch(/^place +token +probability +rank +likeliest$/);
    expect((await inspect('masks', ...argv, '-o', at('masks.html'))).code).toBe(0);
    expect(readFileSync(at('masks.html'), 'utf8')).toContain('Each token hidden');
  });
});

describe('saliency', () => {
  it.each([
    ['lm', ['-i', 'A small house.', '--at', '4'], ['decoder']],
    ['translation', ['-i', 'The cat sleeps.', '--target', 'Die Katze.'], ['encoder', 'decoder']],
    ['classes', ['-i', 'The cat sleeps.', '--class', 'de'], ['encoder']],
    ['parsing', ['-i', 'the dog barks .', '--at', '3'], ['encoder', 'decoder']],
  ])('adds up to the difference, within 1%%: %s', async (run, argv, stacks) => {
    const found = await json('saliency', at(run), ...argv);
    expect(found.sides.map(({ stack }: { stack: string }) => stack)).toEqual(stacks);
    expect(found.missing).toBeLessThan(0.01);
    const integrated = found.sides.flatMap((side: { integrated: number[] }) => side.integrated) as number[];
    const sum = integrated.reduce((all, x) => all + x, 0);
    expect(Math.abs(sum - (found.value - found.baseline))).toBeLessThan(
      0.01 * Math.abs(found.value - found.baseline),
    );
    expect(Math.abs(found.value - found.baseline)).toBeGreaterThan(1e-4);
    // What stands for no text is the same in both.
    for (const { tokens, integrated } of found.sides)
      for (const [i, { special }] of tokens.entries()) if (special) expect(integrated[i]).toBe(0);
  });

  it('explains hidden words, and what the model itself finds likely', async () => {
    const bert = await json('saliency', folderOf('bert'), '-i', 'The weather is lovely.', '--at', '5');
    expect([bert.of, bert.missing < 0.01]).toEqual(['token 5 "love"', true]);
    const masks = await json('masks', folderOf('bert'), '-i', 'The weather is lovely.');
    expect(bert.value).toBeCloseTo(Math.log(masks.tokens[3].probability), 4);
    const classes = await json('saliency', at('classes'), '-i', 'Nein.');
    const told = JSON.parse(
      (await tx(['classify', at('classes'), 'Nein.', '--json', '--threads', '1'])).stdout,
    );
    expect(classes.of).toBe(`class ${told.label}`);
    expect(classes.value).toBeCloseTo(Math.log(told.probabilities[told.label]), 4);
    const other = await json('saliency', folderOf('bert'), '-i', 'It is.', '--at', '2', '--token', 'the');
    expect(other.of).toBe('token 2 "the"');
  });

  it('tells what tokens before a place have to do with it, and nothing of those behind', async () => {
    const { sides } = await json('saliency', at('lm'), '-i', 'A small house.', '--at', '3');
    expect(sides[0].gradient.slice(2).every((x: number) => x === 0)).toBe(true);
    expect(sides[0].gradient.slice(0, 2).every((x: number) => x !== 0)).toBe(true);
  });

  it('is text and a page', async () => {
    const argv = [at('lm'), '-i', 'No.'];
    expect((await inspect('saliency', ...argv)).stdout).toMatch(/^token \d .*log-probability/);
    expect((await inspect('saliency', ...argv, '-o', at('s.html'))).code).toBe(0);
    expect(readFileSync(at('s.html'), 'utf8')).toContain('Integrated gradients');
  });
});

describe('neighbours', () => {
  it('are of the embedding, and of what stands in the place after each layer', async () => {
    const { layers, piece, place } = await json('neighbours', at('lm'), '-i', 'No.', '--top', '2');
    expect(place).toBe(2);
    expect(layers.map(({ layer, normed }: Record<string, unknown>) => [layer, normed])).toEqual([
      ['table', false],
      [0, false],
      [1, false],
      [2, false],
      [2, true],
    ]);
    // Rotary models add no positions: what is embedded is the row of the table.
    expect(layers[1].pieces[0]).toEqual({ piece, cosine: 1 });
    expect(layers[1].pieces[1]).toEqual(layers[0].pieces[0]);
    const alone = await json('neighbours', at('lm'), '--token', piece, '--top', '2');
    expect(alone.layers).toEqual([layers[0]]);
    const { stdout } = await inspect('neighbours', at('translation'), '-i', 'No.', '--at', '1');
    expect(stdout).toMatch(/^nearest to .* at place 1, by cosine\n\ntable /);
  });
});

describe('word', () => {
  const sentences = [
    'It is old.',
    'The cat is old.',
    'It is so old.',
    'No.',
    'A house is an old cat.',
    'is it old?',
  ];

  it('has its vectors compared from place to place and layer to layer, and laid out', async () => {
    writeFileSync(at('old.txt'), sentences.map((text, i) => `t${i % 2}\t${text}\n`).join(''));
    const argv = [at('lm'), '-i', at('old.txt'), '--word', 'old', '--tagged'];
    const found = await json('word', ...argv);
    expect(found.sentences.map(({ line }: { line: number }) => line)).toEqual([1, 2, 3, 5, 6]);
    const [first, ...others] = found.layers;
    // Without positions the embedding of a word is the same everywhere, but for its case and cuts.
    expect([first.layer, first.kept]).toEqual([0, null]);
    for (const { self, any, kept } of others)
      for (const x of [self, any, kept]) expect(Math.abs(x)).toBeLessThanOrEqual(1);
    expect(
      found.planes.map(({ kind, points }: { kind: string; points: unknown[] }) => [kind, points.length]),
    ).toEqual([
      ['pca', 5],
      ['umap', 5],
    ]);
    expect(await json('word', ...argv)).toEqual(found);
    expect((await inspect('word', ...argv, '-o', at('old.html'))).code).toBe(0);
    expect(readFileSync(at('old.html'), 'utf8')).toContain('Principal components');
    expect((await inspect('word', ...argv, '-o', at('old.svg'))).code).toBe(0);
    expect(readFileSync(at('old.svg'), 'utf8')).toMatch(/^<svg /);
    expect((await inspect('word', ...argv, '--layer', '0')).stdout).toContain('old, embedded');
  });
});

describe('positions', () => {
  it('are compared by their vectors: sinusoids, learned rows, angles', async () => {
    const { positions } = await json('positions', at('translation'), '--length', '6');
    expect(positions.map(({ stack, kind }: Record<string, string>) => [stack, kind])).toEqual([
      ['encoder', 'sinusoidal'],
      ['decoder', 'sinusoidal'],
    ]);
    // PE(1) and PE(2) of eight units.
    const angle = (pos: number, k: number) => pos / 10000 ** ((2 * k) / 8);
    const wanted = [0, 1, 2, 3].reduce((sum, k) => sum + Math.cos(angle(1, k) - angle(2, k)) / 4, 0);
    expect(positions[0].cosines[1][2]).toBeCloseTo(wanted, 6);
    const rotary = await json('positions', at('lm'), '--length', '6');
    expect(rotary.positions).toHaveLength(1);
    const turned = rotary.positions[0];
    expect([turned.kind, turned.vectors[0].length]).toEqual(['rotary', 4]);
    const close = (Math.cos(2) + Math.cos(2 / 100)) / 2;
    expect(turned.cosines[1][3]).toBeCloseTo(close, 6);
    expect(turned.byDistance[2]).toBeCloseTo(close, 6);
    const learned = await json('positions', folderOf('bert'), '--length', '4');
    expect(learned.positions[0]).toMatchObject({ stack: 'encoder', kind: 'learned' });
  });

  it.each([
    ['lm', ['-i', 'train.en']],
    ['translation', ['-i', 'train.en', '--target', 'train.de']],
  ])('are shuffled and removed: %s', async (run, argv) => {
    const given = argv.map((word) => (word.startsWith('train') ? at(word) : word));
    const { loss } = await json('positions', at(run), ...given, '--length', '4');
    expect(loss.tokens).toBeGreaterThan(20);
    for (const changed of [loss.shuffled, loss.removed]) {
      expect(changed).toBeGreaterThan(0);
      expect(changed).not.toBe(loss.kept);
    }
    // Rotary positions know how far tokens are apart, and not where they stand; sinusoids know both.
    if (run === 'lm') expect(loss.shifted).toBeCloseTo(loss.kept, 4);
    else expect(Math.abs(loss.shifted - loss.kept)).toBeGreaterThan(1e-4);
    if (run !== 'lm') return;
    // As they are, a text is as likely as saliency has its last token, beside those before.
    const { value } = await json('saliency', at('lm'), '-i', 'No.', '--at', '2');
    writeFileSync(at('no.txt'), 'No.\n');
    const one = await json('positions', at('lm'), '-i', at('no.txt'), '--length', '4');
    expect(one.loss.kept * one.loss.tokens).toBeGreaterThanOrEqual(-value - 1e-5);
  });

  it('are text, a page and a picture', async () => {
    const argv = [at('lm'), '--length', '8'];
    expect((await inspect('positions', ...argv)).stdout).toContain('Waves of the decoder: rotary');
    for (const name of ['p.html', 'p.svg'])
      expect((await inspect('positions', ...argv, '-o', at(name))).code).toBe(0);
    expect(readFileSync(at('p.svg'), 'utf8')).toMatch(/^<svg /);
  });
});

describe('heads', () => {
  it.each([
    ['lm', ['-i', 'train.en'], 4],
    ['translation', ['-i', 'train.en', '--target', 'train.de'], 6],
  ])('are told over texts, with what they are worth: %s', async (run, argv, count) => {
    const given = argv.map((word) => (word.startsWith('train') ? at(word) : word));
    const { heads, texts } = await json('heads', at(run), ...given, '--ablate', 'zero');
    expect([texts, heads.length]).toEqual([6, count]);
    for (const { figures, gradient, ablation, offset, attention } of heads) {
      expect(figures.entropy).toBeGreaterThan(0);
      expect(gradient).toBeGreaterThan(0);
      expect(Number.isFinite(ablation)).toBe(true);
      expect(ablation).not.toBe(0);
      expect(offset === null).toBe(attention === 'cross');
    }
    const meant = await json('heads', at(run), ...given, '--ablate', 'mean');
    expect(meant.heads.map((one: { gradient: number }) => one.gradient)).toEqual(
      heads.map((one: { gradient: number }) => one.gradient),
    );
    expect(meant.heads).not.toEqual(heads);
  });

  it('are those of made-up problems too, of which answers are scored', async () => {
    writeFileSync(at('problems.txt'), '1 2 0 = 1 2 0 $\n2 0 = 2 0 $\n');
    const { heads } = await json('heads', at('copy'), '-i', at('problems.txt'));
    expect(heads).toHaveLength(4);
    for (const { figures, gradient } of heads) {
      expect(figures.induction).toBeGreaterThan(0);
      expect(gradient).toBeGreaterThan(0);
    }
    const { loss } = await json('positions', at('copy'), '-i', at('problems.txt'), '--length', '4');
    expect(loss.tokens).toBe(7);
  });

  it('are text and a page, also of models that tell no tokens', async () => {
    const { stdout } = await inspect('heads', at('classes'), '-i', at('train.en'));
    expect(stdout).toMatch(/^head +kind +entropy/);
    expect(stdout).not.toContain('gradient');
    expect((await inspect('heads', at('lm'), '-i', at('train.en'), '-o', at('heads.html'))).code).toBe(0);
    expect(readFileSync(at('heads.html'), 'utf8')).toContain('Heads over texts');
  });
});

describe('alignments', () => {
  it('link each word of the target, and are held against given ones', async () => {
    const files = ['-i', at('train.en'), '--target', at('train.de')];
    const { code, stdout } = await inspect('alignments', at('translation'), ...files);
    const found = stdout.trimEnd().split('\n');
    expect([code, found.length]).toEqual([0, 6]);
    expect(
      found[0]!
        .split(' ')
        .map((link) => Number(link.split('-')[1]))
        .sort(),
    ).toEqual([0, 1, 2, 3]);
    // Given links that are those found agree with them.
    writeFileSync(at('gold.txt'), stdout);
    const gold = await json('alignments', at('translation'), ...files, '--gold', at('gold.txt'));
    expect(gold.alignments[0]).toMatchObject({ layer: 1, lines: found });
    expect(gold.alignments[0].agreement).toEqual({ precision: 1, recall: 1, aer: 0 });
    expect((await inspect('alignments', at('translation'), ...files, '-o', at('a.html'))).code).toBe(0);
    expect(readFileSync(at('a.html'), 'utf8')).toContain(found[0]);
  });
});

it.each<[string, number, string, string[]]>([
  ['is for models that read one text and write another', 2, 'alignments', ['lm', '-i', 'train.en']],
  ['"x" is no token of the run\'s problems', 1, 'heads', ['copy', '-i', 'x.txt']],
  ['is no run on made-up problems', 1, 'selectors', ['lm', '-i', 'a']],
  ['is no run on made-up problems', 1, 'selectors', ['bert', '-i', 'a']],
  ['more than the 24 that are looked at', 1, 'selectors', ['copy', '-i', '1 '.repeat(25)]],
  ['give --labelled', 2, 'heads', ['classes', '-i', 'train.en', '--ablate', 'zero']],
  ['which --labelled is for', 1, 'heads', ['lm', '-i', 'train.en', '--labelled']],
  ['has no text', 1, 'heads', ['lm', '-i', '/dev/null']],
  ['--length expects', 2, 'positions', ['lm', '--length', '1']],
  ['missing --target', 2, 'positions', ['translation', '-i', 'train.en']],
  ['tells no tokens', 1, 'positions', ['classes', '-i', 'train.en']],
  ['missing --word', 2, 'word', ['lm', '-i', 'a']],
  [
    'say what colours tell; give one',
    2,
    'word',
    ['lm', '-i', 'train.en', '--word', 'a', '--tagged', '--conll', '1'],
  ],
  ['has 2 lines; ', 1, 'word', ['lm', '-i', 'x.txt', '--word', 'x', '--labels', 'x2.txt']],
  ['columns where 10 are needed', 1, 'word', ['lm', '-i', 'train.en', '--word', 'a', '--conll', '9']],
  ['has no tag', 1, 'word', ['lm', '-i', 'train.en', '--word', 'old', '--tagged']],
  ['no sentence has the word "qqq"', 1, 'word', ['lm', '-i', 'train.en', '--word', 'qqq']],
  [
    '--layer expects a whole number from 0 to 2',
    2,
    'word',
    ['lm', '-i', 'train.en', '--word', 'old', '--layer', '3'],
  ],
  ['needs five places', 1, 'word', ['lm', '-i', 'train.en', '--word', 'old', '--plane', 'umap']],
  ['--at expects a place of a token, from 1 to', 2, 'neighbours', ['lm', '-i', 'a', '--at', '99']],
  ['--token is a piece without a text', 2, 'neighbours', ['lm', '-i', 'a', '--token', 'a']],
  ['has no picture', 2, 'neighbours', ['lm', '-i', 'a', '-o', 'out.svg']],
  ['has no tokens; there are cosines', 2, 'positions', ['lm', '-o', 'out.svg', '--figure', 'tokens']],
  ['--figure is for pictures', 2, 'masks', ['bert', '-i', 'a', '--figure', 'tokens']],
  [
    'nothing was left out; give --ablate',
    1,
    'heads',
    ['lm', '-i', 'train.en', '-o', 'out.svg', '--figure', 'ablation'],
  ],
  [
    'leave out --head and --map',
    2,
    'attention',
    ['lm', '-i', 'a', '-o', 'out.svg', '--figure', 'heads', '--head', '1'],
  ],
  [
    '--top is for --show masks, neighbours, not for attention',
    2,
    'attention',
    ['lm', '-i', 'a', '--top', '3'],
  ],
  ['missing --input', 2, 'masks', ['lm']],
  ['tells no hidden tokens', 1, 'masks', ['lm', '-i', 'a']],
  ['tells no tokens', 1, 'masks', ['classes', '-i', 'a']],
  ['--at expects a place of a token', 2, 'saliency', ['lm', '-i', 'a', '--at', '1']],
  ['no piece "qqq"', 2, 'saliency', ['lm', '-i', 'a', '--token', 'qqq']],
  ['no "fr"; there are de, en', 2, 'saliency', ['classes', '-i', 'a', '--class', 'fr']],
  ['--class is for runs that tell classes', 2, 'saliency', ['lm', '-i', 'a', '--class', 'fr']],
])('refuses: %s', async (message, code, show, [run, ...argv]) => {
  const given = argv.map((word) => (/^(train|out|x2?\.txt)/.test(word) ? at(word) : word));
  const result = await inspect(show, run === 'bert' ? folderOf(run) : at(run!), ...given);
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
});
