import { describe, expect, it } from 'vitest';
import { HuggingFaceTokenizer } from '../../src/tokenizers/huggingface/tokenizer.ts';
import { checkTokenizerFile } from '../../src/tokenizers/huggingface/tokenizer-json.ts';
import { WordPieceTrainer, type WordPieceTraining } from '../../src/tokenizers/wordpiece-trainer.ts';
import { UserError } from '../../src/util/errors.ts';
import { toyLines } from './golden.ts';
import { golden } from './huggingface/golden.ts';

function train(lines: Iterable<string>, options: Partial<WordPieceTraining> = {}) {
  const defaults = { vocabSize: 200, lowercase: true, characterCoverage: 1, minFrequency: 2 };
  const trainer = new WordPieceTrainer({ ...defaults, ...options });
  for (const line of lines) trainer.add(line);
  const file = checkTokenizerFile(trainer.finish(), 'it');
  return { tokenizer: new HuggingFaceTokenizer(file, 'it'), pieces: [...file.model.vocab.keys()] };
}

describe('the vocabulary', () => {
  const { counts, sizes, vocabularies } = golden.training;
  const lines = Object.entries(counts).map(([word, count]) => `${word} `.repeat(count));

  it.each(sizes.map((size, i) => [size, vocabularies[i]!] as const))(
    "of %d pieces is that of Hugging Face's trainer",
    (vocabSize, theirs) => {
      const { pieces } = train(lines, { vocabSize, minFrequency: 1, stripAccents: false });
      expect([...pieces].sort()).toEqual([...theirs].sort());
    },
  );

  it('has special pieces, characters and what they make, in this order', () => {
    const { pieces } = train(['ab ab abc'], { vocabSize: 14 });
    const characters = ['a', 'b', 'c', '##b', '##c'];
    expect(pieces).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...characters, 'ab']);
  });

  it('ends with pieces that are too rare', () => {
    expect(train(['abc abc xyz']).pieces).toContain('abc');
    expect(train(['abc abc xyz']).pieces).not.toContain('xyz');
    expect(train(['abc abc xyz'], { minFrequency: 1 }).pieces).toContain('xyz');
  });

  it('is of text as BERT normalizes it', () => {
    const text = ['Éa Éa 中中 \u2581\u2581 \u2581\u2581'];
    expect(train(text).pieces).toEqual(expect.arrayContaining(['ea', '中', '\u2581\u2581']));
    expect(train(text, { lowercase: false }).pieces).toContain('Éa');
    expect(train(text, { lowercase: false, stripAccents: true }).pieces).toContain('Ea');
    expect(train(text).pieces).not.toContain('中中');
  });

  it('leaves out the rarest characters where its coverage allows it', () => {
    const lines = [...toyLines, '\u2603'];
    expect(train(lines).tokenizer.encode('\u2603')).not.toContain(1);
    expect(train(lines, { characterCoverage: 0.9 }).tokenizer.encode('\u2603')).toEqual([1]);
  });
});

it('cuts the text that it was trained on into few pieces, and gives it back', () => {
  const { tokenizer } = train(toyLines, { vocabSize: 400, lowercase: false });
  for (const line of toyLines) expect(tokenizer.decode(tokenizer.encode(line))).toBe(line);
  const pieces = toyLines.reduce((sum, line) => sum + tokenizer.encode(line).length, 0);
  const words = toyLines.reduce((sum, line) => sum + line.split(/ |(?=[.?])/).length, 0);
  expect(pieces / words).toBeLessThan(1.3);
});

it('refuses a size that the characters need more than', () => {
  expect(() => train(['abc'], { vocabSize: 8 })).toThrow(UserError);
  expect(() => train([], { vocabSize: 8 })).not.toThrow();
});
