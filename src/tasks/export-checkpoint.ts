// Runs of encoders as checkpoints for Hugging Face's transformers.
import { join } from 'node:path';
import { WEIGHTS } from '../exchange/weight-files.ts';
import { type Written, writeCheckpoint } from '../exchange/write.ts';
import type { EncoderConfig } from '../models/encoder.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import { findNonFinite } from '../tensor/tensor.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { UsageError, UserError } from '../util/errors.ts';
import {
  copyFile,
  ensureDir,
  listFolder,
  move,
  remove,
  removeIfEmpty,
  temporaryPath,
  writeFileAtomic,
} from '../util/files.ts';
import { loadRunConfig } from './config.ts';
import { isLabelled, side } from './labelled/config.ts';
import { exportHead } from './labelled/export-head.ts';
import { encoderSections } from './open-encoder.ts';
import { loadWeights } from './open-run.ts';
import { entryOf, loadTokenizers } from './tokenizers.ts';

export interface Exported {
  written: Written;
  /** What of the run is not in the checkpoint, each with the reason. */
  left: { name: string; reason: string }[];
}

/** Types of tokenizers whose file is what transformers reads, and what it is called there. */
const TOKENIZER = 'tokenizer.json';
const READABLE = ['huggingface', 'wordpiece'];

/**
 * Writes a run into a folder that is not there yet, or empty. A UserError where transformers has no such model, or files
 * of the run are damaged; nothing is written then.
 */
export function exportCheckpoint(run: RunFolder, out: string, checkpoint?: string): Exported {
  if (listFolder(out).length > 0)
    throw new UsageError(`${out}: is not empty; give a folder that is not there yet`);
  const config = loadRunConfig(run);
  const sections = encoderSections(run, config);
  const model = sections.model as EncoderConfig;
  const tokenizer = loadTokenizers(sections.tokenizers, [side], run)[side];
  const { pad } = tokenizer.special;
  if (pad === undefined) throw new UserError(`${run.path}: the tokenizer has no pad piece`);
  const { tensors } = loadWeights({ folder: run }, checkpoint);
  const head = isLabelled(config) ? exportHead(run, config, tensors) : undefined;
  const written = writeCheckpoint(model, head?.tensors ?? tensors, {
    padId: pad,
    vocabSize: tokenizer.size,
    source: run.path,
    ...head?.about,
    offered: () => head?.misfit === undefined,
  });
  const spoilt = findNonFinite(written.tensors);
  if (spoilt !== undefined)
    throw new UserError(`${run.path}: ${spoilt} holds NaN or ∞; give another one with --checkpoint`);
  const entry = entryOf(sections.tokenizers, side);
  const isReadable = READABLE.includes(sections.tokenizers[entry]!.type);
  const file = isReadable ? TOKENIZER : 'sentencepiece.model';
  writeFolder(out, (at) => {
    writeFileAtomic(at('config.json'), written.config);
    writeFileAtomic(at(WEIGHTS), encodeSafetensors(written.tensors, { format: 'pt' }));
    copyFile(run.tokenizer(entry), at(file));
    if (isReadable) writeFileAtomic(at('tokenizer_config.json'), formatTokenizerConfig(tokenizer, model));
  });
  const left = written.left.map((name) => ({
    name,
    reason: head?.misfit ?? `${written.kind} has no such part`,
  }));
  if (!isReadable)
    left.push({ name: 'the tokenizer', reason: `transformers reads no ${file} of this kind of model` });
  return { written, left };
}

/** Makes a folder whole or not at all. */
function writeFolder(path: string, write: (at: (name: string) => string) => void): void {
  const temporary = temporaryPath(path);
  try {
    ensureDir(temporary);
    write((name) => join(temporary, name));
    removeIfEmpty(path);
    move(temporary, path);
  } finally {
    remove(temporary);
  }
}

/** What `tokenizer.json` does not say: what the special pieces are for, and what models are fed. */
function formatTokenizerConfig(tokenizer: Tokenizer, model: EncoderConfig): string {
  const tokens = Object.entries(tokenizer.special).map(
    ([name, id]) => [`${name}_token`, tokenizer.idToPiece(id)] as const,
  );
  const inputs = ['input_ids', ...((model.segments ?? 0) > 1 ? ['token_type_ids'] : []), 'attention_mask'];
  const json = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: model.maxLength,
    model_input_names: inputs,
    ...Object.fromEntries(tokens),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
