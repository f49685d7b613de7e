// Checkpoints that are damaged, that are of other models, or whose files do not fit together.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/exchange/read.ts';
import { encodeSafetensors, loadSafetensors } from '../../src/runtime/safetensors.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';
import { UserError } from '../../src/util/errors.ts';
import { writeFileAtomic } from '../../src/util/files.ts';
import { folderOf } from './checkpoints.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-exchange-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

/** A checkpoint of a kind whose settings and tensors are others. */
function change(
  kind: string,
  settings: (config: Record<string, unknown>) => void,
  edit: (tensors: Map<string, TensorData>) => void = () => {},
): void {
  cpSync(folderOf(kind), folder, { recursive: true });
  const config = JSON.parse(readFileSync(at('config.json'), 'utf8'));
  settings(config);
  writeFileSync(at('config.json'), JSON.stringify(config));
  const { tensors } = loadSafetensors(at('model.safetensors'));
  edit(tensors);
  writeFileAtomic(at('model.safetensors'), encodeSafetensors(tensors));
}

const same = () => {};
const EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';

describe('settings', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'another kind',
      { model_type: 'gpt2' },
      'model_type: "gpt2"; those that can be read: bert, distilbert, roberta',
    ],
    ['no kind', { model_type: undefined }, 'model_type: none; those'],
    ['a name of the prototype', { model_type: 'constructor' }, 'model_type: "constructor"'],
    [
      'an activation that is not built',
      { hidden_act: 'gelu_new' },
      'hidden_act: "gelu_new" cannot be built; those',
    ],
    ['no activation', { hidden_act: 3 }, 'hidden_act: "3" cannot be built'],
    [
      'relative positions',
      { position_embedding_type: 'relative_key' },
      'position_embedding_type: "relative_key" cannot',
    ],
    ['a decoder', { is_decoder: true }, 'is_decoder: "true" cannot be built; only false can'],
    ['no size', { hidden_size: 'wide' }, 'hidden_size: expected'],
    ['a size of 0', { num_hidden_layers: 0 }, 'num_hidden_layers: expected at least 1, found 0'],
    [
      'heads that do not divide',
      { num_attention_heads: 3 },
      'num_attention_heads: numHeads must divide dModel',
    ],
    ['an endless table', { max_position_embeddings: 1e9 }, 'max_position_embeddings: expected at most'],
    ['no vocabulary', { vocab_size: -1 }, 'vocab_size: expected a whole number above 0'],
  ])('%s', (_, settings, message) => {
    change('bert', (config) => Object.assign(config, settings));
    expect(() => readCheckpoint(folder)).toThrow(`${at('config.json')}: ${message}`);
  });

  test('what padding is, of which positions are counted', () => {
    change('roberta', (config) => Object.assign(config, { pad_token_id: 'none' }));
    expect(() => readCheckpoint(folder)).toThrow(
      `${at('config.json')}: pad_token_id: expected a whole number`,
    );
  });

  test('what is not given is as transformers has it', () => {
    change('bert', (config) => {
      for (const key of ['layer_norm_eps', 'hidden_act', 'type_vocab_size', 'hidden_dropout_prob'])
        delete config[key];
    });
    expect(readCheckpoint(folder).model).toMatchObject({
      normEpsilon: 1e-12,
      activation: 'gelu',
      segments: 2,
    });
  });

  test.each(['', '[]', 'null', '{', '{"a": 1,}'])('%j', (text) => {
    writeFileSync(at('config.json'), text);
    expect(() => readCheckpoint(folder)).toThrow(`${at('config.json')}: is not JSON of a map`);
  });

  test('none', () => {
    expect(() => readCheckpoint(folder)).toThrow(`${at('config.json')}: no such file`);
    expect(() => readCheckpoint(at('none'))).toThrow('no such file');
  });
});

