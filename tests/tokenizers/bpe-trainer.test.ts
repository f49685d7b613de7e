import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BpeOptions, trainBpe } from '../../src/tokenizers/bpe-trainer.ts';
import { encodeModel, PIECE_TYPE } from '../../src/tokenizers/sentencepiece-model.ts';
import { UsageError, UserError } from '../../src/util/errors.ts';
import { golden, linesOf, toyLines } from './golden.ts';

describe("trainBpe against Python's sentencepiece", () => {
  const possible = golden.trainings.filter(({ largest }) => largest === undefined);

  it.each(possible)('$name: the same pieces, ids and scores', (training) => {
    const model = trainBpe(linesOf(training), training.options);
    expect(model.pieces.map(({ piece, score }) => [piece, score])).toEqual(training.vocabulary);
  });

  it.each(possible)('$name: the same bytes as when Python read them', (training) => {
    const bytes = encodeModel(trainBpe(linesOf(training), training.options));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(training.sha256);
  });

  it.each(golden.trainings.filter(({ largest }) => largest !== undefined))(
    '$name: names the largest',
    (training) => {
      expect(() => trainBpe(linesOf(training), training.options)).toThrow(`at most ${training.largest}`);
      expect(() =>
        trainBpe(linesOf(training), { ...training.options, vocabSize: training.largest! }),
      ).not.toThrow();
    },
  );
});

describe('trainBpe', () => {
  it('does not depend on the order of the lines', () => {
    const sorted = encodeModel(trainBpe([...toyLines].sort(), { vocabSize: 200 }));
    expect(encodeModel(trainBpe(toyLines, { vocabSize: 200 }))).toEqual(sorted);
  });

  it('normalizes before training when asked to', () => {
    const pieces = (options: Partial<BpeOptions>) =>
      trainBpe(['ﬁn ﬁn\u3000ﬁn'], { vocabSize: 11, ...options }).pieces.map(({ piece }) => piece);
    expect(pieces({})).toContain('ﬁ');
    expect(pieces({ normalization: 'nfkc' })).toContain('▁fin');
  });

  it('marks the types of special pieces', () => {
    const { pieces } = trainBpe(toyLines, {
      vocabSize: 400,
      byteFallback: true,
      userDefinedSymbols: ['<x>'],
    });
    const types = pieces.slice(0, 6).map(({ piece, type }) => [piece, type]);
    expect(types).toEqual([
      ['<pad>', PIECE_TYPE.control],
      ['<unk>', PIECE_TYPE.unknown],
      ['<s>', PIECE_TYPE.control],
      ['</s>', PIECE_TYPE.control],
      ['<x>', PIECE_TYPE.userDefined],
      ['<0x00>', PIECE_TYPE.byte],
    ]);
    expect(pieces[260]).toMatchObject({ piece: '<0xFF>', type: PIECE_TYPE.byte });
  });

  it('reports progress up to the end', () => {
    const seen: [number, number][] = [];
    trainBpe(toyLines, { vocabSize: 300, onProgress: (done, total) => seen.push([done, total]) });
    const [done, total] = seen.at(-1)!;
    expect(seen.length).toBeGreaterThan(1);
    expect(done).toBe(total);
  });

  it.each<[Partial<BpeOptions>, string]>([
    [{ vocabSize: 0 }, 'vocabSize'],
    [{ vocabSize: 10.5 }, 'vocabSize'],
    [{ characterCoverage: 0 }, 'characterCoverage'],
    [{ characterCoverage: Number.NaN }, 'characterCoverage'],
    [{ padId: 1 }, 'padId is 1'],
    [{ unkId: -1 }, 'unkId'],
    [{ bosId: 5000 }, 'bosId'],
    [{ userDefinedSymbols: ['a b'] }, 'a b'],
    [{ userDefinedSymbols: [''] }, '""'],
    [{ userDefinedSymbols: ['<s>'] }, '<s>'],
    [{ userDefinedSymbols: ['x', 'x'] }, '"x"'],
    [{ userDefinedSymbols: ['ﬁ'], normalization: 'nfkc' }, 'ﬁ'],
  ])('refuses %j', (options, message) => {
    const attempt = () => trainBpe(toyLines, { vocabSize: 200, ...options });
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });

  it('says how many pieces are needed where vocabSize is too small or the text is empty', () => {
    expect(() => trainBpe(toyLines, { vocabSize: 20 })).toThrow(
      /too small: \d+ characters and 4 special pieces need/,
    );
    expect(() => trainBpe([], { vocabSize: 20 })).toThrow('at most 4');
    expect(trainBpe([' ', ''], { vocabSize: 4 }).pieces).toHaveLength(4);
  });

  it('fails with nothing but a UserError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' })),
        fc.integer({ min: 4, max: 80 }),
        (lines, vocabSize) => {
          try {
            expect(trainBpe(lines, { vocabSize }).pieces).toHaveLength(vocabSize);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
    );
  });
});

const data = process.env.TX_DATA ?? '../shared/data';
const corpus = `${data}/multi30k/train`;
describe.skipIf(!existsSync(`${corpus}.en`))(`on Multi30k (skipped without ${corpus}.en)`, () => {
  it('learns 10,000 pieces from 58,000 lines', () => {
    const lines = ['en', 'de'].flatMap((l) =>
      readFileSync(`${corpus}.${l}`, 'utf8').split('\n').slice(0, -1),
    );
    const model = trainBpe(lines, { vocabSize: 10_000 });
    expect(model.pieces).toHaveLength(10_000);
  });
});
