// Where the parameters of a training may begin: those of another run, or of a checkpoint for Hugging Face's transformers.
import { join } from 'node:path';
import { readConfig } from '../config/read.ts';
import { toJs } from '../config/tree.ts';
import { isCheckpoint, readCheckpoint } from '../exchange/read.ts';
import { RunFolder } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { loadTokenizer, makeTokenizer, type TokenizerConfig } from '../tokenizers/index.ts';
import { UsageError } from '../util/errors.ts';
import { fileExists, makeTemporaryFolder, remove } from '../util/files.ts';
import { readBytes } from '../util/text.ts';

export const originFormats = ['run', 'huggingface'] as const;
type Format = (typeof originFormats)[number];

/** What a folder has to begin with. */
export interface OriginContent {
  tensors: ReadonlyMap<string, TensorData>;
  /** The `model:` section there. */
  model: Readonly<Record<string, unknown>>;
  /** The tokenizer called `name` there: what may be given as its file, and what that comes to; undefined where there is none. */
  tokenizer(name: string): { file: string; content: Uint8Array } | undefined;
}

export interface Origin {
  /** Of the parameters. */
  path: string;
  load(): Promise<OriginContent>;
}

/** A UsageError where there is no such run or checkpoint; nothing large is read. */
export function findOrigin(folder: string, checkpoint: string | undefined, format?: Format): Origin {
  const isForeign = isCheckpoint(folder) && !new RunFolder(folder).hasRun();
  if (format === 'huggingface' && !isForeign)
    throw new UsageError(`init.from: ${folder}: no checkpoint of transformers: it has no config.json`);
  if (!isForeign || format === 'run') return ofRun(folder, checkpoint);
  if (checkpoint !== undefined)
    throw new UsageError(`init.checkpoint: ${folder} is a checkpoint of transformers and has no others`);
  return { path: folder, load: () => loadForeign(folder) };
}

function ofRun(folder: string, checkpoint: string | undefined): Origin {
  const run = RunFolder.open(folder);
  const path = run.weights(checkpoint);
  return {
    path,
    load: async () => ({
      tensors: loadSafetensors(path).tensors,
      model: modelOf(toJs(readConfig(run.config))),
      tokenizer: (name) => {
        const file = run.tokenizer(name);
        return fileExists(file) ? { file, content: readBytes(file) } : undefined;
      },
    }),
  };
}

const modelOf = (config: unknown) => ((config as { model?: object }).model ?? {}) as OriginContent['model'];

async function loadForeign(folder: string): Promise<OriginContent> {
  const entry: TokenizerConfig = { type: 'huggingface', file: folder };
  const temporary = makeTemporaryFolder('tx-init-');
  try {
    const path = join(temporary, 'tokenizer');
    await makeTokenizer(path, entry, { lines: [], onProgress: () => {}, warn: () => {} });
    const content = readBytes(path);
    const { tensors, model } = readCheckpoint(folder, loadTokenizer(path, entry).size);
    return { tensors, model: { ...model }, tokenizer: () => ({ file: folder, content }) };
  } finally {
    remove(temporary);
  }
}
