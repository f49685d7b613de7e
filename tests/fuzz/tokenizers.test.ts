// Tokenizers: files of every kind that are damaged or say odd things, and odd text for them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWordPieceJson } from '../../src/tokenizers/huggingface/build-json.ts';
import { tx } from '../commands/run.ts';
import { modelNamed } from '../tokenizers/huggingface/golden.ts';
import { damaged, Hunt, oddText, PATIENCE, sample, type Trial } from './harness.ts';
import { CORPUS, EN, lines } from './material.ts';

const hunt = new Hunt();
afterAll(() => hunt.remove());

const pieces = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...'abcdehilmnopst.,',
  'the',
  '##s',
  '##e',
  '##at',
];
const form = { lowercase: true, handleChineseChars: true, rules: 'huggingface' } as const;
const JSONS = { wordpiece: buildWordPieceJson(pieces, form), bytes: modelNamed('roberta').file };
let model: Buffer;
beforeAll(async () => {
  const out = join(hunt.dir, 'bpe.model');
  const argv = ['tokenizer', 'train', '--type', 'bpe', '--size', '40', '-o', out, '-q'];
  const { code, stderr } = await tx(argv, { stdin: lines(EN) });
  if (code !== 0) throw new Error(stderr);
  model = readFileSync(out);
});

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e300,
    '',
    '##',
    [],
    {},
    [[]],
    'Sequence',
    'ByteLevel',
    'WordPiece',
  ),
);

/** A value with something else, or nothing, at one of its places. */
function changed(value: unknown, choices: readonly number[], other: unknown): unknown {
  const [choice, ...rest] = choices;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (choice === undefined || keys.length === 0) return other;
  const key = keys[choice % keys.length]!;
  const made = changed((value as Record<string, unknown>)[key], rest, other);
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? made : item));
  return { ...(value as object), [key]: made };
}

const oddJson = fc
  .tuple(
    fc.constantFrom(...Object.values(JSONS)),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }),
    fc.option(odd),
  )
  .map(([file, choices, other]) => Buffer.from(JSON.stringify(changed(file, choices, other ?? undefined))));

/** What is done with a tokenizer's file. */
const USES: readonly (readonly string[])[] = [
  ['tokenizer', 'inspect', '{}/given', '{}/train.en', '--json'],
  ['tokenizer', 'encode', '{}/given', '-i', '{}/train.en', '-o', '{}/out'],
  ['tokenizer', 'decode', '{}/given', '--ids', '0 1 2 3 4 17'],
  ['tokenizer', 'encode', '{}/given', '--normalization', 'nfkc', 'a [MASK] b'],
];
const trialOf = (i: number, given: string | Uint8Array | null, name = 'given'): Trial => ({
  name: `${i} ${name}`,
  argv: USES[i % USES.length]!.map((word) => word.replace('given', name)),
  files: { ...CORPUS, [name]: given },
});

test(
  'a tokenizer.json that says odd things',
  async () => {
    const trials = sample(oddJson, 120).map((text, i) => trialOf(i, text));
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'damaged files',
  async () => {
    const whole = [
      ...Object.values(JSONS).map((file) => Buffer.from(JSON.stringify(file))),
      Buffer.from(lines(pieces)),
    ];
    const bytes = fc.oneof(
      ...[...whole, model].map(damaged),
      fc.array(oddText, { maxLength: 9 }).map((texts) => lines(texts)),
      fc.constantFrom<string | Uint8Array | null>(
        null,
        '',
        '\n',
        '{',
        '{}',
        '[]',
        '\ufeff{}',
        Buffer.alloc(1e6),
      ),
    );
    const names = fc.constantFrom(
      'given',
      'given/vocab.txt',
      'given/vocab.json',
      'given/tokenizer_config.json',
    );
    const trials = sample(fc.tuple(bytes, names), 100).map(([content, name], i) => {
      const trial = trialOf(i, content);
      const merges = { 'given/merges.txt': '#version: 0.2\na b\n', 'given/vocab.txt': lines(pieces) };
      return name === 'given' ? trial : { ...trial, files: { ...CORPUS, ...merges, [name]: content } };
    });
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);

test(
  'odd text',
  async () => {
    const text = fc.array(oddText, { maxLength: 6 }).map((texts) => lines(texts));
    const files = Object.fromEntries(
      Object.entries(JSONS).map(([name, file]) => [name, JSON.stringify(file)]),
    );
    const trials = sample(fc.tuple(text, fc.constantFrom('wordpiece', 'bytes', 'bpe')), 120).map(
      ([stdin, name], i) => {
        const given = `{}/${name}`;
        const uses = [
          ['tokenizer', 'encode', given, '--json'],
          ...(name === 'bpe' ? [] : [['tokenizer', 'encode', given, '--offsets']]),
          ['tokenizer', 'decode', given],
          ['tokenizer', 'inspect', given, '-'],
          ['tokenizer', 'train', '--type', name === 'bytes' ? 'word' : name, '--size', '60', '-o', '{}/out'],
        ];
        const all = { ...files, bpe: new Uint8Array(model) };
        return { name: `${i} ${name}`, argv: uses[i % uses.length]!, stdin, files: all };
      },
    );
    expect(await hunt.run(trials)).toEqual([]);
  },
  PATIENCE,
);
