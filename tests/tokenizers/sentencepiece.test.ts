import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BpeEncoder } from '../../src/tokenizers/bpe-encoder.ts';
import { type BpeOptions, trainBpe } from '../../src/tokenizers/bpe-trainer.ts';
import { Vocabulary } from '../../src/tokenizers/sentencepiece.ts';
import { createModel, encodeModel, loadModel, PIECE_TYPE } from '../../src/tokenizers/sentencepiece-model.ts';
import { UserError } from '../../src/util/errors.ts';
import { Rng } from '../../src/util/rng.ts';
import { golden, linesOf, type Training, toyLines } from './golden.ts';

const dir = mkdtempSync(join(tmpdir(), 'tx-vocabulary-'));
afterAll(() => rmSync(dir, { recursive: true }));

function train(lines: Iterable<string>, options: BpeOptions): string {
  const path = join(dir, `${Math.random()}.model`);
  writeFileSync(path, encodeModel(trainBpe(lines, options)));
  return path;
}

const trainings = golden.trainings.filter(({ largest }) => largest === undefined);

describe.each(trainings)("with the model '$name', as Python's sentencepiece does", (training: Training) => {
  let path: string;
  let vocabulary: Vocabulary;
  let encoder: BpeEncoder;
  beforeAll(async () => {
    path = train(linesOf(training), training.options);
    vocabulary = await Vocabulary.load(path);
    encoder = new BpeEncoder(loadModel(path), path);
  });

  it('both encoders give its ids and pieces', () => {
    expect(golden.samples.map((line) => vocabulary.encode(line))).toEqual(training.ids);
    expect(golden.samples.map((line) => vocabulary.encodePieces(line))).toEqual(training.pieces);
    expect(golden.samples.map((line) => encoder.encode(line))).toEqual(training.ids);
    expect(golden.samples.map((line) => encoder.encodePieces(line))).toEqual(training.pieces);
  });

  it('decoding gives its text', () => {
    expect(training.ids.map((ids) => vocabulary.decode(ids))).toEqual(training.decoded);
  });

  it('the two encoders agree on any line', () => {
    const parts = fc.constantFrom(
      ...'abceghinorst ▁',
      'the',
      ' der ',
      '<2de>',
      'ie',
      'Schl',
      'ü',
      '  ',
      '<s>',
      '\0',
    );
    const unit = fc.oneof({ weight: 5, arbitrary: parts }, fc.string({ unit: 'binary', maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const line = units.join('');
        expect(encoder.encode(line)).toEqual(vocabulary.encode(line));
        expect(encoder.encodePieces(line)).toEqual(vocabulary.encodePieces(line));
      }),
      { numRuns: 300 },
    );
  });
});

