// `tx inspect` on a run of each role of models and a checkpoint of transformers: forms, choices, and what is refused.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf } from '../exchange/checkpoints.ts';
import { CONFIG, CORPUS, LM_CONFIG, lines, PARSING_CONFIG, TREES } from '../fuzz/material.ts';
import { tx } from './run.ts';
import { type TrainedRuns, trainRuns } from './trained-runs.ts';

let trained: TrainedRuns;
const at = (name: string) => trained.at(name);

const runs = {
  translation: CONFIG.replace('model: {', 'model: { numKvHeads: 1, kvOwner: { encoder: [0] },'),
  lm: LM_CONFIG.replace('numLayers: 1', 'numLayers: 2, kvOwner: [0, 0], norm: pre, positions: rotary'),
  parsing: PARSING_CONFIG,
};

beforeAll(async () => {
  trained = await trainRuns({ ...CORPUS, 'trees.mrg': TREES }, runs);
}, 120_000);
afterAll(() => trained.remove());

const inspect = (...argv: string[]) => tx(['inspect', ...argv, '--threads', '1']);

async function json(...argv: string[]) {
  const { code, stdout, stderr } = await inspect(...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const shape = (x: unknown): number[] => (Array.isArray(x) ? [x.length, ...shape(x[0])] : []);

/** All rows of nested lists. */
const rowsOf = (x: unknown[]): number[][] =>
  Array.isArray(x[0]) ? x.flatMap((one) => rowsOf(one as unknown[])) : [x as number[]];

describe('a model that translates', () => {
  it('shows what the encoder, the decoder and the attention between them do', async () => {
    const found = await json(
      at('translation'),
      '-i',
      'The cat sleeps.',
      '--target',
      'Die Katze.',
      '--with',
      'hidden,queries,keys,masked,figures,norms',
    );
    const [S, T] = [found.sequences.encoder.tokens.length, found.sequences.decoder.tokens.length];
    expect(found.sequences.encoder.tokens.at(-1)).toMatchObject({ piece: '</s>', special: true });
    expect(found.sequences.decoder.tokens[0]).toMatchObject({ piece: '<s>', special: true });
    expect(found.sequences.encoder.words.slice(0, -1).join(' ')).toBe('The cat sleeps.');
    expect(
      found.attention.map(({ path, kind, layer }: Record<string, unknown>) => [path, kind, layer]),
    ).toEqual([
      ['encoder.0.selfAttn', 'encoder', 1],
      ['decoder.0.selfAttn', 'decoder', 1],
      ['decoder.0.crossAttn', 'cross', 1],
    ]);
    expect(found.attention.map(({ weights }: { weights: unknown }) => shape(weights))).toEqual([
      [2, S, S],
      [2, T, T],
      [2, T, S],
    ]);
    const [encoder, decoder, cross] = found.attention;
    for (const row of rowsOf(found.attention.map(({ weights }: { weights: unknown }) => weights)))
      expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
    for (const [i, row] of (decoder.weights[0] as number[][]).entries()) {
      expect(row.slice(i + 1)).toEqual(new Array(T - 1 - i).fill(0));
      expect(decoder.masked[0][i].slice(i + 1).every((x: number) => x < -1e8)).toBe(true);
    }
    expect([shape(encoder.queries), shape(encoder.keys), shape(cross.keys), shape(cross.norms)]).toEqual([
      [2, S, 4],
      [1, S, 4],
      [1, S, 4],
      [2, S],
    ]);
    expect(cross.figures[0]).toMatchObject({ distance: null, first: cross.figures[0].first });
    expect(
      found.hidden.map(({ stack, layer, rows }: Record<string, unknown>) => [stack, layer, ...shape(rows)]),
    ).toEqual([
      ['encoder', 0, S, 8],
      ['encoder', 1, S, 8],
      ['decoder', 0, T, 8],
      ['decoder', 1, T, 8],
    ]);
  });

  it('looks at its own output where no target is given', async () => {
    const translated = await tx(['translate', at('translation'), '--threads', '1'], { stdin: 'No.\n' });
    const { sequences } = await json(at('translation'), '-i', 'No.');
    expect(sequences.decoder.words.slice(1).join(' ')).toBe(translated.stdout.trim());
  });

  it('draws cross-attention in characters', async () => {
    const { code, stdout } = await inspect(
      at('translation'),
      '-i',
      'No.',
      '--target',
      'Nein.',
      '--words',
      '--without-special',
    );
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      'translation: cross attention, layer 1, mean of 2 heads, without special tokens',
    ]);
    // One word looks at one word.
    expect(stdout).toContain('1.000  1  Nein.  →  1  No.');
  });
});

