// What is read is written back as it was, in today's spelling; and what has no place in transformers is told.
// That transformers loads it is checked by tests/reference/check_huggingface.py.
import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/exchange/read.ts';
import { writeCheckpoint } from '../../src/exchange/write.ts';
import { type EncoderConfig, encoderSchema } from '../../src/models/encoder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { readText } from '../../src/util/text.ts';
import { folderOf, names, padIdOf } from './checkpoints.ts';

/** What one of today's checkpoints does not hold: counts, what it has under another name. */
const LEFT = /position_ids$|decoder\.(?:weight|bias)$/;
const today = (name: string) => name.replace(/gamma$/, 'weight').replace(/beta$/, 'bias');

test.each(names)('%s comes back', (name) => {
  const { model, tensors, vocabSize, kind } = readCheckpoint(folderOf(name));
  const written = writeCheckpoint(model, tensors, { padId: padIdOf(name), vocabSize, source: 'the run' });
  expect([written.kind, written.left]).toEqual([kind, []]);
  const stored = [...loadSafetensors(`${folderOf(name)}/model.safetensors`).tensors].filter(
    ([key]) => !LEFT.test(key),
  );
  expect([...written.tensors.keys()].sort()).toEqual(stored.map(([key]) => today(key)).sort());
  for (const [key, { dims, data }] of stored) {
    const back = written.tensors.get(today(key))!;
    expect(back.dims, key).toEqual(dims);
    expect(Buffer.from(back.data.buffer).equals(Buffer.from(data.buffer)), key).toBe(true);
  }
  const given = JSON.parse(readText(`${folderOf(name)}/config.json`));
  const config = JSON.parse(written.config);
  expect(config.architectures).toEqual(given.architectures);
  const same = Object.keys(config).filter((key) => key in given && key !== 'dtype');
  expect(same.length).toBeGreaterThan(11);
  for (const key of same) expect(config[key], key).toEqual(given[key]);
});

describe('a model of other settings', () => {
  const { model, tensors, vocabSize } = readCheckpoint(folderOf('bert'));
  const write = (settings: Partial<EncoderConfig>, padId = 0) =>
    writeCheckpoint({ ...model, ...settings }, tensors, { padId, vocabSize, source: 'runs/x' });

  test.each<[Partial<EncoderConfig>, string]>([
    [{ norm: 'pre' }, 'model.norm: post'],
    [{ normType: 'rms' }, 'model.normType: layer'],
    [{ positions: 'rotary' }, 'model.positions: learned'],
    [{ scaleEmbedding: true }, 'model.scaleEmbedding: false'],
    [{ embeddingNorm: undefined }, 'model.embeddingNorm: true'],
    [{ bias: false }, 'model.bias: true'],
    [{ activation: 'swiglu' }, 'model.activation: gelu'],
    [{ numKvHeads: 2 }, 'model.numKvHeads: 4'],
    [{ headDim: 8 }, 'heads of dModel / numHeads units'],
    [{ kvOwner: [0, 0] }, 'keys and values in each layer'],
  ])('%j', (settings, misfit) => {
    expect(() => write(settings)).toThrow(
      `runs/x: transformers has no such model; the nearest is bert, which has ${misfit}`,
    );
  });

  test('several at once; the nearest kind is told', () => {
    const { segments: _, pooler: __, ...others } = model;
    const given = { padId: 0, vocabSize, source: 'runs/x' };
    expect(() => writeCheckpoint({ ...others, normEpsilon: 1e-5 }, tensors, given)).toThrow(
      'the nearest is bert, which has model.segments: 2',
    );
    expect(() => writeCheckpoint({ ...others, norm: 'pre', bias: false }, tensors, given)).toThrow(
      'the nearest is distilbert, which has model.norm: post, model.bias: true',
    );
  });

  test('positions after padding make it a RoBERTa', () => {
    expect(write({ positionOffset: 4 }, 3).kind).toBe('roberta');
    expect(() => write({ positionOffset: 4 }, 0)).toThrow(
      'the nearest is bert, which has model.positionOffset: 0',
    );
  });
});

test("a classifier has transformers' class for it where it reads the pooler, and labels", () => {
  const { model, tensors: all, vocabSize } = readCheckpoint(folderOf('bert'));
  const head = {
    'classifier.weight': {
      dtype: 'float32' as const,
      dims: [16, 3],
      data: Float32Array.from({ length: 48 }, Math.sin),
    },
    'classifier.bias': { dtype: 'float32' as const, dims: [3], data: Float32Array.of(1, 2, 3) },
  };
  const encoder = [...all].filter(([name]) => !/^(mlm|nsp)/.test(name));
  const tensors = new Map([...encoder, ...Object.entries(head)]);
  const labels = ['bad', 'good', 'so so'];
  const given = { padId: 0, vocabSize, labels, source: 'runs/x' };
  const written = writeCheckpoint(model, tensors, given);
  expect(written.architecture).toBe('BertForSequenceClassification');
  expect(written.tensors.get('classifier.weight')!.dims).toEqual([3, 16]);
  expect(written.tensors.get('classifier.weight')!.data[1]).toBe(head['classifier.weight'].data[3]);
  expect(JSON.parse(written.config)).toMatchObject({
    id2label: { 0: 'bad', 1: 'good', 2: 'so so' },
    label2id: { bad: 0, good: 1, 'so so': 2 },
  });
  const without = writeCheckpoint(model, tensors, { ...given, offered: () => false });
  expect(without.architecture).toBe('BertModel');
  expect(without.left).toEqual(['classifier.weight', 'classifier.bias']);
  const roberta = encoderSchema.parse({ ...model, segments: 1, positionOffset: 1 });
  const named = writeCheckpoint(roberta, tensors, given).tensors;
  expect(named.has('classifier.dense.weight') && named.has('classifier.out_proj.bias')).toBe(true);
  expect([...named.keys()].filter((name) => name.includes('pooler'))).toEqual([]);
});
