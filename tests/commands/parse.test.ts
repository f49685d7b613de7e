import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TaskConfig } from '../../src/tasks/task.ts';
import { readTrees } from '../../src/trees/read.ts';
import { words } from '../../src/trees/tree.ts';
import { toyTreebank } from '../tasks/toy-treebank.ts';
import { Toy, trainToy } from '../train/toy.ts';
import { tx } from './run.ts';

let toy: Toy;
/** Folders of runs, each of two updates: parsing in three ways, and translation. */
let compact: string;
let wholeWords: string;
let vinyals: string;
let translation: string;

beforeAll(async () => {
  toy = new Toy();
  const split = { kind: 'trees', files: toy.write('toy.mrg', `${toyTreebank.join('\n')}\n`) };
  const training = { maxEpochs: undefined, maxSteps: 2, validateSteps: 2, average: 0 };
  const common = { training, evaluation: { samples: 0 } };
  const train = async (config: TaskConfig) => {
    const folder = toy.folder();
    await trainToy(config, folder);
    return folder.path;
  };
  const parsing = (linearization: string, over: object) => {
    const data = { train: split, valid: split, test: split };
    return toy.parsing({ ...common, parsing: { linearization }, data, ...over });
  };
  const tgt = { type: 'word', size: 100 };
  compact = await train(
    parsing('compact', {
      tokenizers: { src: { type: 'bpe', size: 60, dropout: 0.1 }, tgt },
      decode: { beamSize: 3, lengthPenalty: 0, maxExtraLength: 0 },
    }),
  );
  wholeWords = await train(
    parsing('compact', {
      tokenizers: { src: { type: 'word', size: 20 }, tgt },
      decode: { beamSize: 3, lengthPenalty: 0, maxExtraLength: 5 },
    }),
  );
  vinyals = await train(
    parsing('vinyals', {
      tokenizers: { src: { type: 'bpe', size: 60 }, tgt },
      decode: { beamSize: 2, lengthPenalty: 0, maxExtraLength: 30 },
    }),
  );
  translation = await train(toy.config(common));
}, 120_000);
afterAll(() => toy.remove());

const LINES = ["The dog doesn't bark.", '', '"Yes," (said) Ann.'];
const WORDS = ["The dog does n't bark .", '', "`` Yes , '' -LRB- said -RRB- Ann ."];
const input = `${LINES.join('\n')}\n`;

const parse = (argv: readonly string[], stdin = input) => tx(['parse', ...argv, '--threads', '1'], { stdin });

/** The words of each line's tree; an empty line has none. */
const wordsOfLines = (text: string) =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : words(readTrees(line)[0]!).join(' ')));

describe('sentences', () => {
  it('are split, parsed in order, and an empty line stays one', async () => {
    const { code, stdout, stderr } = await parse([compact]);
    expect([code, stderr]).toEqual([0, '']);
    expect(wordsOfLines(stdout)).toEqual(WORDS);
    expect(await parse([compact], '')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await parse([compact], '\n \n')).stdout).toBe('\n\n');
  });

  it('may be words already, of which brackets are escaped', async () => {
    const line = ' The dog.\tsees ( f(x) ¨ \u00a0 日本 ';
    const { stdout, stderr } = await parse([compact, '--tokenized'], `\ufeff${line}\r\n`);
    expect(stderr).toBe('');
    expect(wordsOfLines(stdout)).toEqual(['The dog. sees -LRB- f-LRB-x-RRB- ¨ \u00a0 日本']);
  });

  it('come from files, and standard input among them', async () => {
    const [first, second] = [toy.write('first.txt', 'One.\nTwo.'), toy.write('second.txt', 'Three.\n')];
    const { stdout } = await parse([compact, first, '-', second], 'Four.\n');
    expect(wordsOfLines(stdout)).toEqual(['One .', 'Two .', 'Four .', 'Three .']);
  });

  it.each(['1', '3'])(
    'of unknown words have a place for each in a vocabulary of words, beam %s',
    async (size) => {
      const { stdout, stderr } = await parse([wholeWords, '--beam-size', size], 'Zebras zap zinc\nOwls\n');
      expect(wordsOfLines(stdout)).toEqual(['Zebras zap zinc', 'Owls']);
      expect(stderr).toBe('');
    },
  );

  it('become trees of their words in other linearizations too', async () => {
    const { code, stdout } = await parse([vinyals]);
    expect(code).toBe(0);
    expect(wordsOfLines(stdout)).toEqual(WORDS);
  });

  it('too long for the model are told of, and keep their words', async () => {
    const words = Array<string>(50).fill('dog').join(' ');
    const file = toy.write('long.txt', `A dog.\n${words}\n`);
    const { code, stdout, stderr } = await parse([compact, file]);
    expect(code).toBe(0);
    expect(wordsOfLines(stdout)).toEqual(['A dog .', words]);
    expect(stderr).toMatch(
      /^tx: warning: \S*long\.txt:2: \d+ tokens, more than the model takes; words at the end/,
    );
    expect(stderr).toMatch(/\nrepaired trees: 1 of 2\n {2}\d+ words without a leaf, put under the root\n$/);
  });
});

