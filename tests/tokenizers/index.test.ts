import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  isTrained,
  loadTokenizer,
  makeTokenizer,
  pathsOfTokenizer,
  samplingOf,
  tokenizerSchema,
} from '../../src/tokenizers/index.ts';
import { chooseNormalization, literalPattern } from '../../src/tokenizers/normalize.ts';
import { Vocabulary } from '../../src/tokenizers/sentencepiece.ts';
import { UserError } from '../../src/util/errors.ts';
import { Rng } from '../../src/util/rng.ts';
import { golden, outside, toyLines } from './golden.ts';
import { golden as huggingface } from './huggingface/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'tx-tokenizers-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.model`);

function write(model: string): string {
  const path = newPath();
  writeFileSync(path, Buffer.from(model, 'base64'));
  return path;
}

/** What is made of the entry, and all that was told meanwhile. */
async function make(entry: object, lines: Iterable<string> = toyLines) {
  const config = tokenizerSchema.parse(entry);
  const [path, progress, warnings] = [newPath(), [] as [number, number][], [] as string[]];
  await makeTokenizer(path, config, {
    lines,
    onProgress: (done, total) => progress.push([done, total]),
    warn: (message) => warnings.push(message),
  });
  return { config, path, progress, warnings, tokenizer: loadTokenizer(path, config) };
}

describe('entries', () => {
  it('have defaults', () => {
    const sampling = { dropout: 0, dropoutMode: 'provilkov2020' };
    expect(tokenizerSchema.parse({ type: 'bpe' })).toEqual({
      type: 'bpe',
      size: 8000,
      characterCoverage: 1,
      ...sampling,
    });
    expect(tokenizerSchema.parse({ type: 'word' })).toEqual({ type: 'word', size: 8000 });
    expect(tokenizerSchema.parse({ type: 'wordpiece' })).toEqual({
      type: 'wordpiece',
      size: 8000,
      lowercase: true,
      characterCoverage: 1,
      minFrequency: 2,
    });
    const given = { type: 'huggingface', file: 'a' };
    expect(tokenizerSchema.parse(given)).toEqual(given);
    expect(tokenizerSchema.parse({ type: 'sentencepiece', file: 'a' })).toEqual({
      type: 'sentencepiece',
      file: 'a',
      ...sampling,
    });
  });

  it.each([
    [{ size: 100 }, 'type'],
    [{ type: 'unigram' }, 'type'],
    [{ type: 'bpe', size: 7 }, 'size'],
    [{ type: 'bpe', characterCoverage: 0 }, 'characterCoverage'],
    [{ type: 'bpe', normalization: 'nfd' }, 'normalization'],
    [{ type: 'bpe', dropout: 1 }, 'dropout'],
    [{ type: 'bpe', dropoutMode: 'other' }, 'dropoutMode'],
    [{ type: 'bpe', file: 'a' }, 'Unrecognized key: \\"file\\"'],
    [{ type: 'word', dropout: 0.1 }, 'Unrecognized key: \\"dropout\\"'],
    [{ type: 'word', characterCoverage: 1 }, 'Unrecognized key: \\"characterCoverage\\"'],
    [{ type: 'wordpiece', normalization: 'nfkc' }, 'Unrecognized key: \\"normalization\\"'],
    [{ type: 'wordpiece', minFrequency: 0 }, 'minFrequency'],
    [{ type: 'huggingface' }, 'file'],
    [{ type: 'huggingface', file: 'a', rules: 'other' }, 'rules'],
    [{ type: 'huggingface', file: 'a', size: 8 }, 'Unrecognized key: \\"size\\"'],
    [{ type: 'sentencepiece' }, 'file'],
    [{ type: 'sentencepiece', file: '' }, 'file'],
    [{ type: 'sentencepiece', file: 'a', normalization: 'nfkc' }, 'Unrecognized key: \\"normalization\\"'],
    [{ type: 'sentencepiece', file: 'a', size: 100 }, 'Unrecognized key: \\"size\\"'],
  ])('%j is refused', (entry, message) => {
    expect(() => tokenizerSchema.parse(entry)).toThrow(message);
  });

  it('tell their files, whether they are trained, and how they sample', () => {
    const entries = [
      { type: 'bpe', dropout: 0.2, dropoutMode: 'sentencepiece' },
      { type: 'word' },
      { type: 'sentencepiece', file: 'a', dropout: 0.1 },
      { type: 'wordpiece' },
      { type: 'huggingface', file: 'a' },
    ].map((entry) => tokenizerSchema.parse(entry));
    expect(entries.map(isTrained)).toEqual([true, true, false, true, false]);
    expect(entries.map(pathsOfTokenizer)).toEqual([[], [], ['file'], [], ['file']]);
    expect(entries.map(samplingOf)).toEqual([
      { dropout: 0.2, mode: 'sentencepiece' },
      { dropout: 0, mode: 'provilkov2020' },
      { dropout: 0.1, mode: 'provilkov2020' },
      { dropout: 0, mode: 'provilkov2020' },
      { dropout: 0, mode: 'provilkov2020' },
    ]);
  });
});

describe('bpe', () => {
  it('is trained on the lines, at its size', async () => {
    const { tokenizer, progress, warnings } = await make({ type: 'bpe', size: 100 });
    expect(tokenizer.size).toBe(100);
    expect(tokenizer.special).toEqual({ pad: 0, unk: 1, bos: 2, eos: 3 });
    for (const line of toyLines) expect(tokenizer.decode(tokenizer.encode(line))).toBe(line);
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
    expect(warnings).toEqual([]);
  });

  it('cuts at random where it is asked to, and gives the same text', async () => {
    const { tokenizer, config } = await make({ type: 'bpe', size: 200, dropout: 0.5 });
    const line = toyLines[3]!;
    const rng = Rng.fromSeed(1);
    const cuts = Array.from({ length: 8 }, () => tokenizer.encode(line, { ...samplingOf(config), rng }));
    expect(new Set(cuts.map((ids) => ids.join())).size).toBeGreaterThan(1);
    for (const ids of cuts) expect(tokenizer.decode(ids)).toBe(line);
  });

  it('leaves out the rarest characters where its coverage allows it', async () => {
    const lines = [...toyLines, '\u2603'];
    const all = await make({ type: 'bpe', size: 100 }, lines);
    const most = await make({ type: 'bpe', size: 100, characterCoverage: 0.9 }, lines);
    expect(all.tokenizer.encode('\u2603')).not.toContain(1);
    expect(most.tokenizer.encode('\u2603')).toContain(1);
  });

  it('refuses a size that the text has no room for', async () => {
    await expect(make({ type: 'bpe', size: 8 })).rejects.toThrow(UserError);
    await expect(make({ type: 'bpe', size: 5000 }, ['a b'])).rejects.toThrow(UserError);
  });
});

describe('word', () => {
  it('has the most frequent words, and takes lines of any kind', async () => {
    const lines = new Set(['a b a', 'b c a']);
    const { tokenizer } = await make({ type: 'word', size: 8 }, lines);
    expect(tokenizer.size).toBe(7);
    expect(tokenizer.encode('a b x').map((id) => tokenizer.idToPiece(id))).toEqual(['▁a', '▁b', '<unk>']);
    expect(tokenizer.decode(tokenizer.encode('c a b'))).toBe('c a b');
  });
});

describe('normalization', () => {
  it.each(['bpe', 'word'])('of %s is NFKC unless the entry says otherwise', async (type) => {
    const lines = ['the fine day', 'the fine house', 'the fine day'];
    const size = type === 'bpe' ? 24 : 8;
    const usual = await make({ type, size }, lines);
    expect(usual.tokenizer.encode('Ｔｈｅ ﬁne'.toLowerCase())).toEqual(usual.tokenizer.encode('the fine'));
    expect(usual.tokenizer.normalize('ﬁne')).toBe('fine');
    const plain = await make({ type, size, normalization: 'identity' }, lines);
    expect(plain.tokenizer.encode('ﬁne')).toContain(1);
    expect(plain.tokenizer.normalize('ﬁne')).toBe('ﬁne');
  });

  it('that suits languages', () => {
    for (const lang of ['zh', 'zh-cn', 'zh_TW', 'yue', 'ja', 'ko', 'th', 'lo', 'chi', 'jpn']) {
      expect([lang, chooseNormalization([lang])]).toEqual([lang, 'identity']);
    }
    for (const lang of ['en', 'de', 'ru', 'ar', 'hi', 'vi', 'km', 'my', 'x']) {
      expect([lang, chooseNormalization([lang])]).toEqual([lang, 'nfkc']);
    }
    expect(chooseNormalization(['en', 'zh'])).toBe('identity');
    expect(chooseNormalization(['en', 'de'])).toBe('nfkc');
  });
});

describe('sentencepiece', () => {
  it.each([
    ['bpe', golden.models.bpe],
    ['unigram', golden.models.unigram],
  ])('takes a given %s model as it is', async (_, model) => {
    const file = write(model);
    const { path, tokenizer, warnings } = await make({ type: 'sentencepiece', file }, []);
    expect(readFileSync(path).equals(readFileSync(file))).toBe(true);
    const given = Vocabulary.load(file);
    for (const line of golden.samples) expect(tokenizer.encode(line)).toEqual(given.encode(line));
    expect(warnings).toEqual([]);
  });

  it("normalizes by the model's own rules alone", async () => {
    for (const { model, pieces } of outside.models) {
      const { tokenizer } = await make({ type: 'sentencepiece', file: write(model) }, []);
      const found = outside.samples.map((line) => tokenizer.encode(line).length);
      expect(found).toEqual(pieces.map((line) => line.length));
    }
  });

  it('tells a file that is missing, and one that is no model', async () => {
    const file = join(folder, 'none.model');
    await expect(make({ type: 'sentencepiece', file })).rejects.toThrow(
      new UserError(`${file}: no such SentencePiece model`),
    );
    const other = write(Buffer.from('nothing of the kind').toString('base64'));
    await expect(make({ type: 'sentencepiece', file: other })).rejects.toThrow(UserError);
  });
});

describe('wordpiece', () => {
  it('is trained on the lines, and kept as a tokenizer.json', async () => {
    const { tokenizer, path, progress, warnings } = await make({ type: 'wordpiece', size: 300 });
    expect(tokenizer.size).toBe(300);
    expect(tokenizer.special).toMatchObject({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4, bos: 2, eos: 3 });
    expect(tokenizer.frame).toEqual({ start: [2], between: [3], end: [3] });
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
    expect(warnings).toEqual([]);
    // Another may take it as it is.
    const other = await make({ type: 'huggingface', file: path }, []);
    for (const line of toyLines) expect(other.tokenizer.encode(line)).toEqual(tokenizer.encode(line));
  });

  it('takes what is random for what it is not', async () => {
    const { tokenizer } = await make({ type: 'wordpiece', size: 300 });
    const sampling = { dropout: 0.5, mode: 'provilkov2020', rng: Rng.fromSeed(1) } as const;
    expect(tokenizer.encode('a cat', sampling)).toEqual(tokenizer.encode('a cat'));
  });
});

describe('huggingface', () => {
  it.each(huggingface.models.map(({ name, file }) => [name, file] as const))(
    'takes %s as it is',
    async (_, content) => {
      const file = newPath();
      writeFileSync(file, JSON.stringify(content));
      const { path } = await make({ type: 'huggingface', file }, []);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(content);
    },
  );

  it('writes nothing of what it does not know', async () => {
    const file = newPath();
    writeFileSync(file, JSON.stringify({ model: { type: 'Unigram' } }));
    const config = tokenizerSchema.parse({ type: 'huggingface', file });
    const path = newPath();
    const telling = { onProgress: () => {}, warn: () => {} };
    await expect(makeTokenizer(path, config, { lines: [], ...telling })).rejects.toThrow(
      'tx knows WordPiece',
    );
    expect(existsSync(path)).toBe(false);
  });
});

test('a pattern finds strings of any signs', () => {
  const strings = ['a-b', '[x]', '^$.*+?', '(|)', '{1}', '\\\\', '/'];
  for (const one of strings) expect(`x${one}y`.match(literalPattern(strings))).toEqual([one]);
});

test('a run has its tokenizer without the file that it came from', async () => {
  const file = write(golden.models.bpe);
  const { path, config } = await make({ type: 'sentencepiece', file });
  rmSync(file);
  expect(loadTokenizer(path, config).size).toBeGreaterThan(8);
});
