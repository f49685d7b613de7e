import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/tokenizers/sentencepiece.ts';
import { encodeModel, PIECE_TYPE } from '../../src/tokenizers/sentencepiece-model.ts';
import { trainWords, type WordOptions } from '../../src/tokenizers/word-trainer.ts';

const dir = mkdtempSync(join(tmpdir(), 'tx-words-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
async function vocabularyOf(lines: string[], options: WordOptions): Promise<Vocabulary> {
  const path = join(dir, `${files++}.model`);
  writeFileSync(path, encodeModel(trainWords(lines, options)));
  const { normalization } = options;
  return Vocabulary.load(path, normalization === undefined ? {} : { normalization });
}

const pieces = (lines: string[], options: WordOptions) =>
  trainWords(lines, options).pieces.map(({ piece }) => piece);

describe('the pieces', () => {
  it('are the special ones and the most frequent words, ties by code point', () => {
    const lines = ['b a b', ' \u{1f600}  \uff5e c', 'c'];
    const special = ['<pad>', '<unk>', '<s>', '</s>'];
    expect(pieces(lines, { vocabSize: 100 })).toEqual([
      ...special,
      ...['b', 'c', 'a', '\uff5e', '\u{1f600}'].map((word) => `▁${word}`),
    ]);
    expect(pieces(lines, { vocabSize: 6 })).toEqual([...special, '▁b', '▁c']);
    expect(pieces(lines, { vocabSize: 2 })).toEqual(special);
    expect(pieces([], { vocabSize: 9 })).toEqual(special);
  });

  it('are scored by the logarithm of their share', () => {
    const { pieces } = trainWords(['a b a', 'a'], { vocabSize: 5 });
    expect(pieces.slice(4)).toEqual([
      expect.objectContaining({ piece: '▁a', score: Math.log(3 / 4), type: PIECE_TYPE.normal }),
    ]);
  });

  it('are normalized on demand', () => {
    expect(pieces(['ﬁn x²'], { vocabSize: 9, normalization: 'nfkc' })).toContain('▁fin');
    expect(pieces(['ﬁn x²'], { vocabSize: 9 })).toContain('▁ﬁn');
  });
});

describe('as a vocabulary', () => {
  const tokens = ['l(NP', 'r)*', '(S', ')S', 'lS+VP(X', '·', '<s>x', "n't", 'é', '日本'];

  it('has its special ids, and takes whole words', async () => {
    const vocabulary = await vocabularyOf([tokens.join(' ')], { vocabSize: 50 });
    expect(vocabulary).toMatchObject({ size: 14, special: { pad: 0, unk: 1, bos: 2, eos: 3 } });
    for (const token of tokens) {
      expect(vocabulary.encode(token)).toEqual([vocabulary.pieceToId(`▁${token}`)]);
    }
    const line = tokens.toReversed().join(' ');
    expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
    expect(vocabulary.encodePieces(' (S  )S ')).toEqual(['▁(S', '▁)S']);
  });

  it('has the unknown piece for any other word, and for what is only part of one', async () => {
    const vocabulary = await vocabularyOf([tokens.join(' ')], { vocabSize: 50 });
    const [a, b] = [vocabulary.pieceToId('▁(S')!, vocabulary.pieceToId('▁)S')!];
    expect(vocabulary.encode('(S zebra )S')).toEqual([a, vocabulary.special.unk, b]);
    expect(vocabulary.encode('(S)S')).toEqual([vocabulary.special.unk]);
    expect(vocabulary.encode('')).toEqual([]);
  });

  it('gives every sentence of known words back', async () => {
    const vocabulary = await vocabularyOf([tokens.join(' ')], { vocabSize: 50 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 20 }), (words) => {
        const encoded = vocabulary.encode(words.join(' '));
        expect(encoded).toHaveLength(words.length);
        expect(vocabulary.decode(encoded)).toBe(words.join(' '));
      }),
    );
  });

  it('normalizes alike when it is trained and used', async () => {
    const vocabulary = await vocabularyOf(['ﬁn de'], { vocabSize: 9, normalization: 'nfkc' });
    expect(vocabulary.encode('fin ﬁn')).toEqual(vocabulary.encode('ﬁn fin'));
    expect(vocabulary.encode('ﬁn')).not.toContain(vocabulary.special.unk);
  });
});