describe('Vocabulary', () => {
  it('knows its size and special ids', async () => {
    const usual = await Vocabulary.load(train(toyLines, { vocabSize: 100 }));
    expect(usual).toMatchObject({ size: 100, padId: 0, unkId: 1, bosId: 2, eosId: 3 });
    expect(usual.idToPiece(3)).toBe('</s>');
    expect(usual.idToPiece(100)).toBeUndefined();
    const other = await Vocabulary.load(
      train(toyLines, { vocabSize: 100, padId: -1, unkId: 9, bosId: -1, eosId: 0 }),
    );
    expect(other).toMatchObject({ padId: -1, unkId: 9, bosId: -1, eosId: 0 });
  });

  it('brings lines of its corpus back', async () => {
    const vocabulary = await Vocabulary.load(train(toyLines, { vocabSize: 250 }));
    for (const line of toyLines) expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
  });

  it('refuses ids outside the vocabulary', async () => {
    const vocabulary = await Vocabulary.load(train(toyLines, { vocabSize: 100 }));
    for (const id of [-1, 100, 0.5, Number.NaN]) expect(() => vocabulary.decode([id])).toThrow(RangeError);
    expect(vocabulary.decode([])).toBe('');
  });

  it('applies the normalization that it is loaded with', async () => {
    const path = train(toyLines, { vocabSize: 100 });
    const plain = await Vocabulary.load(path);
    const nfkc = await Vocabulary.load(path, { normalization: 'nfkc' });
    expect(nfkc.encode('Ｔｈｅ　ﬁne')).toEqual(plain.encode('The fine'));
    expect(plain.encode('Ｔｈｅ')).toContain(plain.unkId);
  });

  it('lives beside others, prints nothing and installs no process-wide handlers', async () => {
    const printed = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    const events = ['uncaughtException', 'unhandledRejection'];
    const handlers = events.map((event) => process.listenerCount(event));
    const small = train(toyLines, { vocabSize: 80 });
    const large = train(toyLines, { vocabSize: 300 });
    const both = await Promise.all([small, large].map((path) => Vocabulary.load(path)));
    const [a, b] = both.map((vocabulary) => vocabulary.encode(toyLines[0]!).length);
    expect(a).toBeGreaterThan(b!);
    expect(both[0]!.decode(both[0]!.encode(toyLines[0]!))).toBe(toyLines[0]);
    const bad = join(dir, 'bad.model');
    writeFileSync(bad, 'nothing of the kind');
    await expect(Vocabulary.load(bad)).rejects.toThrow(UserError);
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    expect(events.map((event) => process.listenerCount(event))).toEqual(handlers);
    vi.restoreAllMocks();
  });

  it('refuses a file that SentencePiece itself cannot use', async () => {
    const path = join(dir, 'charsmap.model');
    const pieces = [{ piece: '<unk>', type: PIECE_TYPE.unknown }, { piece: 'a' }];
    const normalizerSpec = { precompiledCharsmap: new Uint8Array([255, 255, 255, 127, 0]) };
    writeFileSync(path, encodeModel(createModel({ pieces, normalizerSpec, trainerSpec: {} })));
    await expect(Vocabulary.load(path)).rejects.toThrow(`${path}: SentencePiece cannot use this model`);
    await expect(Vocabulary.load(join(dir, 'none.model'))).rejects.toThrow(
      `${dir}/none.model: no such file or directory`,
    );
  });

  it("samples from Python's BPE models and refuses others", async () => {
    const rng = Rng.fromSeed(1);
    for (const name of ['bpe', 'bare', 'unigram'] as const) {
      const path = join(dir, `${name}.model`);
      writeFileSync(path, Buffer.from(golden.models[name], 'base64'));
      const vocabulary = await Vocabulary.load(path);
      const line = toyLines[3]!;
      expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
      const sample = () => vocabulary.sample(line, { dropout: 0, rng });
      if (name === 'unigram')
        expect(sample).toThrow(`${path}: BPE sampling needs another model: this one is not`);
      else expect(sample()).toEqual(vocabulary.encode(line));
    }
  });
});

describe('BPE-dropout', () => {
  const model = trainBpe(toyLines, { vocabSize: 300, userDefinedSymbols: ['ie'] });
  const encoder = new BpeEncoder(model, 'toy');
  const encode = (dropout: number, seed: number) => {
    const rng = Rng.fromSeed(seed);
    return toyLines.map((line) => encoder.encodePieces(line, { dropout, rng }));
  };

  it('is plain encoding at 0 and characters at 1, symbols kept whole', () => {
    expect(encode(0, 1)).toEqual(toyLines.map((line) => encoder.encodePieces(line)));
    const longest = Math.max(
      ...encode(1, 1)
        .flat()
        .map((piece) => piece.length),
    );
    expect(longest).toBe(2);
    expect(encode(1, 1).flat()).toContain('ie');
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

const data = process.env.TX_DATA ?? '../shared/data';
const corpus = `${data}/multi30k/val.de`;
describe.skipIf(!existsSync(corpus))(`on Multi30k (skipped without ${corpus})`, () => {
  it('the two encoders agree on real lines', async () => {
    const lines = readFileSync(corpus, 'utf8').split('\n').slice(0, -1);
    const path = train(lines, { vocabSize: 2000 });
    const vocabulary = await Vocabulary.load(path);
    const encoder = new BpeEncoder(loadModel(path), path);
    for (const line of lines) expect(encoder.encode(line)).toEqual(vocabulary.encode(line));
  });
});

it('U+FEFF is a character like others, at the start of a line too', async () => {
  // Long lines are decoded by another way than short ones.
  const lines = ['\ufeffa b', 'a \ufeff', '\ufeff', `\ufeff${'a b '.repeat(10)}a`];
  const vocabulary = await Vocabulary.load(train(lines, { vocabSize: 9 }));
  for (const line of lines) expect(vocabulary.decode(vocabulary.encode(line))).toBe(line);
});
