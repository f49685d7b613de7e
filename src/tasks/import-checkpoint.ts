// Checkpoints of Hugging Face's transformers as runs, and runs as such checkpoints.
import { resolve } from 'node:path';
import { printConfig } from '../config/print.ts';
import { type Checkpoint, readCheckpoint } from '../exchange/read.ts';
import { Claim } from '../run/claim.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import { beginTokenizer, loadTokenizer, type TokenizerConfig } from '../tokenizers/index.ts';
import { writeFileAtomic } from '../util/files.ts';
import { packageVersion } from '../util/package.ts';
import { side } from './labelled/config.ts';

/**
 * Makes a run of the task `encoder` of the checkpoint in the folder `source`; a run that is there is replaced. A
 * UserError where the checkpoint is damaged, or of a kind that is not known; the folder then is as it was.
 */
export async function importCheckpoint(
  source: string,
  run: RunFolder,
  warn: (message: string) => void,
): Promise<Checkpoint> {
  const claim = Claim.take(run);
  try {
    const home = claim.prepare();
    const entry: TokenizerConfig = { type: 'huggingface', file: resolve(source) };
    await beginTokenizer(entry).finish(home.tokenizer(side), { onProgress: () => {}, warn });
    const tokenizer = loadTokenizer(home.tokenizer(side), entry);
    const checkpoint = readCheckpoint(source, tokenizer.size);
    const metadata = { 'tx.version': packageVersion(), 'tx.weights': 'imported' };
    writeFileAtomic(home.checkpoint('model'), encodeSafetensors(checkpoint.tensors, metadata));
    const config = { task: 'encoder', tokenizers: { [side]: entry }, model: checkpoint.model };
    writeFileAtomic(home.config, printConfig(config));
    claim.establish();
    return checkpoint;
  } finally {
    claim.release();
  }
}
