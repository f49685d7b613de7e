import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { frameOf, frameTexts } from '../../../src/tokenizers/frame.ts';
import { readGiven } from '../../../src/tokenizers/huggingface/files.ts';
import { HuggingFaceTokenizer } from '../../../src/tokenizers/huggingface/tokenizer.ts';
import { checkTokenizerFile } from '../../../src/tokenizers/huggingface/tokenizer-json.ts';
import { UserError } from '../../../src/util/errors.ts';
import { golden, modelNamed } from './golden.ts';

const root = mkdtempSync(join(tmpdir(), 'tx-huggingface-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A folder with these files. */
function folderOf(files: Record<string, string>): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function load(path: string, settings: Parameters<typeof readGiven>[1] = {}): HuggingFaceTokenizer {
  return new HuggingFaceTokenizer(checkTokenizerFile(readGiven(path, settings), path), path);
}

const { bert, roberta, google } = golden.files;
const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('');
const vocabulary = lines(bert.pieces);
const framedIds = (tokenizer: HuggingFaceTokenizer) =>
  golden.samples.map((text) => [...frameTexts(frameOf(tokenizer), [tokenizer.encode(text)], 1e6).ids]);

describe('vocab.txt', () => {
  it("cuts text as transformers' BertTokenizer", () => {
    expect(framedIds(load(join(folderOf({ 'vocab.txt': vocabulary }), 'vocab.txt')))).toEqual(bert.ids);
    expect(framedIds(load(folderOf({ 'vocab.txt': vocabulary.replaceAll('\n', '\r\n') })))).toEqual(bert.ids);
  });

  it.each([true, false])("cuts text as Google's tokenizer, lower-cased: %s", (lowercase) => {
    const tokenizer = load(folderOf({ 'vocab.txt': vocabulary }), { rules: 'google', lowercase });
    const found = golden.samples.map((text) => tokenizer.encode(text));
    expect(found).toEqual(google[lowercase ? 'uncased' : 'cased']);
  });

  it('is lower-cased as the settings, the file beside it, or its own capitals say', () => {
    const cased = `${vocabulary}Zebra\n`;
    const isLower = (files: Record<string, string>, settings = {}) =>
      load(folderOf(files), settings).normalize('A É') === 'a e';
    expect(isLower({ 'vocab.txt': vocabulary })).toBe(true);
    expect(isLower({ 'vocab.txt': cased })).toBe(false);
    const config = '{"do_lower_case": true, "strip_accents": null, "other": [1]}';
    expect(isLower({ 'vocab.txt': cased, 'tokenizer_config.json': config })).toBe(true);
    expect(isLower({ 'vocab.txt': cased, 'tokenizer_config.json': config }, { lowercase: false })).toBe(
      false,
    );
    const keeps = load(folderOf({ 'vocab.txt': vocabulary }), { stripAccents: false });
    expect(keeps.normalize('É')).toBe('é');
  });

  it.each([
    ['[UNK]\na\n\nb\n', ':3: the line is empty'],
    ['[UNK]\na\nb\na\n', ':4: the piece stands in line 2 too'],
    ['a\nb\n', ': is no JSON, and no vocabulary of WordPieces'],
    ['', ': is no JSON, and no vocabulary of WordPieces'],
  ])('%j is refused', (text, message) => {
    const path = join(folderOf({ 'vocab.txt': text }), 'vocab.txt');
    expect(() => load(path)).toThrow(path + message);
  });
});

describe('vocab.json with merges.txt', () => {
  const files = {
    'vocab.json': JSON.stringify(roberta.vocabulary),
    'merges.txt': `#version: 0.2\n${lines(roberta.merges)}`,
  };

  it("cuts text as transformers' RobertaTokenizer", () => {
    expect(framedIds(load(folderOf(files)))).toEqual(roberta.ids);
  });

  it('without its merges, or with others, is refused', () => {
    const alone = folderOf({ 'vocab.json': files['vocab.json'] });
    expect(() => load(alone)).toThrow('is no tokenizer.json, and no vocabulary with merges.txt beside it');
    const other = folderOf({ ...files, 'merges.txt': `${roberta.merges[0]}\nnone such\n` });
    expect(() => load(other)).toThrow('merge 2, "none such", is not of two pieces that make a third');
  });
});

describe('tokenizer.json', () => {
  const given = modelNamed('uncased').file as Record<string, object>;
  const bytes = modelNamed('roberta').file as Record<string, object>;
  const pathOf = (content: unknown) =>
    join(folderOf({ 'tokenizer.json': JSON.stringify(content) }), 'tokenizer.json');

  it('is found in its folder, and says itself how text is normalized', () => {
    const path = pathOf(given);
    expect(load(dirname(path)).encode('a')).toEqual(load(path).encode('a'));
    expect(() => load(path, { lowercase: true })).toThrow(
      'says itself how text is normalized; leave out lowercase',
    );
  });

  const changed = (file: Record<string, object>, part: string, change: object) => ({
    ...file,
    [part]: { ...file[part], ...change },
  });
  const faults: [content: unknown, message: string][] = [
    [{}, 'is no tokenizer.json'],
    [{ model: null }, 'has no model'],
    [
      { model: { type: 'Unigram', vocab: [] } },
      'its model is of the type Unigram; tx knows WordPiece and byte-level BPE',
    ],
    [{ ...given, normalizer: null }, 'normalizer is null'],
    [
      { ...given, normalizer: { type: 'Lowercase' } },
      'normalizer.type is "Lowercase"; tx knows "BertNormalizer"',
    ],
    [{ ...given, pre_tokenizer: { type: 'Whitespace' } }, 'pre_tokenizer.type is "Whitespace"'],
    [{ ...given, decoder: { type: 'BPEDecoder' } }, 'decoder.type is "BPEDecoder"'],
    [{ ...given, post_processor: { type: 'Other' } }, 'post_processor.type is "Other"'],
    [changed(given, 'post_processor', { pair: [] }), 'frames two texts otherwise than one'],
    [changed(given, 'post_processor', { special_tokens: {} }), 'post_processor.special_tokens lacks "[CLS]"'],
    [changed(given, 'model', { unk_token: 'none' }), 'its unknown piece "none" is not in the vocabulary'],
    [
      changed(given, 'model', { vocab: { a: 0, '[UNK]': 0 } }),
      'model.vocab.[UNK] is 0, which is the id of "a" too',
    ],
    [changed(given, 'model', { vocab: { a: -1 } }), 'model.vocab.a is -1, which is no whole number from 0'],
    [changed(given, 'model', { vocab: { a: 'b' } }), 'model.vocab.a is "b"'],
    [changed(given, 'model', { vocab: 7 }), 'model.vocab is 7'],
    [
      { ...given, added_tokens: [{ id: 3, content: '<new>' }] },
      'added_tokens: "<new>" with the id 3 is that of "[SEP]"',
    ],
    [
      { ...given, added_tokens: [{ id: 9, content: '[SEP]' }] },
      'added_tokens: "[SEP]" with the id 9 is piece 3',
    ],
    [{ ...bytes, normalizer: { type: 'NFC' } }, 'normalizer is {"type":"NFC"}'],
    [
      changed(bytes, 'pre_tokenizer', { use_regex: false }),
      'pre_tokenizer.use_regex is false; tx knows true there',
    ],
    [changed(bytes, 'model', { dropout: 0.1 }), 'model.dropout is 0.1'],
    [changed(bytes, 'model', { byte_fallback: true }), 'model.byte_fallback is true'],
    [changed(bytes, 'post_processor', { sep: ['</s>', 9999] }), 'names the id 9999, which no piece has'],
  ];
  it.each(faults.map(([content, message]) => [message, content] as const))(
    'is refused: %s',
    (message, content) => {
      const path = pathOf(content);
      expect(() => load(path)).toThrow(UserError);
      expect(() => load(path)).toThrow(message);
      expect(() => load(path)).toThrow(path);
    },
  );

  it('that is cut off, or no JSON, is refused', () => {
    const whole = JSON.stringify(given);
    const folder = folderOf({ 'tokenizer.json': whole.slice(0, whole.length / 2) });
    expect(() => load(folder)).toThrow('begins as JSON and is none; is it whole?');
    expect(() => load(folderOf({ 'other.json': '{}' }))).toThrow(
      'has none of tokenizer.json, vocab.txt, vocab.json',
    );
  });

  it('of any content is refused in one line, or used', () => {
    const parts = Object.keys(given);
    const small = changed(given, 'model', {
      vocab: { '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, a: 0, '[MASK]': 4, '[PAD]': 5 },
    });
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...(Object.values(bytes) as unknown[])));
    fc.assert(
      fc.property(fc.constantFrom(...parts), value, (part, content) => {
        try {
          const file = checkTokenizerFile({ ...small, [part]: content }, 'it');
          new HuggingFaceTokenizer(file, 'it').encode('a [MASK] b');
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.message).toMatch(/^it: [^\n]+$/);
        }
      }),
    );
  });
});