describe('tensors', () => {
  test.each<[string, Record<string, unknown>, (tensors: Map<string, TensorData>) => void, string]>([
    [
      'one that is missing',
      {},
      (tensors) => tensors.delete('bert.encoder.layer.1.output.dense.bias'),
      'has no tensor bert.encoder.layer.1.output.dense.bias, which its config.json asks for',
    ],
    [
      'a layer too few',
      { num_hidden_layers: 3 },
      same,
      'has no tensor bert.encoder.layer.2.attention.self.query.weight',
    ],
    [
      'part of a head',
      {},
      (tensors) => tensors.delete('cls.seq_relationship.bias'),
      'has no tensor cls.seq_relationship.bias',
    ],
    ['another width', { intermediate_size: 20 }, same, 'asks for [16,20] as encoder.0.ff.in.weight'],
    [
      'another vocabulary',
      { vocab_size: 100 },
      same,
      `asks for [100,16] as embed.weight; ${EMBEDDINGS} has [`,
    ],
    ['fewer positions', { max_position_embeddings: 12 }, same, 'asks for [12,16] as positions.weight'],
    [
      'whole numbers',
      {},
      (tensors) => tensors.set(EMBEDDINGS, { dtype: 'int32', dims: [2], data: Int32Array.of(1, 2) }),
      `${EMBEDDINGS} is int32, not float32 or half of it`,
    ],
    [
      'a matrix that is none',
      {},
      (tensors) =>
        tensors.set('bert.pooler.dense.weight', { dtype: 'float32', dims: [1], data: new Float32Array(1) }),
      'bert.pooler.dense.weight is [1], not a matrix',
    ],
    [
      'no numbers',
      {},
      (tensors) => ((tensors.get(EMBEDDINGS)!.data as Float32Array)[3] = Number.NaN),
      `${EMBEDDINGS} holds NaN or ∞`,
    ],
    ['nothing', {}, (tensors) => tensors.clear(), 'has no tensor embeddings.word_embeddings.weight'],
  ])('%s', (_, settings, edit, message) => {
    change('bert', (config) => Object.assign(config, settings), edit);
    const reading = () => readCheckpoint(folder);
    expect(reading).toThrow(message);
    expect(reading).toThrow(UserError);
    expect(reading).toThrow(folder);
  });

  test('those that are nothing here are named', () => {
    change('bert', same, (tensors) => {
      tensors.set('qa_outputs.weight', { dtype: 'float32', dims: [2, 16], data: new Float32Array(32) });
    });
    const { left, heads } = readCheckpoint(folder);
    expect(left).toEqual([{ name: 'qa_outputs.weight', reason: 'no part of models here' }]);
    expect(heads).toEqual(['pooler', 'mlm', 'nsp']);
  });

  test('layers beyond those of config.json are named', () => {
    change('bert', (config) => Object.assign(config, { num_hidden_layers: 1 }));
    const { left } = readCheckpoint(folder);
    expect(left).toHaveLength(16);
    expect(left.every(({ name }) => name.startsWith('bert.encoder.layer.1.'))).toBe(true);
  });

  test('heads that are not there are said', () => {
    change('bert', same, (tensors) => {
      for (const name of tensors.keys())
        if (name.startsWith('cls') || name.includes('pooler')) tensors.delete(name);
    });
    const { heads, missing, model } = readCheckpoint(folder);
    expect([heads, missing, model.pooler]).toEqual([[], ['pooler', 'mlm', 'nsp'], undefined]);
  });

  test('a head whose output is not the embeddings is left whole', () => {
    change('bert', same, (tensors) => {
      const { dims, data } = tensors.get(EMBEDDINGS)!;
      const other = (data as Float32Array).map((x) => x + 1);
      tensors.set('cls.predictions.decoder.weight', { dtype: 'float32', dims, data: other });
    });
    const { heads, missing, left } = readCheckpoint(folder);
    expect([heads, missing]).toEqual([['pooler', 'nsp'], ['mlm']]);
    const reason = 'of a head whose output is not tied to the embeddings';
    expect(left.map((one) => one.reason)).toEqual(Array(6).fill(reason));
  });

  test('a bias under its other name alone is taken', () => {
    change('bert', same, (tensors) => {
      tensors.set('cls.predictions.decoder.bias', tensors.get('cls.predictions.bias')!);
      tensors.delete('cls.predictions.bias');
    });
    expect(readCheckpoint(folder)).toMatchObject({ heads: ['pooler', 'mlm', 'nsp'], left: [] });
  });

  test('rows of embeddings beyond the pieces are left, and fewer rows than pieces refused', () => {
    change('bert', same);
    const { tensors, left } = readCheckpoint(folder, 50);
    expect(tensors.get('embed.weight')!.dims).toEqual([50, 16]);
    expect(tensors.get('mlm.output.bias')!.dims).toEqual([50]);
    expect(left.map(({ name }) => name)).toEqual(['5 rows of embed.weight', '5 rows of mlm.output.bias']);
    expect(() => readCheckpoint(folder, 56)).toThrow('vocab_size is 55, but the tokenizer has 56 pieces');
  });
});

describe('files of weights', () => {
  test('several, by their list', () => {
    change('bert', same);
    const { tensors } = loadSafetensors(at('model.safetensors'));
    const whole = readCheckpoint(folder);
    rmSync(at('model.safetensors'));
    const names = [...tensors.keys()];
    const fileOf = (i: number) => `model-0000${1 + (i % 2)}-of-00002.safetensors`;
    for (const half of [0, 1]) {
      const own = names.filter((_, i) => i % 2 === half).map((name) => [name, tensors.get(name)!] as const);
      writeFileAtomic(at(fileOf(half)), encodeSafetensors(new Map(own)));
    }
    const list = (map: unknown) =>
      writeFileSync(at('model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    const map = Object.fromEntries(names.map((name, i) => [name, fileOf(i)]));
    list(map);
    expect(readCheckpoint(folder).tensors).toEqual(whole.tensors);
    for (const file of ['../model.safetensors', '/etc/passwd', 'a.bin', 3]) {
      list({ ...map, [names[0]!]: file });
      expect(() => readCheckpoint(folder)).toThrow('is no file beside it');
    }
    list({ ...map, other: fileOf(0) });
    expect(() => readCheckpoint(folder)).toThrow(`${fileOf(0)} has no tensor other`);
  });

  test('none, or those of PyTorch alone', () => {
    change('bert', same);
    rmSync(at('model.safetensors'));
    expect(() => readCheckpoint(folder)).toThrow(
      'model.safetensors: no such file; give a folder that save_pretrained',
    );
    writeFileSync(at('pytorch_model.bin'), '');
    expect(() => readCheckpoint(folder)).toThrow('pytorch_model.bin is not read; load it with transformers');
  });

  test('any bytes, and settings of any value', () => {
    change('distilbert', same);
    const bytes = readFileSync(at('model.safetensors'));
    const config = JSON.parse(readFileSync(at('config.json'), 'utf8'));
    const soundOrUserError = () => {
      try {
        readCheckpoint(folder);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message).not.toContain('\n');
      }
    };
    const edits = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 3 });
    const setting = fc.tuple(fc.constantFrom(...Object.keys(config)), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(edits, setting, (changes, [key, value]) => {
        const mutated = Buffer.from(bytes);
        for (const [place, byte] of changes) mutated[place] = byte;
        writeFileSync(at('model.safetensors'), mutated);
        writeFileSync(at('config.json'), JSON.stringify({ ...config, [key]: value }));
        soundOrUserError();
      }),
      { numRuns: 150 },
    );
  });
});
