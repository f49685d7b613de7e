// Reads the goldens of tests/reference/transformer.py, whose ids are 0 pad, 1 unk, 2 bos, 3 eos.
import { fileURLToPath } from 'node:url';
import { EncoderDecoder, encoderDecoderSchema } from '../../src/models/encoder-decoder.ts';
import { loadSafetensors } from '../../src/runtime/safetensors.ts';
import { type Feeds, Tensor } from '../../src/runtime/session.ts';
import type { TensorData } from '../../src/tensor/tensor.ts';

interface GoldenConfig {
  norm: string;
  positions: string;
  tie: string;
  dModel: number;
  dFf: number;
  numHeads: number;
  numLayers: number;
  vocabSize: number;
  maxLength: number;
  labelSmoothing: number;
  dropout: number;
}

export interface Golden<Facts> {
  model: EncoderDecoder;
  config: GoldenConfig;
  facts: Facts;
  /** PyTorch's log-probabilities, row-major over [B, T, V]; empty for the trajectory. */
  logProbs: number[];
  /** The tensors under `prefix/`, without it. */
  tensors(prefix: string): Map<string, TensorData>;
}

export const variants: readonly string[] = ['post', 'pre'].flatMap((norm) =>
  ['sinusoidal', 'learned'].flatMap((positions) =>
    ['three', 'two', 'none'].map((tie) => `${norm}-${positions}-${tie}`),
  ),
);

export function loadGolden<Facts>(name: string): Golden<Facts> {
  const path = fileURLToPath(
    new URL(`../reference/goldens/transformer-${name}.safetensors`, import.meta.url),
  );
  const { tensors, metadata } = loadSafetensors(path);
  const facts = JSON.parse(metadata.golden!) as Facts & { config: GoldenConfig };
  const { vocabSize, numLayers, labelSmoothing: _, ...rest } = facts.config;
  const config = encoderDecoderSchema.parse({
    ...rest,
    numEncoderLayers: numLayers,
    numDecoderLayers: numLayers,
  });
  const model = new EncoderDecoder(config, { srcVocabSize: vocabSize, tgtVocabSize: vocabSize, padId: 0 });
  return {
    model,
    config: facts.config,
    facts,
    logProbs: Array.from((tensors.get('logProbs')?.data ?? []) as Float32Array),
    tensors: (prefix) =>
      new Map(
        [...tensors].flatMap(([key, tensor]) =>
          key.startsWith(`${prefix}/`) ? [[key.slice(prefix.length + 1), tensor]] : [],
        ),
      ),
  };
}

export const toTensor = ({ dtype, dims, data }: TensorData): Tensor =>
  new Tensor(dtype, data as Float32Array, [...dims]);

export const toFeeds = (tensors: Iterable<readonly [string, TensorData]>): Feeds =>
  Object.fromEntries([...tensors].map(([name, tensor]) => [name, toTensor(tensor)]));
