import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type BpeOptions, trainBpe } from '../../src/tokenizers/bpe-trainer.ts';
import { Vocabulary } from '../../src/tokenizers/sentencepiece.ts';
import { createModel, encodeModel, PIECE_TYPE } from '../../src/tokenizers/sentencepiece-model.ts';
import { UserError } from '../../src/util/errors.ts';
import { Rng } from '../../src/util/rng.ts';
import { golden, linesOf, type OutsideModel, outside, type Training, toyLines } from './golden.ts';

const dir = mkdtempSync(join(tmpdir(), 'tx-vocabulary-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  const path = join(dir, `${files++}.model`);
  writeFileSync(path, bytes);
  return path;
}

const train = (lines: Iterable<string>, options: BpeOptions): string =>
  write(encodeModel(trainBpe(lines, options)));
const load = ({ model }: { model: string }): Vocabulary =>
  Vocabulary.load(write(Buffer.from(model, 'base64')));

const named = (name: string): OutsideModel => outside.models.find((model) => model.name === name)!;

describe("as Python's sentencepiece does", () => {
  const trainings = golden.trainings.filter(({ largest }) => largest === undefined);

  it.each(trainings)("with the model '$name', trained here", (training: Training) => {
    const vocabulary = Vocabulary.load(train(linesOf(training), training.options));
    expect(golden.samples.map((line) => vocabulary.encode(line))).toEqual(training.ids);
    expect(golden.samples.map((line) => vocabulary.encodePieces(line))).toEqual(training.pieces);
    expect(training.ids.map((ids) => vocabulary.decode(ids))).toEqual(training.decoded);
  });

  it.each(outside.models)("with the model '$name', made elsewhere", (given: OutsideModel) => {
    const vocabulary = load(given);
    expect(outside.samples.map((line) => vocabulary.encodePieces(line))).toEqual(given.pieces);
    expect(outside.samples.map((line) => vocabulary.encode(line))).toEqual(given.ids);
    expect(given.texts.map(([ids]) => vocabulary.decode(ids))).toEqual(given.texts.map(([, text]) => text));
  });
});

describe('Vocabulary', () => {
  it('knows its size and special ids', () => {
    const usual = Vocabulary.load(train(toyLines, { vocabSize: 100 }));
    expect(usual.size).toBe(100);
    expect(usual.special).toEqual({ pad: 0, unk: 1, bos: 2, eos: 3 });
    expect(usual.idToPiece(3)).toBe('</s>');
    expect(usual.idToPiece(100)).toBeUndefined();
    const other = Vocabulary.load(
      train(toyLines, { vocabSize: 100, padId: -1, unkId: 9, bosId: -1, eosId: 0 }),
    );
    expect(other.special).toEqual({ unk: 9, eos: 0 });
  });

  it('brings lines of its corpus back', () => {
    const vocabulary = Vocabulary.load(train(toyLines, { vocabSize: 250 }));
    for (const line of toyLines) expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
  });

  it('refuses ids outside the vocabulary', () => {
    const vocabulary = Vocabulary.load(train(toyLines, { vocabSize: 100 }));
    for (const id of [-1, 100, 0.5, Number.NaN]) expect(() => vocabulary.decode([id])).toThrow(RangeError);
    expect(vocabulary.decode([])).toBe('');
  });

  it('applies the normalization that it is loaded with', () => {
    const path = train(toyLines, { vocabSize: 100 });
    const plain = Vocabulary.load(path);
    const nfkc = Vocabulary.load(path, { normalization: 'nfkc' });
    expect(nfkc.encode('Ｔｈｅ　ﬁne')).toEqual(plain.encode('The fine'));
    expect(plain.encode('Ｔｈｅ')).toContain(plain.special.unk);
    expect(nfkc.normalize('Ｔｈｅ  ﬁne')).toBe('The  fine');
  });

  it("shows a line after the model's own rules, kept symbols left alone", () => {
    const vocabulary = load(named('unigram, own rules'));
    expect(vocabulary.normalize('ＴＨＥ ﬁ\u00ad e\u0301 Ｔx')).toBe('THE ﬁ \u00e9 Ｔx');
  });

  it('takes any line, whatever the model, and gives ids of it', () => {
    const vocabularies = outside.models.map(load);
    const parts = fc.constantFrom(
      ...'aehT .▁',
      'the',
      '<2de>',
      'ﬁ',
      'ＴＨＥ',
      '  ',
      '....',
      '<s>',
      '\0',
      '\ud800',
      '日本',
    );
    const unit = fc.oneof({ weight: 5, arbitrary: parts }, fc.string({ unit: 'binary', maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        for (const vocabulary of vocabularies) {
          const ids = vocabulary.encode(units.join(''));
          expect(vocabulary.encodePieces(units.join(''))).toHaveLength(ids.length);
          expect(typeof vocabulary.decode(ids)).toBe('string');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('encodes a long line without spaces', () => {
    const line = 'the'.repeat(5_000);
    for (const given of outside.models) {
      const vocabulary = load(given);
      if (given.name === 'words') expect(vocabulary.encode(line)).toEqual([vocabulary.special.unk]);
      else expect(vocabulary.encode(line).length).toBeGreaterThan(3_000);
    }
  });

  it('refuses a damaged character map, and a file that is none', () => {
    const pieces = [{ piece: '<unk>', type: PIECE_TYPE.unknown }, { piece: 'a' }];
    const damaged = (charsmap: number[]) =>
      write(
        encodeModel(
          createModel({
            pieces,
            normalizerSpec: { precompiledCharsmap: Uint8Array.from(charsmap) },
            trainerSpec: {},
          }),
        ),
      );
    const maps = [
      [1],
      [255, 255, 255, 127, 0],
      [0, 0, 0, 0, 1, 2],
      [4, 0, 0, 0, 1, 2, 3, 4],
      [5, 0, 0, 0, 1, 2, 3, 4, 5, 6],
    ];
    for (const map of maps) {
      const path = damaged(map);
      expect(() => Vocabulary.load(path)).toThrow(UserError);
      expect(() => Vocabulary.load(path)).toThrow(
        `${path}: not a usable SentencePiece model: its character map`,
      );
    }
    expect(() => Vocabulary.load(join(dir, 'none.model'))).toThrow('none.model: no such file or directory');
    expect(() => Vocabulary.load(write(Buffer.from('nothing of the kind')))).toThrow(UserError);
  });

  it('survives any character map of a possible shape', () => {
    const pieces = [{ piece: '<unk>', type: PIECE_TYPE.unknown }, { piece: 'a' }];
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        fc.string({ unit: 'binary' }),
        (trie, texts, line) => {
          const precompiledCharsmap = Uint8Array.from([64, 0, 0, 0, ...trie, ...texts]);
          const model = createModel({ pieces, normalizerSpec: { precompiledCharsmap }, trainerSpec: {} });
          const vocabulary = Vocabulary.load(write(encodeModel(model)));
          expect(vocabulary.encode(line).every((id) => id === 0 || id === 1)).toBe(true);
        },
      ),
    );
  });

  it("samples from others' BPE models and refuses what is none", () => {
    const rng = Rng.fromSeed(1);
    const sampling = { dropout: 0, mode: 'provilkov2020', rng } as const;
    const line = toyLines[3]!;
    for (const given of [
      { model: golden.models.bpe },
      { model: golden.models.bare },
      named('bpe, own rules'),
    ]) {
      const vocabulary = load(given);
      expect(vocabulary.encode(line, sampling)).toEqual(vocabulary.encode(line));
      expect(vocabulary.decode(vocabulary.encode(line, { ...sampling, dropout: 0.5 }))).toBe(line);
    }
    expect(() => load({ model: golden.models.unigram }).encode(line, sampling)).toThrow(
      /BPE-dropout needs a BPE/,
    );
    const unused = named('bpe, unused pieces');
    expect(() => load(unused).encode(line, sampling)).toThrow(/without unused pieces/);
  });

  it('U+FEFF is a character like others, at the start of a line too', () => {
    const lines = ['\ufeffa b', 'a \ufeff', '\ufeff', `\ufeff${'a b '.repeat(10)}a`];
    const vocabulary = Vocabulary.load(train(lines, { vocabSize: 9 }));
    for (const line of lines) expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
  });
});
