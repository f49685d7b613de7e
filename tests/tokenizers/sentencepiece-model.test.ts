import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createModel,
  decodeModel,
  encodeModel,
  loadModel,
  MODEL_TYPE,
  PIECE_TYPE,
} from '../../src/tokenizers/sentencepiece-model.ts';
import { UserError } from '../../src/util/errors.ts';
import { golden } from './golden.ts';

const python = (name: keyof typeof golden.models) =>
  new Uint8Array(Buffer.from(golden.models[name], 'base64'));

describe('decodeModel', () => {
  it.each(['bpe', 'unigram', 'bare'] as const)(
    "reads Python's %s model and writes the same bytes",
    (name) => {
      const model = decodeModel(python(name), name);
      expect(model.pieces).toHaveLength(60);
      expect(model.trainerSpec.vocabSize).toBe(60);
      expect(model.trainerSpec.modelType).toBe(name === 'unigram' ? MODEL_TYPE.unigram : MODEL_TYPE.bpe);
      expect(model.trainerSpec.eosId).toBe(3);
      expect(model.normalizerSpec.name).toBe('identity');
      expect(model.normalizerSpec.addDummyPrefix).toBe(name !== 'bare');
      expect(encodeModel(model)).toEqual(python(name));
    },
  );

  it("answers the format's defaults where the file is silent", () => {
    const bytes = encodeModel(
      createModel({
        pieces: [{ piece: '<unk>', type: PIECE_TYPE.unknown }],
        trainerSpec: {},
        normalizerSpec: {},
      }),
    );
    const { pieces, trainerSpec, normalizerSpec, denormalizerSpec, selfTestData } = decodeModel(bytes, 'x');
    expect(pieces[0]!.score).toBe(0);
    expect(trainerSpec).toMatchObject({
      modelType: MODEL_TYPE.unigram,
      vocabSize: 8000,
      padId: -1,
      unkSurface: ' ⁇ ',
    });
    expect(trainerSpec.userDefinedSymbols).toEqual([]);
    expect(normalizerSpec).toMatchObject({ removeExtraWhitespaces: true, escapeWhitespaces: true });
    expect(normalizerSpec.precompiledCharsmap).toHaveLength(0);
    expect(denormalizerSpec).toBeNull();
    expect(selfTestData).toBeNull();
  });

  it('keeps every message', () => {
    const fields = {
      pieces: [
        { piece: '<unk>', type: PIECE_TYPE.unknown },
        { piece: '▁a', score: -1.5 },
      ],
      trainerSpec: { input: ['a', 'b'], shrinkingFactor: 0.5, padId: -1 },
      normalizerSpec: { name: 'n', precompiledCharsmap: new Uint8Array([1, 2, 255]), addDummyPrefix: false },
      denormalizerSpec: { name: 'd', normalizationRuleTsv: 'x\ty' },
      selfTestData: { samples: [{ input: 'in', expected: 'out' }] },
    };
    const model = decodeModel(encodeModel(createModel(fields)), 'x');
    expect(model).toMatchObject({ ...fields, normalizerSpec: { name: 'n', addDummyPrefix: false } });
    const wide = createModel({ ...fields, trainerSpec: { inputSentenceSize: 12345678901 } });
    expect(Number(decodeModel(encodeModel(wide), 'x').trainerSpec.inputSentenceSize)).toBe(12345678901);
    expect([...model.normalizerSpec.precompiledCharsmap]).toEqual([1, 2, 255]);
  });

  it.each([
    ['no bytes', new Uint8Array(0), 'holds no pieces'],
    ['half a file', python('bpe').subarray(0, 100), 'damaged'],
    ['text', Buffer.from('not a model, only text'), 'damaged'],
    ['an empty piece', encodeModel(createModel({ pieces: [{ piece: '' }] })), 'piece 0 is empty'],
    ['a piece twice', encodeModel(createModel({ pieces: [{ piece: 'a' }, { piece: 'a' }] })), 'occurs twice'],
    ['no unknown piece', encodeModel(createModel({ pieces: [{ piece: 'a' }] })), '0 unknown pieces'],
  ])('refuses %s with the name of the file', (_, bytes, message) => {
    const attempt = () => decodeModel(bytes, 'dir/some.model');
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow('dir/some.model: not a');
    expect(attempt).toThrow(message);
  });

  it('fails with nothing but a UserError on random and on damaged bytes', () => {
    const whole = python('bpe');
    const damaged = fc
      .tuple(fc.nat(whole.length), fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(whole.length))
      .map(([at, patch, length]) => {
        const bytes = whole.slice();
        bytes.set(patch.subarray(0, whole.length - at), at);
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (bytes) => {
        try {
          encodeModel(decodeModel(bytes, 'x'));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('loadModel', () => {
  it('reads a file, and names one that it cannot read', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tx-model-'));
    try {
      writeFileSync(join(dir, 'a.model'), python('bpe'));
      expect(loadModel(join(dir, 'a.model')).pieces).toHaveLength(60);
      expect(() => loadModel(join(dir, 'b.model'))).toThrow(`${dir}/b.model: no such file or directory`);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
