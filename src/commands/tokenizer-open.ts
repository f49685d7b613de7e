// What the name of a tokenizer on the command line stands for, and the entry of a config.
import { RunFolder } from '../run/run-folder.ts';
import { loadRunConfig } from '../tasks/config.ts';
import type { TaskConfig } from '../tasks/task.ts';
import { entryOf } from '../tasks/tokenizers.ts';
import {
  isSentencePieceFile,
  loadTokenizer,
  openTokenizer,
  type TokenizerConfig,
} from '../tokenizers/index.ts';
import type { Normalization } from '../tokenizers/normalize.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { UsageError } from '../util/errors.ts';

export const NORMALIZATION = 'normalization';

export interface OpenArguments {
  side?: string | undefined;
  normalization?: Normalization | undefined;
}

/** The tokenizer of a run, in a file, or in a folder. */
export function openGiven(path: string, { side, normalization }: OpenArguments): Tokenizer {
  const run = new RunFolder(path);
  if (!run.hasRun()) {
    if (side !== undefined) throw new UsageError(`${path}: --side is for runs; this is one tokenizer`);
    if (normalization !== undefined && !isSentencePieceFile(path)) {
      throw new UsageError(`${path}: says itself how text is normalized; leave out --${NORMALIZATION}`);
    }
    return openTokenizer(path, normalization);
  }
  if (normalization !== undefined)
    throw new UsageError(`${path}: its config has --${NORMALIZATION}; leave it out`);
  const [name, entry] = chooseEntry(path, loadRunConfig(run), side);
  return loadTokenizer(run.tokenizer(name), entry);
}

/** The entry of a config that `side` stands for, or its only one; a UsageError where there is none, or a choice. */
export function chooseEntry(
  place: string,
  { tokenizers = {} }: Pick<TaskConfig, 'tokenizers'>,
  side: string | undefined,
): [name: string, entry: TokenizerConfig] {
  const names = Object.keys(tokenizers);
  if (names.length === 0) throw new UsageError(`${place}: has no tokenizers`);
  if (side === undefined && names.length > 1) {
    throw new UsageError(`${place}: has several tokenizers; give --side ${names.join(' or ')}`);
  }
  const name = side === undefined ? names[0]! : entryOf(tokenizers, side);
  if (!Object.hasOwn(tokenizers, name)) {
    throw new UsageError(`${place}: has no tokenizer of --side ${side}; its own: ${names.join(', ')}`);
  }
  return [name, tokenizers[name]!];
}
