import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BpeEncoder, type DropoutMode, dropoutModes } from '../../src/tokenizers/bpe-encoder.ts';
import { trainBpe } from '../../src/tokenizers/bpe-trainer.ts';
import { markSpaces } from '../../src/tokenizers/normalize.ts';
import { PieceTable } from '../../src/tokenizers/piece-table.ts';
import {
  createModel,
  PIECE_TYPE,
  type SentencePieceModel,
} from '../../src/tokenizers/sentencepiece-model.ts';
import { Rng } from '../../src/util/rng.ts';
import { toyLines } from './golden.ts';

const toy = trainBpe(toyLines, { vocabSize: 300, userDefinedSymbols: ['ie'] });
const mark = (line: string) => markSpaces(line, toy.normalizerSpec);

function encodeAll(
  model: SentencePieceModel,
  lines: readonly string[],
  dropout: number,
  seed: number,
  mode: DropoutMode,
) {
  const encoder = new BpeEncoder(new PieceTable(model));
  const rng = Rng.fromSeed(seed);
  return lines.map((line) => encoder.encode(mark(line), { dropout, mode, rng }).map(({ piece }) => piece));
}

describe.each(dropoutModes)('BPE-dropout, %s', (mode) => {
  const encode = (dropout: number, seed: number) => encodeAll(toy, toyLines, dropout, seed, mode);

  it('is plain encoding at 0 and characters at 1, symbols kept whole', () => {
    const encoder = new BpeEncoder(new PieceTable(toy));
    expect(encode(0, 1)).toEqual(
      toyLines.map((line) => encoder.encode(mark(line)).map(({ piece }) => piece)),
    );
    const whole = encode(1, 1).flat();
    expect(Math.max(...whole.map((piece) => piece.length))).toBe(2);
    expect(whole.filter((piece) => piece.length > 1).every((piece) => piece === 'ie')).toBe(true);
    expect(whole).toContain('ie');
  });

  it('repeats with the seed, varies with it, and keeps the text', () => {
    expect(encode(0.3, 7)).toEqual(encode(0.3, 7));
    expect(encode(0.3, 7)).not.toEqual(encode(0.3, 8));
    const joined = encode(0.3, 7).map((pieces) => pieces.join('').replaceAll('▁', ' ').trim());
    expect(joined).toEqual(toyLines);
  });

  it('gives more pieces the more it drops', () => {
    const counts = [0, 0.1, 0.4, 0.8, 1].map((dropout) => encode(dropout, 3).flat().length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).toBe(counts.length);
  });
});

describe('the two modes', () => {
  // a+b, then c+d, then ab+cd.
  const model = createModel({
    pieces: [
      { piece: '<unk>', type: PIECE_TYPE.unknown },
      ...['ab', 'cd', 'abcd', 'a', 'b', 'c', 'd'].map((piece, rank) => ({ piece, score: -rank })),
    ],
    trainerSpec: {},
    normalizerSpec: {},
  });

  /** How often each segmentation of `abcd` comes out, of 40,000 draws. */
  function shares(mode: DropoutMode, dropout: number): Record<string, number> {
    const encoder = new BpeEncoder(new PieceTable(model));
    const rng = Rng.fromSeed(5);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 40_000; i++) {
      const pieces = encoder.encode('abcd', { dropout, mode, rng }).map(({ piece }) => piece);
      counts[pieces.join(' ')] = (counts[pieces.join(' ')] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, count / 40_000]));
  }

  it.each([0.1, 0.3, 0.7])('have the probabilities of their algorithms, p = %s', (p) => {
    const q = 1 - p;
    // Each merge comes up once.
    const once = { abcd: q ** 3, 'ab cd': q ** 2 * p, 'ab c d': q * p, 'a b cd': p * q, 'a b c d': p ** 2 };
    // Step by step: all are skipped, or the first that is not is done and the rest drawn anew.
    const anew = {
      abcd: q * q * q + p * q * q * q,
      'ab cd': (q + p * q) * q * p,
      'ab c d': q * p,
      'a b cd': p * q * p,
      'a b c d': p ** 2,
    };
    for (const [mode, expected] of [
      ['sentencepiece', once],
      ['provilkov2020', anew],
    ] as const) {
      expect(Object.values(expected).reduce((a, b) => a + b)).toBeCloseTo(1);
      const found = shares(mode, p);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [pieces, share] of Object.entries(expected)) {
        // Five standard deviations.
        expect(Math.abs(found[pieces]! - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 40_000));
      }
    }
  });

  it('sentencepiece draws what it has always drawn', () => {
    const pieces = encodeAll(toy, toyLines, 0.3, 7, 'sentencepiece');
    expect(createHash('sha256').update(JSON.stringify(pieces)).digest('hex')).toBe(
      '90822a54f8c173d8cae77a978fa4b89eebacd48b06b297a819854fbf80a305db',
    );
  });
});

const folder = `${process.env.TX_DATA ?? '../shared/data'}/multi30k`;
describe.skipIf(!existsSync(`${folder}/val.de`))(`on Multi30k (skipped without ${folder}/val.de)`, () => {
  it('p = 0.1 makes text a seventh longer as in the paper, more than a quarter as in SentencePiece', () => {
    const lines = ['en', 'de'].flatMap((l) =>
      readFileSync(`${folder}/val.${l}`, 'utf8').split('\n').slice(0, -1),
    );
    const model = trainBpe(lines, { vocabSize: 1000 });
    const count = (dropout: number, mode: DropoutMode) =>
      encodeAll(model, lines, dropout, 1, mode).flat().length;
    const plain = count(0, 'provilkov2020');
    expect(count(0.1, 'provilkov2020') / plain).toBeCloseTo(1.15, 1);
    expect(count(0.1, 'sentencepiece') / plain).toBeCloseTo(1.28, 1);
  });
});
