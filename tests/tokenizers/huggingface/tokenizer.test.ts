import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, frameTexts } from '../../../src/tokenizers/frame.ts';
import { bertCharacters, SEPARATOR } from '../../../src/tokenizers/huggingface/bert-characters.ts';
import { HuggingFaceTokenizer } from '../../../src/tokenizers/huggingface/tokenizer.ts';
import { checkTokenizerFile } from '../../../src/tokenizers/huggingface/tokenizer-json.ts';
import { encodeWords } from '../../../src/tokenizers/tokenizer.ts';
import { golden, modelNamed } from './golden.ts';

const load = (file: object) => new HuggingFaceTokenizer(checkTokenizerFile(file, 'it'), 'it');
const tokenizers = new Map(golden.models.map(({ name, file }) => [name, load(file)]));
const names = [...tokenizers.keys()];

describe.each(golden.models)("$name, as Hugging Face's tokenizers", ({ name, encodings, framed }) => {
  const tokenizer = tokenizers.get(name)!;
  const isOdd = (sample: string) => name === 'prefixed' && /<.*>|New York/.test(sample);

  it('cuts text, with places and words', () => {
    for (const [i, sample] of golden.samples.entries()) {
      const { text, starts, ends, ...encoding } = encodings[i]!;
      const found = tokenizer.encodeWithOffsets(sample);
      // A space that is put before text after an added piece has its place behind its word's beginning there.
      const places = isOdd(sample) ? {} : { starts, ends };
      expect({ sample, ...found }).toEqual({ sample, ...found, ...encoding, ...places });
      expect(tokenizer.encode(sample)).toEqual(encoding.ids);
    }
  });

  it('decodes', () => {
    for (const { ids, text } of encodings) expect(tokenizer.decode(ids)).toBe(text);
  });

  it('frames texts', () => {
    const texts = ['a b', 'a', 'b'].map((text) => tokenizer.encode(text));
    if (tokenizer.frame === undefined) return expect(framed[0]).toEqual(texts[0]);
    const frame = frameOf(tokenizer);
    expect([...frameTexts(frame, [texts[0]!], 99).ids]).toEqual(framed[0]);
    expect([...frameTexts(frame, [texts[1]!, texts[2]!], 99).ids]).toEqual(framed[1]);
  });
});

describe('characters', () => {
  const members = (ranges: string): Set<number> => {
    const found = new Set<number>();
    for (const range of ranges.split(' ')) {
      const [from, to = from] = range.split('-').map((hex) => Number.parseInt(hex, 16)) as [number, number?];
      for (let point = from; point <= to; point++) found.add(point);
    }
    return found;
  };
  const of = bertCharacters.huggingface;

  it.each([
    ['removed', of.isRemoved],
    ['spaces', (char: string) => SEPARATOR.test(char)],
    ['ideographs', of.isIdeograph],
    ['accents', (char: string) => [...of.decompose(char)].every(of.isAccent)],
    ['punctuation', of.isPunctuation],
  ] as const)("that are %s are Hugging Face's", (name, is) => {
    const theirs = members(golden.classes[name]);
    const wrong: string[] = [];
    for (let point = 0; point < 0x110000; point++) {
      const isLone = point >= 0xd800 && point < 0xe000;
      if (!isLone && is(String.fromCodePoint(point)) !== theirs.has(point)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});

describe('special pieces', () => {
  it('have their names', () => {
    const bert = { pad: 0, unk: 1, bos: 2, eos: 3, cls: 2, sep: 3, mask: 4 };
    expect(tokenizers.get('uncased')!.special).toEqual(bert);
    const roberta = { pad: 1, unk: 3, bos: 0, eos: 2, cls: 0, sep: 2, mask: 4 };
    expect(tokenizers.get('roberta')!.special).toEqual(roberta);
    expect(tokenizers.get('gpt2')!.special).toEqual({ bos: 0, eos: 0 });
  });

  it('vanish from text, and stand in it by their spelling', () => {
    const tokenizer = tokenizers.get('uncased')!;
    const ids = tokenizer.encode('a [MASK] [mask]');
    expect(ids).toContain(4);
    expect(tokenizer.decode(ids)).not.toContain('MASK');
  });
});

describe("Google's rules", () => {
  const file = modelNamed('uncased').file as { normalizer: object };
  const google = load({ ...file, normalizer: { ...file.normalizer, rules: 'google' } });

  it('know no special pieces in text', () => {
    expect(google.encode('[MASK]')).toEqual(google.encode('[ mask ]'));
  });

  it('keep private use, and give a sigma its form at the end of words', () => {
    expect(google.normalize('\ue000ΣΑΣ')).toBe('\ue000σας');
    expect(tokenizers.get('uncased')!.normalize('\ue000ΣΑΣ')).toBe('σασ');
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(fc.constantFrom('[MASK]', '<mask>', ' ', 'New York', 'zz', '\ud800', 'é', '中', 'a', '’'))
    .map((x) => x.join('')),
);

describe.each(names)('%s, on any text,', (name) => {
  const tokenizer = tokenizers.get(name)!;

  it('gives pieces whose places lie in the text and follow each other', () => {
    fc.assert(
      fc.property(text, (line) => {
        const { ids, starts, ends, words } = tokenizer.encodeWithOffsets(line);
        expect(tokenizer.encode(line)).toEqual(ids);
        for (const [i, id] of ids.entries()) {
          expect(tokenizer.idToPiece(id)).toBeDefined();
          expect(starts[i]!).toBeLessThanOrEqual(ends[i]!);
          expect(ends[i]!).toBeLessThanOrEqual(line.length);
          if (i === 0) continue;
          // Characters that make several pieces share their place; their order is that of the words otherwise.
          expect(starts[i]!).toBeGreaterThanOrEqual(starts[i - 1]!);
          expect(words[i]! - words[i - 1]!).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('gives words that are told apart the ids that they have in the text', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ.,é中'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(encodeWords(tokenizer, words).flat()).toEqual(tokenizer.encode(words.join(' ')));
      }),
    );
  });
});

it.each(['roberta', 'gpt2'])('%s gives any text back', (name) => {
  const tokenizer = tokenizers.get(name)!;
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (line) => {
      expect(tokenizer.decode(tokenizer.encode(line))).toBe(line);
    }),
  );
});

it('uncased gives words of plain letters back', () => {
  const tokenizer = tokenizers.get('uncased')!;
  const word = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const line = words.join(' ');
      expect(tokenizer.decode(tokenizer.encode(line))).toBe(line);
    }),
  );
});
