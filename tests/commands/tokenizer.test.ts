import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenizerSchema, trainedTypes } from '../../src/tokenizers/index.ts';
import { golden, modelNamed } from '../tokenizers/huggingface/golden.ts';
import { tx } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-tokenizer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const toy = new URL('../corpus/toy.en', import.meta.url).pathname;
const german = new URL('../corpus/toy.de', import.meta.url).pathname;
const tokenizer = (...argv: string[]) => tx(['tokenizer', ...argv]);

const { vocab } = (modelNamed('uncased').file as { model: { vocab: Record<string, number> } }).model;

/** A config, and a run of it as far as tokenizers go. */
const CONFIG = `data:
  srcLang: en
  tgtLang: de
  train: { kind: parallel, src: ${toy}, tgt: ${german} }
  valid: { kind: parallel, src: ${toy}, tgt: ${german} }
  batchTokens: 64
training: { maxSteps: 1 }
optimizer: { type: adam }
schedule: { type: constant, learningRate: 0.01 }
model: { tie: two }
tokenizers: { src: { type: wordpiece, size: 90, lowercase: false }, tgt: { type: bpe, size: 60 } }
`;

beforeAll(async () => {
  mkdirSync(at('run/tokenizers'), { recursive: true });
  writeFileSync(at('config.yaml'), CONFIG);
  copyFileSync(at('config.yaml'), at('run/config.yaml'));
  mkdirSync(at('given'));
  writeFileSync(at('given/vocab.txt'), golden.files.bert.pieces.map((piece) => `${piece}\n`).join(''));
  for (const name of ['uncased', 'roberta'])
    writeFileSync(at(`${name}.json`), JSON.stringify(modelNamed(name).file));
  const size = ['--size', '100', '-o'];
  const made = [
    await tokenizer('train', toy, '--type', 'wordpiece', ...size, at('wordpiece.json')),
    await tokenizer('train', toy, german, '--type', 'bpe', ...size, at('bpe.model')),
    await tokenizer(
      'train',
      toy,
      '--config',
      at('config.yaml'),
      '--side',
      'src',
      '-o',
      at('run/tokenizers/src.model'),
    ),
    await tokenizer(
      'train',
      german,
      '--config',
      at('config.yaml'),
      '--side',
      'tgt',
      '-o',
      at('run/tokenizers/tgt.model'),
    ),
  ];
  for (const { code, stderr } of made) expect([code, stderr]).toEqual([0, expect.stringContaining('pieces')]);
});

