// An encoder to be used as it is: of a run, whatever its task, or of a checkpoint for Hugging Face's transformers.
import { isCheckpoint, readCheckpoint } from '../exchange/read.ts';
import { buildModel, type ModelConfig, models } from '../models/index.ts';
import { RunFolder } from '../run/run-folder.ts';
import { loadTokenizer } from '../tokenizers/index.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { UsageError } from '../util/errors.ts';
import { loadRunConfig } from './config.ts';
import { tasks } from './index.ts';
import { side } from './labelled/config.ts';
import { RowReader } from './labelled/reader.ts';
import { loadWeights, type Weights } from './open-run.ts';
import type { TaskConfig } from './task.ts';
import { loadTokenizers, type TokenizersConfig } from './tokenizers.ts';

export interface OpenEncoder {
  /** Its folder. */
  path: string;
  model: ReturnType<typeof buildModel<'encoder'>>;
  /** Cuts texts into pieces, in their frame. */
  reader: RowReader;
  weights: Weights;
}

/** What the config of a run of an encoder has. */
export interface EncoderSections {
  model: ModelConfig;
  tokenizers: TokenizersConfig;
}

/** The sections of a run's config; a UsageError where its model is not an encoder alone. */
export function encoderSections(folder: RunFolder, config: TaskConfig): EncoderSections {
  const { model, tokenizers } = config as TaskConfig & Partial<EncoderSections>;
  if ('characters' in config && config.characters !== undefined)
    throw new UsageError(
      `${folder.path}: its encoder reads the characters of words beside pieces, as tx parse alone does`,
    );
  const isEncoder = model !== undefined && Object.hasOwn(models.encoder, model.type);
  if (isEncoder && tokenizers !== undefined) return { model, tokenizers };
  const { command } = tasks[config.task]!;
  throw new UsageError(
    `${folder.path}: is a run of the task ${config.task}, whose model is not an encoder alone; use ${command}`,
  );
}

/** Whether a folder is a checkpoint of transformers, and no run. */
export const isForeign = (path: string): boolean => !new RunFolder(path).hasRun() && isCheckpoint(path);

/** Opens a run, or a folder with a checkpoint of transformers. A UserError, or a UsageError, where that cannot be. */
export function openEncoder(path: string, checkpoint?: string): OpenEncoder {
  if (!isForeign(path)) return openRunOf(RunFolder.open(path), checkpoint);
  if (checkpoint !== undefined)
    throw new UsageError(`${path}: is a checkpoint of transformers; it has no others for --checkpoint`);
  const tokenizer = loadTokenizer(path, { type: 'huggingface', file: path });
  const { model, tensors } = readCheckpoint(path, tokenizer.size);
  return join(path, model, tokenizer, { tensors, name: 'model', check: () => {} });
}

function openRunOf(folder: RunFolder, checkpoint: string | undefined): OpenEncoder {
  const { model, tokenizers } = encoderSections(folder, loadRunConfig(folder));
  const tokenizer = loadTokenizers(tokenizers, [side], folder)[side];
  return join(folder.path, model, tokenizer, loadWeights({ folder }, checkpoint));
}

function join(path: string, config: ModelConfig, tokenizer: Tokenizer, weights: Weights): OpenEncoder {
  const reader = new RowReader('text', tokenizer, config.maxLength);
  const model = buildModel('encoder', config, { vocabSize: tokenizer.size, padId: reader.padId });
  return { path, model, reader, weights };
}
