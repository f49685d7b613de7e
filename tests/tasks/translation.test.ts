// What the languages of a translation decide: BLEU's tokenizer, and the normalization of tokenizers that are trained.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bleuFor, buildTranslationText } from '../../src/tasks/translation.ts';
import { loadTokenizer } from '../../src/tokenizers/index.ts';
import { readMetrics, Toy, trainToy } from '../train/toy.ts';

let toy: Toy;
beforeAll(() => {
  toy = new Toy();
});
afterAll(() => toy.remove());

const inLanguage = (tgtLang: string, over: Record<string, unknown> = {}) =>
  toy.config({ data: { tgtLang }, ...over });

it.each([
  ['de', '13a', 'nfkc'],
  ['zh', 'zh', 'identity'],
  ['zh-cn', 'zh', 'identity'],
  ['ja', 'char', 'identity'],
  ['ko', '13a', 'identity'],
  ['th', 'char', 'identity'],
])('into %s: tokenizer %s, normalization %s', (tgtLang, tokenize, normalization) => {
  const config = inLanguage(tgtLang);
  expect(bleuFor(config).tokenize).toBe(tokenize);
  expect(config.tokenizers.shared).toMatchObject({ normalization });
  expect(buildTranslationText(config).scoring()).toContain(`|tok:${tokenize}|`);
});

describe('what is given goes first', () => {
  it("BLEU's tokenizer, whose doubts are gone then", () => {
    const given = inLanguage('ja', { evaluation: { bleu: { tokenize: 'intl' } } });
    expect(bleuFor(given)).toEqual({
      tokenize: 'intl',
      ...{ lowercase: false, smoothMethod: 'exp', maxNgramOrder: 4, effectiveOrder: false },
    });
    const others = inLanguage('zh', { evaluation: { bleu: { lowercase: true } } });
    expect(bleuFor(others)).toMatchObject({ tokenize: 'zh', lowercase: true });
    expect(bleuFor(inLanguage('ja')).doubt).toContain('ja-mecab');
  });

  it('normalization', () => {
    const entry = { type: 'bpe', size: 90, normalization: 'nfkc' };
    const { tokenizers } = inLanguage('zh', { tokenizers: { shared: entry } });
    expect(tokenizers.shared).toMatchObject(entry);
  });
});

it('each side has the normalization of its own language where each has a tokenizer', () => {
  const entry = { type: 'bpe', size: 90 };
  const model = { tie: 'none' };
  const { tokenizers } = inLanguage('zh', { tokenizers: { src: entry, tgt: entry }, model });
  expect(tokenizers.src).toMatchObject({ normalization: 'nfkc' });
  expect(tokenizers.tgt).toMatchObject({ normalization: 'identity' });
});

it('a model that is given keeps to its own rules', () => {
  const shared = { type: 'sentencepiece', file: '/some.model' };
  expect(inLanguage('de', { tokenizers: { shared } }).tokenizers.shared).not.toHaveProperty('normalization');
  expect(() => inLanguage('de', { tokenizers: { shared: { ...shared, normalization: 'nfkc' } } })).toThrow(
    'normalization',
  );
});

it('training into Chinese keeps full-width punctuation, and is judged and logged so', async () => {
  const builtin = { kind: 'builtin', name: 'typescript-messages' };
  const config = toy.config({
    data: { srcLang: 'en', tgtLang: 'zh-cn', train: builtin, valid: builtin, test: builtin },
    tokenizers: { shared: { type: 'bpe', size: 2000 } },
    training: { maxEpochs: undefined, maxSteps: 1, scoreEvery: 1, selectBy: 'score' },
    decode: { beamSize: 1, maxExtraLength: 0 },
  });
  const folder = toy.folder();
  const { notes, warnings } = await trainToy(config, folder);
  expect(notes).toContain('BLEU is computed with the tokenizer zh');
  expect(warnings.filter((text) => text.includes('BLEU'))).toEqual([]);
  const result = readMetrics(folder).find(({ event }) => event === 'result');
  expect(result!.signature).toContain('|tok:zh|');
  const tokenizer = loadTokenizer(folder.tokenizer('shared'), config.tokenizers.shared!);
  const line = '应为“，”。';
  expect(tokenizer.decode(tokenizer.encode(line))).toBe(line);
});

it('a tokenizer that suits the text badly is told of before training', async () => {
  const builtin = { kind: 'builtin', name: 'typescript-messages' };
  const config = toy.config({
    data: { srcLang: 'en', tgtLang: 'zh-cn', train: builtin, valid: builtin, test: undefined },
    evaluation: { bleu: { tokenize: '13a' } },
  });
  const text = buildTranslationText(config);
  const { raw } = await text.read('valid');
  expect(text.doubts(raw.tgt)).toEqual([
    "the references are written without spaces between words, and BLEU's tokenizer 13a takes whole clauses for words; set evaluation.bleu.tokenize to zh or char",
  ]);
  expect(text.doubts(raw.src)).toEqual([]);
});
