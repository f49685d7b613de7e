// Tasks on running text: its documents are read, their ids are held or kept in an index, and a system is made of them.
import { z } from 'zod';
import { type Storage, withIndex } from '../data/index-store.ts';
import { MemorySequencesBuilder, type Sequences, type SequencesBuilder } from '../data/sequences.ts';
import { type DocumentsConfig, readDocuments } from '../data/sources/documents.ts';
import { describeSource, filesOf, mapFiles } from '../data/sources/index.ts';
import { collectColumns } from '../data/sources/source.ts';
import { idSize, TokenIndex } from '../data/token-index.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { type DataRecord, linesSchema, recordFile, recordLines } from '../train/data-record.ts';
import type { Reading } from '../train/job.ts';
import type { TrainObserver } from '../train/observer.ts';
import type { System } from '../train/system.ts';
import { UserError } from '../util/errors.ts';
import { provideTokenizers } from './make-tokenizers.ts';
import {
  entryOf,
  identityOfTokenizers,
  loadTokenizers,
  recordTokenizers,
  type TokenizersConfig,
} from './tokenizers.ts';
import { INDEXING, nameRecord, TrainingText } from './training-text.ts';

export const side = 'text';

/** What decides the text and its ids. */
export interface TextConfig {
  data: {
    train: DocumentsConfig;
    valid: DocumentsConfig;
    test?: DocumentsConfig | undefined;
    index?: boolean | undefined;
  };
  tokenizers: TokenizersConfig;
}

/** The tokenizer of a run. */
export const loadTextTokenizer = ({ tokenizers }: TextConfig, folder: RunFolder): Tokenizer =>
  loadTokenizers(tokenizers, [side], folder)[side];

/** What a system is made of. */
export interface RunningText {
  tokenizer: Tokenizer;
  /** The training documents, each in the rows of a form. */
  train: Sequences;
  valid: string[];
  test: string[] | undefined;
  record: DataRecord;
}

/** Reads the documents that a config names, and makes a system of them with their tokenizer. */
export async function readRunningText(
  config: TextConfig,
  form: RowForm,
  { observer, storage }: { observer: TrainObserver; storage: Storage },
  build: (text: RunningText) => System,
): Promise<Reading> {
  observer.note('reading the documents');
  const train = await openTraining(config, withIndex(storage, config.data.index), observer);
  const valid = await readSplit(config, 'valid');
  const test = config.data.test === undefined ? undefined : await readSplit(config, 'test');
  return async (home, isNew) => {
    if (isNew) {
      const lesson = { text: train, sides: [side], accepts: () => true, beside: { [side]: [] } } as const;
      await provideTokenizers(config.tokenizers, lesson, home, observer);
    }
    let encoded: Sequences | undefined;
    const encode = async () => {
      encoded ??= await encodeDocuments(config, train, home, observer, form);
      return encoded;
    };
    // The record of a text that is not held is made, or found, where the text is encoded.
    if (train.record === undefined) await encode();
    checkText(config, 'train', train.record![side].lines);
    const describe = (name: SplitName) => () => ({
      name: `data.${name}`,
      complaint: `data.${name} is not what the run was trained on: ${describeSource(config.data[name]!)}`,
    });
    const record: DataRecord = {
      ...nameRecord(train.record!, describe('train')),
      ...nameRecord({ [side]: recordLines(valid) }, describe('valid')),
      ...recordTokenizers(config.tokenizers, home),
    };
    const tokenizer = () => loadTextTokenizer(config, home);
    return {
      record,
      build: async () => build({ tokenizer: tokenizer(), train: await encode(), valid, test, record }),
    };
  };
}

/** The documents of a held-out split; a UserError where there are none. */
async function readSplit(config: TextConfig, name: SplitName): Promise<string[]> {
  const { text } = await collectColumns(readDocuments(config.data[name]!), [side]);
  checkText(config, name, text.length);
  return text;
}

/** A UserError where a split has no documents. */
export function checkText({ data }: TextConfig, name: SplitName, documents: number): void {
  if (documents === 0) throw new UserError(`data.${name} has no text: ${describeSource(data[name]!)}`);
}

/** The training documents; a UserError where there are none, if that is known without reading large text. */
async function openTraining(
  config: TextConfig,
  storage: Storage,
  observer: TrainObserver,
): Promise<TrainingText<typeof side>> {
  const source = config.data.train;
  async function* open() {
    for await (const group of readDocuments(source)) yield { raw: group, text: group };
  }
  const settings = mapFiles(source, () => 'given');
  const read = { fields: [side], files: filesOf(source), settings, open } as const;
  const text = await TrainingText.open(read, storage, (message) => observer.warn(message));
  if (text.record !== undefined) checkText(config, 'train', text.record[side].lines);
  return text;
}

const aboutSchema = z.strictObject({ [side]: linesSchema });

/** The rows of ids that a document becomes. */
export interface RowForm {
  /** What the rows are, and all that decides them beside the document and the tokenizer, as JSON. */
  is: readonly unknown[];
  rows(document: string, tokenizer: Tokenizer): Iterable<readonly number[]>;
}

export const wholeDocuments: RowForm = {
  is: ['documents'],
  rows: (document, tokenizer) => [tokenizer.encode(document)],
};

/** The ids of the training documents, in memory or in an index. */
async function encodeDocuments(
  config: TextConfig,
  text: TrainingText<typeof side>,
  home: RunFolder,
  observer: TrainObserver,
  form: RowForm,
): Promise<Sequences> {
  const { store } = text;
  const tokenizer = loadTextTokenizer(config, home);
  const encodeInto = async (rows: Pick<SequencesBuilder, 'add'>) => {
    for await (const group of text.groups()) {
      for (const document of group[side]) for (const row of form.rows(document, tokenizer)) rows.add(row);
    }
  };
  if (store === undefined) {
    const rows = new MemorySequencesBuilder();
    await encodeInto(rows);
    text.release();
    return rows.finish();
  }
  const own = [
    identityOfTokenizers(config.tokenizers),
    recordFile(home.tokenizer(entryOf(config.tokenizers, side)), ''),
  ];
  const [what, ...settings] = form.is;
  const name = `${text.key([what, own, ...settings])}.ids`;
  const found = store.find(name);
  if (found !== undefined) {
    text.recall(aboutSchema.parse(found.about));
    observer.note(`training text: encoded before: ${found.path}`);
    return new TokenIndex(found);
  }
  observer.note(INDEXING);
  const rows = store.begin(name, idSize(tokenizer.size));
  try {
    await encodeInto(rows);
  } catch (error) {
    rows.abandon();
    throw error;
  }
  return new TokenIndex(store.finish(rows, text.record));
}