it('trees are drawn as sentences are entered', async () => {
  const stdin = new PassThrough();
  const written: string[] = [];
  const write = (chunk: string, _encoding: string, done: () => void) => {
    written.push(chunk);
    done();
  };
  const stdout = Object.assign(new Writable({ decodeStrings: false, write }), { isTTY: true, columns: 80 });
  const running = tx(['parse', compact, '--threads', '1'], { stdin, stdout });
  for (const [i, word] of ['dog', 'cat'].entries()) {
    stdin.write(`The ${word} barks.\n`);
    const heading = `#${i + 1}  The ${word} barks.`;
    await vi.waitFor(() => expect(written.join('')).toContain(heading), 20_000);
  }
  stdin.end();
  expect(await running).toMatchObject({ code: 0, stderr: '' });
});

it('trees are the same in windows of any size', async () => {
  const file = toy.write('many.txt', input.repeat(3));
  for (const form of [[], ['--n-best', '2'], ['-f', 'json'], ['-f', 'html'], ['-f', 'unicode']]) {
    const { stdout } = await parse([compact, file, ...form]);
    expect((await parse([compact, file, ...form, '--buffer-size', '2'])).stdout).toBe(stdout);
  }
});

it('text that is not split into words is doubted where it is said to be', async () => {
  const { stderr } = await parse([compact, '--tokenized'], "The dog doesn't bark.\n");
  expect(stderr).toMatch(
    /^tx: warning: the input is said to be preprocessed.*"The dog does n't bark \."; is it raw/,
  );
  expect((await parse([compact, '--tokenized'], WORDS.join('\n'))).stderr).toBe('');
});

it('its input is not overwritten', async () => {
  const file = toy.write('kept.txt', 'The dog.\n');
  expect(await parse([compact, file, '-o', file])).toMatchObject({ code: 2, stdout: '' });
  expect(readFileSync(file, 'utf8')).toBe('The dog.\n');
});

describe('output', () => {
  it('has any form of trees, to a file too', async () => {
    const out = join(toy.dir, 'out.html');
    expect(await parse([compact, '-o', out])).toEqual({ code: 0, stdout: '', stderr: '' });
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('<title>Trees</title>');
    expect(page).toContain('The dog doesn&#39;t bark.');
    const mrg = join(toy.dir, 'out.mrg');
    await parse([compact, '-o', mrg]);
    expect(readFileSync(mrg, 'utf8')).toBe((await parse([compact])).stdout);
    const { stdout } = await parse([compact, '-f', 'json']);
    const items = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items.map(({ index, source }) => [index, source])).toEqual([
      [1, LINES[0]],
      [3, LINES[2]],
    ]);
    expect(items[0].words.join(' ')).toBe(WORDS[0]);
    expect(items[0]).not.toHaveProperty('score');
  });

  it('with --n-best has numbers and scores, best first, and no tree twice', async () => {
    const { stdout, stderr } = await parse([compact, '--n-best', '3'], `${input}Yes\n`);
    expect(stderr).toBe('');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    // For a lone word the toy treebank has a single token.
    expect(rows.map(([index]) => index)).toEqual(['1', '1', '1', '3', '3', '3', '4']);
    const scores = rows.map(([, score]) => Number(score));
    expect(scores[0]).toBeGreaterThanOrEqual(scores[1]!);
    expect(scores[1]).toBeGreaterThanOrEqual(scores[2]!);
    for (const score of scores) expect(score).toBeGreaterThan(-1000);
    expect(new Set(rows.slice(0, 3).map(([, , tree]) => tree)).size).toBe(3);
    expect(rows[6]![2]).toBe('(FRAG (XX Yes))');
    const [single] = (await parse([compact, '--scores'])).stdout.split('\n');
    expect(single).toBe(rows[0]!.join('\t'));
    const json = await parse([compact, '--n-best', '2', '-f', 'json'], 'The dog.\n');
    expect(json.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(JSON.parse(json.stdout.split('\n')[1]!)).toMatchObject({ index: 1, rank: 2, source: 'The dog.' });
  });

  it('without the constraint is repaired, which is told by kind', async () => {
    const { stdout, stderr } = await parse([compact, '--unconstrained']);
    expect(wordsOfLines(stdout)).toEqual(WORDS);
    expect(stderr).toMatch(/^repaired trees: 2 of 2\n( {2}\d+ [a-z ,]+\n)+$/);
    const quiet = await parse([compact, '--unconstrained', '-q']);
    expect(quiet).toEqual({ code: 0, stdout, stderr: '' });
  });
});