describe('maps', () => {
  const draw = async (run: string, ...argv: string[]) => {
    const { code, stdout, stderr } = await inspect(at(run), '-i', 'A small house.', ...argv);
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };
  /** The heaviest link. */
  const most = (shown: string) => Number(/^(\d\.\d{3}) +\d/m.exec(shown)![1]);

  it('have lengths of what tokens give, rollout and flow, as JSON has them', async () => {
    const argv = ['-i', 'A small house.', '--with', 'norms,rollout,flow'];
    const { attention, rollout, flow } = await json(at('lm'), ...argv);
    const norms = await draw('lm', '--map', 'norms');
    expect(norms).toContain('layer 2, norms of 2 heads together');
    expect(most(norms)).toBeCloseTo(Math.max(...attention[1].given.flat()), 3);
    const head = await draw('lm', '--map', 'norms', '--layer', '1', '--head', '2');
    const wanted = attention[0].weights[1].flatMap((row: number[]) =>
      row.map((weight, j) => weight * attention[0].norms[1][j]),
    );
    expect(head).toContain('layer 1, head 2 of 2, norms');
    expect(most(head)).toBeCloseTo(Math.max(...wanted), 3);
    for (const layer of ['1', '2']) {
      const shown = await draw('lm', '--map', 'rollout', '--layer', layer);
      expect(shown).toContain(`rollout up to layer ${layer}`);
      expect(most(shown)).toBeCloseTo(Math.max(...rollout.decoder[Number(layer) - 1].flat()), 3);
    }
    expect(most(await draw('lm', '--map', 'flow'))).toBeCloseTo(Math.max(...flow.decoder.flat()), 3);
  });

  it('are of a stack of its own where layers count, and pictures too', async () => {
    const argv = ['--target', 'Ein Haus.', '--map', 'rollout'];
    expect(await draw('translation', ...argv)).toContain('encoder attention, rollout up to layer 1');
    expect(await draw('translation', ...argv, '--attention', 'decoder')).toContain('decoder attention');
    await draw('lm', '--map', 'flow', '-o', at('flow.svg'));
    expect(readFileSync(at('flow.svg'), 'utf8')).toContain('flow up to layer 2');
  });

  it.each([
    [['--map', 'rollout', '--head', '1'], 'leave out --head'],
    [['--map', 'rollout', '--layer', '3'], 'from 1 to 2'],
    [['--map', 'norms', '--json'], '--with'],
    [['--map', 'norms', '-o', 'x.html'], 'a page has all of them'],
  ])('refuse what they are not of: %j', async (argv, complaint) => {
    const { code, stderr } = await inspect(at('lm'), '-i', 'No.', ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it('of cross-attention have no path through layers', async () => {
    const argv = ['-i', 'No.', '--target', 'Nein.', '--attention', 'cross', '--map', 'flow'];
    const { code, stderr } = await inspect(at('translation'), ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining('not of cross-attention')]);
  });
});

describe('a parser', () => {
  it('takes a tree for its target, which must have the words of the input', async () => {
    const [tree] = TREES.split('\n');
    const words = Array.from(tree!.matchAll(/ ([^\s()]+)\)/g), ([, word]) => word).join(' ');
    const { sequences } = await json(at('parsing'), '-i', words, '--target', tree!);
    expect(sequences.decoder.tokens).toHaveLength(sequences.encoder.tokens.length);
    expect((await inspect(at('parsing'), '-i', `${words} more`, '--target', tree!)).stderr).toContain(
      'not as many',
    );
    expect((await inspect(at('parsing'), '-i', words, '--target', '(S')).code).toBe(1);
  });
});

describe('a language model', () => {
  it('has one stack, whose layers may share keys, and a norm at its end', async () => {
    const found = await json(at('lm'), '-i', 'A small house.', '--with', 'hidden,keys,rollout,flow');
    const T = found.sequences.decoder.tokens.length;
    const [first, second] = found.attention;
    expect([found.model, Object.keys(found.sequences)]).toEqual(['lm', ['decoder']]);
    expect(second.keys).toEqual(first.keys);
    expect(second.weights).not.toEqual(first.weights);
    expect(found.hidden.map(({ layer, normed }: Record<string, unknown>) => [layer, normed])).toEqual([
      [0, false],
      [1, false],
      [2, false],
      [2, true],
    ]);
    expect([shape(found.rollout.decoder), shape(found.flow.decoder)]).toEqual([
      [2, T, T],
      [T, T],
    ]);
  });

  it('chooses layers and heads', async () => {
    const { attention } = await json(at('lm'), '-i', 'No.', '--layer', '2', '--attention', 'decoder');
    expect(attention.map(({ path }: { path: string }) => path)).toEqual(['decoder.1.selfAttn']);
    const { stdout } = await inspect(at('lm'), '-i', 'No.', '--layer', '1', '--head', '2');
    expect(stdout).toContain('layer 1, head 2 of 2');
  });
});

describe('an encoder', () => {
  it('reads one text or two, of a checkpoint of transformers too', async () => {
    const one = await json(folderOf('bert'), '-i', 'The weather is lovely today.');
    expect(one.sequences.encoder.words).toEqual([
      '[CLS]',
      'the',
      'weather',
      'is',
      'lovely',
      'today',
      '.',
      '[SEP]',
    ]);
    const two = await json(
      folderOf('bert'),
      '-i',
      'a cat',
      '--pair',
      'a dog',
      '--words',
      '--without-special',
    );
    expect(two.sequences.encoder.words).toEqual(['[CLS]', 'a', 'cat', '[SEP]', 'a', 'dog', '[SEP]']);
    expect(two.labels.encoder.keys).toEqual(['a', 'cat', 'a', 'dog']);
    expect(shape(two.attention[1].weights)).toEqual([4, 4, 4]);
    // The second text has segments of its own.
    const joined = await json(folderOf('bert'), '-i', 'a cat a dog');
    expect(joined.attention[0].weights[0][1]).not.toEqual(two.attention[0].weights[0][1]);
  });
});

it('takes a line of files, and writes a file', async () => {
  writeFileSync(at('two.txt'), lines(['A cat.', 'No.']));
  const { sequences } = await json(at('lm'), '-i', at('two.txt'), '--line', '2');
  expect(sequences.decoder.words.slice(1).join(' ')).toBe('No.');
  const piped = await tx(['inspect', at('lm'), '-i', '-', '--threads', '1', '--json', '-o', at('out.json')], {
    stdin: 'No.\n',
  });
  expect([piped.code, piped.stdout]).toEqual([0, '']);
  expect(JSON.parse(readFileSync(at('out.json'), 'utf8')).sequences).toEqual(sequences);
});

it('compares runs, checkpoints and inputs in one page, and draws one map as a picture', async () => {
  const others = [
    ['--compare', at('translation'), '--compare-input', 'A cat.'],
    ['--compare-input', 'A cat.'],
    ['--compare-checkpoint', 'last'],
  ];
  for (const [i, other] of others.entries()) {
    const { code, stderr } = await inspect(at('lm'), '-i', 'No.', ...other, '-o', at('both.html'));
    expect([i, code, stderr]).toEqual([i, 0, '']);
    expect(readFileSync(at('both.html'), 'utf8')).toContain('Side by side');
  }
  expect((await inspect(at('lm'), '-i', 'No.', '--head', '1', '-o', at('map.svg'))).code).toBe(0);
  expect(readFileSync(at('map.svg'), 'utf8')).toMatch(/^<svg .*head 1 of 2/s);
  expect((await inspect(at('lm'), '-i', 'No.', '--head', '1', '-o', at('map.png'))).code).toBe(0);
  expect(readFileSync(at('map.png')).subarray(1, 4).toString()).toBe('PNG');
});

it.each<[string, number, string[]]>([
  ['--compare-input is for pages', 2, ['lm', '-i', 'a', '--compare-input', 'b']],
  ['is a file; say with --line', 2, ['lm', '-i', 'train.en']],
  ['has no line 9; there are 6', 1, ['lm', '-i', 'train.en', '--line', '9']],
  ['--line expects', 2, ['lm', '-i', 'train.en', '--line', '0']],
  ['has no text', 1, ['lm', '-i', ' ']],
  ['has no text', 1, ['lm', '-i', '']],
  ['is more than one line', 2, ['lm', '-i', 'a\nb']],
  ['reads one text', 2, ['lm', '-i', 'a', '--pair', 'b']],
  ['reads its own text', 2, ['lm', '-i', 'a', '--target', 'b']],
  ['is its --target', 2, ['translation', '-i', 'a', '--pair', 'b']],
  ['this model has no cross; it has decoder', 2, ['lm', '-i', 'a', '--attention', 'cross']],
  ['--layer expects a whole number from 1 to 2', 2, ['lm', '-i', 'a', '--layer', '3']],
  ['--head expects a whole number from 1 to 2', 2, ['lm', '-i', 'a', '--head', '3']],
  ['no "colour"; there are queries', 2, ['lm', '-i', 'a', '--json', '--with', 'colour']],
  ['--with is for --json', 2, ['lm', '-i', 'a', '--with', 'hidden']],
  ['needs all layers', 2, ['lm', '-i', 'a', '--json', '--with', 'rollout', '--layer', '1']],
])('refuses: %s', async (message, code, [run, ...argv]) => {
  const given = argv.map((word) => (word === 'train.en' ? at(word) : word));
  const result = await inspect(at(run!), ...given);
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
});
