// Checkpoints of Hugging Face's transformers as runs.
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { printConfig } from '../config/print.ts';
import { type Checkpoint, readCheckpoint } from '../exchange/read.ts';
import { Claim } from '../run/claim.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import { beginTokenizer, loadTokenizer, type TokenizerConfig } from '../tokenizers/index.ts';
import type { StoredRecord } from '../train/data-record.ts';
import { Provenance } from '../train/provenance.ts';
import { writeFileAtomic } from '../util/files.ts';
import { packageVersion } from '../util/package.ts';
import { streamFile } from '../util/text.ts';
import { side } from './labelled/config.ts';

export interface ImportOptions {
  /** How it was asked for, which the run's folder keeps. */
  command: string;
  warn(message: string): void;
}

/**
 * Makes a run of the task `encoder` of the checkpoint in the folder `source`; a run that is there is replaced. A
 * UserError where the checkpoint is damaged, or of a kind that is not known; the folder then is as it was.
 */
export async function importCheckpoint(
  source: string,
  run: RunFolder,
  { command, warn }: ImportOptions,
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
    const parameters = [...checkpoint.tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
    const provenance = new Provenance(
      { command, origins: {} },
      {
        threads: 0,
        seed: 0,
        step: 0,
        data: await checksums(checkpoint.files),
        sizes: { parameters, kvBytesPerToken: undefined },
      },
      undefined,
    );
    provenance.end(home, 'finished', 0);
    const config = { task: 'encoder', tokenizers: { [side]: entry }, model: checkpoint.model };
    writeFileAtomic(home.config, printConfig(config));
    claim.establish();
    return checkpoint;
  } finally {
    claim.release();
  }
}

/** Of files of any size, by their names. */
async function checksums(files: readonly string[]): Promise<StoredRecord> {
  const record: StoredRecord = {};
  for (const file of files) {
    const hash = createHash('sha256');
    for await (const chunk of streamFile(file)) hash.update(chunk);
    record[basename(file)] = { sha256: hash.digest('hex') };
  }
  return record;
}