describe('an ensemble', () => {
  it('of a run and itself parses as the run', async () => {
    const alone = await parse([compact, '--scores']);
    const both = await parse([compact, '--scores', '--ensemble', compact]);
    const treesOf = (text: string) => text.split('\n').map((line) => line.split('\t').at(-1));
    expect([both.code, both.stderr]).toEqual([0, alone.stderr]);
    expect(treesOf(both.stdout)).toEqual(treesOf(alone.stdout));
  });

  it('has one task, one form and the same pieces', async () => {
    expect((await parse([compact, '--ensemble', translation])).stderr).toBe(
      `tx: ${translation}: is a run of the task translation, not parsing; use tx translate\n`,
    );
    expect((await parse([compact, '--ensemble', vinyals])).stderr).toBe(
      `tx: ${vinyals}: its parsing is not that of ${compact}; one ensemble has one\n`,
    );
    expect((await parse([compact, '--ensemble', compact, '--ensemble', wholeWords])).stderr).toBe(
      `tx: ${wholeWords}: the tokenizer src is not that of ${compact}; runs of one ensemble differ in their seeds, or in the sizes of their models\n`,
    );
  });
});

describe('mistakes', () => {
  const usage = (message: string) => ({ code: 2, stdout: '', stderr: `tx: ${message}\n` });

  it('in the run', async () => {
    expect(await parse([translation])).toEqual(
      usage(`${translation}: is a run of the task translation, not parsing; use tx translate`),
    );
    expect(await tx(['translate', compact], { stdin: input })).toEqual(
      usage(`${compact}: is a run of the task parsing, not translation; use tx parse`),
    );
    expect((await parse(['no-such-run'])).code).toBe(2);
  });

  it('in options', async () => {
    expect(await parse([compact, '--n-best', '4'])).toEqual(
      usage("--n-best 4 needs a --beam-size as large; the run's is 3"),
    );
    expect(await tx(['parse', compact, '--partial'], { stdin: input })).toEqual(
      usage('--partial is for runs that score spans; this one writes trees token by token'),
    );
    expect((await parse([compact, '--partial', '--tokenized'])).stderr).toContain('leave --tokenized out');
    expect((await parse([compact, '--beam-size', '0'])).stderr).toMatch(/^tx: --beam-size 0: /);
    expect((await parse([compact, '-f', 'unicod'])).stderr).toMatch(
      /^tx: unknown format "unicod".*"?unicode"?/,
    );
    expect(await tx(['parse', compact, '--threads', '-1'], { stdin: input })).toEqual(
      usage('--threads expects a whole number from 0 to 256, not -1'),
    );
    const { code, stderr } = await parse([compact, '-o', join(toy.dir, 'none', 'out.mrg')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
    expect(await parse([compact, join(toy.dir, 'none.txt')])).toMatchObject({ code: 1, stdout: '' });
  });

  it('in the language, which is English or split', async () => {
    const german = join(toy.dir, 'german');
    cpSync(compact, german, { recursive: true });
    const config = join(german, 'config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('lang: en', 'lang: de'));
    expect(await parse([german])).toEqual(
      usage('only English can be split into words, not de; give words between spaces, and --tokenized'),
    );
    const { stdout } = await parse([german, '--tokenized'], 'Es regnet .\n');
    expect(wordsOfLines(stdout)).toEqual(['Es regnet .']);
  });
});

it('has help with examples', async () => {
  const { stdout } = await tx(['parse', '--help']);
  expect(stdout).toContain('tx parse <run> [files..]');
  expect(stdout).toContain(`echo "It doesn't rain." | tx parse runs/ptb-sample`);
});
