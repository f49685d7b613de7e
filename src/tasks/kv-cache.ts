// What the decoders of configs and runs keep of each token: the figures of `tx report kv-cache`.
import { countParameters } from '../models/count-parameters.ts';
import { kvBytesPerToken } from '../models/layer-config.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { isTrained, loadTokenizer } from '../tokenizers/index.ts';
import { UsageError } from '../util/errors.ts';
import { taskOf } from './index.ts';
import type { TaskConfig } from './task.ts';
import { entryOf } from './tokenizers.ts';

export interface KvCache {
  numLayers: number;
  /** Layers that own keys and values. */
  kvLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  valueDim: number;
  /** Places that the model has for a sequence. */
  maxLength: number;
  /** Of all layers, with numbers of `bytesOfNumber` bytes. */
  bytesPerToken: number;
  parameters: number;
}

/**
 * The cache of a config's decoder. The tokenizers are those of its run where there is one; otherwise those that are
 * trained have as many pieces as the config asks for. A UsageError, which begins with `name`, where no decoder is.
 */
export function describeKvCache(
  config: TaskConfig,
  { name, run, bytesOfNumber }: { name: string; run: RunFolder | undefined; bytesOfNumber: number },
): KvCache {
  const { generator } = taskOf(config)!;
  if (generator === undefined)
    throw new UsageError(`${name}: a model of the task ${config.task} has no decoder, and so no cache`);
  const model = generator(config, (side) => countPieces(config, side, run));
  const { numLayers, owners, numHeads, numKvHeads, headDim, valueDim } = model.cache;
  return {
    numLayers,
    kvLayers: owners.length,
    numHeads,
    numKvHeads,
    headDim,
    valueDim,
    maxLength: model.config.maxLength,
    bytesPerToken: kvBytesPerToken(model.cache, bytesOfNumber),
    parameters: countParameters(model),
  };
}

function countPieces({ tokenizers = {} }: TaskConfig, side: string, run: RunFolder | undefined): number {
  const name = entryOf(tokenizers, side);
  const entry = tokenizers[name]!;
  if (run !== undefined) return loadTokenizer(run.tokenizer(name), entry).size;
  return isTrained(entry) ? entry.size : loadTokenizer(entry.file, entry).size;
}