describe('train', () => {
  it('has an option for every setting of what is trained', async () => {
    const { stdout } = await tokenizer('--help');
    const settings = tokenizerSchema.options
      .filter(({ shape }) => (trainedTypes as string[]).includes(shape.type.value))
      .flatMap(({ shape }) => Object.keys(shape))
      .filter((name) => !name.startsWith('dropout'));
    for (const name of new Set(settings)) {
      expect(stdout).toMatch(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `);
    }
  });

  it('takes the settings of a config, and others before them', async () => {
    expect((await tokenizer('encode', at('run'), '--side', 'src', 'The')).stdout).toMatch(/^T/);
    const own = [
      '--config',
      at('config.yaml'),
      '--side',
      'src',
      '--lowercase',
      '--size',
      '80',
      '-o',
      at('own.json'),
    ];
    const { code, stderr } = await tokenizer('train', toy, ...own);
    expect([code, stderr]).toEqual([0, expect.stringContaining('80 pieces, WordPiece')]);
    expect((await tokenizer('encode', at('own.json'), 'The')).stdout).toMatch(/^t/);
  });

  it('reads standard input, and leaves out lines without end', async () => {
    const lines = `${readFileSync(toy, 'utf8')}${'a'.repeat(100_001)}\n`;
    const out = at('stdin.model');
    const { code, stderr } = await tx(['tokenizer', 'train', '--type', 'word', '-o', out], { stdin: lines });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('1 line of more than 100,000 characters left out'),
    ]);
    expect(existsSync(out)).toBe(true);
  });
});

describe('encode', () => {
  it('prints pieces, or ids, of arguments', async () => {
    const pieces = await tokenizer('encode', at('uncased.json'), 'The weather', 'it is [MASK]');
    expect(pieces.stdout).toBe('the weather\nit is [MASK]\n');
    const ids = await tokenizer('encode', at('uncased.json'), '--ids', 'The weather');
    expect(ids.stdout).toBe(`${vocab.the} ${vocab.weather}\n`);
  });

  it('prints the places of pieces, line by line', async () => {
    const argv = ['tokenizer', 'encode', at('uncased.json'), '--offsets'];
    const { stdout } = await tx(argv, { stdin: 'É 😀é!\nThe\n' });
    expect(stdout).toBe('e\t0\t1\t0\n[UNK]\t2\t5\t1\n!\t5\t6\t2\n\nthe\t0\t3\t0\n\n');
    const ids = await tx([...argv, '--ids'], { stdin: 'The\n' });
    expect(ids.stdout).toBe(`${vocab.the}\t0\t3\t0\n\n`);
  });

  it('prints all of it as JSON, places where the kind knows them', async () => {
    const one = await tokenizer('encode', at('uncased.json'), '--json', 'The cat');
    expect(JSON.parse(one.stdout)).toEqual({
      text: 'The cat',
      ids: [vocab.the, vocab.cat],
      pieces: ['the', 'cat'],
      offsets: [
        [0, 3],
        [4, 7],
      ],
      words: [0, 1],
    });
    const other = await tokenizer('encode', at('bpe.model'), '--json', 'The cat');
    expect(Object.keys(JSON.parse(other.stdout))).toEqual(['text', 'ids', 'pieces']);
  });

  it('writes a file', async () => {
    const argv = ['encode', at('uncased.json'), '-i', toy, '-o', at('out.txt')];
    expect((await tokenizer(...argv)).stdout).toBe('');
    expect(readFileSync(at('out.txt'), 'utf8').split('\n')).toHaveLength(
      readFileSync(toy, 'utf8').split('\n').length,
    );
  });

  it("normalizes before a SentencePiece model's own rules where it is asked to", async () => {
    const plain = await tokenizer('encode', at('bpe.model'), 'ﬁ');
    const nfkc = await tokenizer('encode', at('bpe.model'), '--normalization', 'nfkc', 'ﬁ');
    expect(plain.stdout).toContain('<unk>');
    expect(nfkc.stdout).not.toContain('<unk>');
  });
});

describe('decode', () => {
  it.each(['uncased.json', 'roberta.json', 'bpe.model', 'given'])(
    'gives back what %s encoded',
    async (name) => {
      for (const flags of [[], ['--ids']]) {
        const { stdout: encoded } = await tokenizer('encode', at(name), ...flags, 'it is');
        const { stdout } = await tx(['tokenizer', 'decode', at(name), ...flags], { stdin: encoded });
        expect(stdout).toBe('it is\n');
      }
    },
  );

  it('gives a line for a line', async () => {
    const { stdout: pieces } = await tx(['tokenizer', 'encode', at('roberta.json'), '--json', 'a\nb']);
    const { ids } = JSON.parse(pieces) as { ids: number[] };
    const line = ids.join(' ');
    expect((await tokenizer('decode', at('roberta.json'), '--ids', line)).stdout).toBe('a b\n');
    const { stdout } = await tokenizer('decode', at('roberta.json'), '--ids', '--json', line);
    expect(JSON.parse(stdout)).toEqual({ ids, text: 'a\nb' });
  });
});

describe('inspect', () => {
  it('tells what a tokenizer is', async () => {
    const { stdout } = await tokenizer('inspect', at('uncased.json'));
    expect(stdout).toContain('kind            WordPiece\n');
    expect(stdout).toContain('two texts       [CLS] a [SEP] b [SEP]\n');
    expect(stdout).toContain('not done here   truncation to 8 pieces, padding\n');
    expect((await tokenizer('inspect', at('bpe.model'))).stdout).toContain("BPE, in SentencePiece's format");
  });

  it('tells how it fits a text', async () => {
    writeFileSync(at('text.txt'), 'The cat sees ☃ the cat.\n\nThe ☃\n');
    const { stdout } = await tokenizer('inspect', at('uncased.json'), at('text.txt'), '--json');
    const { text, ...about } = JSON.parse(stdout) as { text: object };
    expect(about).toMatchObject({
      kind: 'WordPiece',
      special: { mask: { id: 4, piece: '[MASK]' } },
      frame: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'] },
    });
    expect(text).toMatchObject({
      ...{ lines: 3, words: 8, characters: 28, pieces: 9, unknownPieces: 2, usedPieces: 5 },
      unknownWords: [{ word: '☃', count: 2 }],
      ...{ piecesPerWord: 9 / 8, wholeWords: 5 / 8 },
    });
  });

  it('tells the frame of a RoBERTa, and that others frame nothing', async () => {
    const frameOf = async (name: string) =>
      JSON.parse((await tokenizer('inspect', at(name), '--json')).stdout).frame;
    expect(await frameOf('roberta.json')).toEqual({
      start: ['<s>'],
      between: ['</s>', '</s>'],
      end: ['</s>'],
    });
    expect(await frameOf('bpe.model')).toEqual({ start: [], between: ['</s>'], end: ['</s>'] });
  });
});

describe('what cannot be', () => {
  it.each([
    [['encode'], 2, 'give a tokenizer: a file, a folder that has one, or a run'],
    [['encode', '{}/none', 'a'], 1, '{}/none: no such file'],
    [['encode', '{}/config.yaml', 'a'], 1, 'is no JSON, and no vocabulary of WordPieces'],
    [['encode', '{}/run', 'a'], 2, '{}/run: has several tokenizers; give --side src or tgt'],
    [['encode', '{}/run', '--side', 'x', 'a'], 2, '{}/run: has no tokenizer of --side x; its own: src, tgt'],
    [['encode', '{}/uncased.json', '--side', 'src', 'a'], 2, '--side is for runs'],
    [['encode', '{}/uncased.json', '--normalization', 'nfkc', 'a'], 2, 'leave out --normalization'],
    [
      ['encode', '{}/run', '--side', 'src', '--normalization', 'nfkc', 'a'],
      2,
      'its config has --normalization',
    ],
    [['encode', '{}/bpe.model', '--offsets', 'a'], 2, '--offsets: this kind of tokenizer tells no places'],
    [
      ['encode', '{}/uncased.json', '-i', '{}/config.yaml', 'a'],
      2,
      'give lines as arguments or --input, not both',
    ],
    [['encode', '{}/uncased.json', '-o', '{}/x', 'a'], 2, '--output is for lines of --input'],
    [
      ['encode', '{}/uncased.json', 'a'.repeat(100_001)],
      1,
      'argument 1: has more than 100,000 characters; split it',
    ],
    [['encode', '{}/uncased.json', '--size', '9', 'a'], 2, '--size is no option of tx tokenizer encode'],
    [
      ['decode', '{}/uncased.json', 'the 17'],
      1,
      'argument 1: "17" is no piece of the tokenizer; --ids reads numbers',
    ],
    [['decode', '{}/uncased.json', '--ids', '1 x'], 1, 'argument 1: "x" is no id of the tokenizer'],
    [['decode', '{}/uncased.json', '--ids', '99999999999'], 1, '"99999999999" is no id of the tokenizer'],
    [['decode', '{}/uncased.json', '--offsets', '1'], 2, '--offsets is no option of tx tokenizer decode'],
    [['inspect', '{}/uncased.json', '/dev/null'], 1, 'there is no text to look at'],
    [['train', '{}/config.yaml'], 2, 'give --output'],
    [['train', '{}/config.yaml', '-o', '{}/x'], 2, 'give --type, one of bpe, word, wordpiece, or --config'],
    [['train', '{}/config.yaml', '-o', '{}/config.yaml', '--type', 'word'], 2, 'is the input too'],
    [['train', '/dev/null', '-o', '{}/x', '--type', 'word'], 1, 'there is no text to train on'],
    [
      ['train', '{}/config.yaml', '-o', '{}/x', '--type', 'word', '--lowercase'],
      2,
      '--lowercase is no setting of a tokenizer of type word',
    ],
    [['train', '{}/config.yaml', '-o', '{}/x', '--type', 'bpe', '--size', '7'], 2, '--size 7: '],
    [
      ['train', '{}/config.yaml', '-o', '{}/x', '--type', 'wordpiece', '--size', '9'],
      1,
      'a vocabulary of 9 pieces is too small',
    ],
    [
      ['train', '{}/config.yaml', '-o', '{}/x', '--type', 'word', '--side', 'src'],
      2,
      '--side is for --config',
    ],
    [['train', '{}/config.yaml', '-o', '{}/x', '--config', '{}/config.yaml'], 2, 'has several tokenizers'],
    [
      [
        'train',
        '{}/config.yaml',
        '-o',
        '{}/x',
        '--config',
        '{}/config.yaml',
        '--side',
        'src',
        '--type',
        'bpe',
      ],
      2,
      'is of type wordpiece',
    ],
  ])('%j', async (argv, code, message) => {
    const fill = (text: string) => text.replaceAll('{}', folder);
    const result = await tokenizer(...argv.map(fill));
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(fill(message))]);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stdout).toBe('');
    expect(existsSync(at('x'))).toBe(false);
  });
});
