// The text of a language model: documents, and their ids, in memory or in an index.
import { z } from 'zod';
import type { Storage } from '../data/index-store.ts';
import { MemorySequencesBuilder, type Sequences, type SequencesBuilder } from '../data/sequences.ts';
import { type DocumentsConfig, readDocuments } from '../data/sources/documents.ts';
import { describeSource, filesOf, mapFiles } from '../data/sources/index.ts';
import { collectColumns } from '../data/sources/source.ts';
import { idSize, TokenIndex } from '../data/token-index.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { linesSchema, recordFile } from '../train/data-record.ts';
import type { TrainObserver } from '../train/observer.ts';
import { UserError } from '../util/errors.ts';
import { entryOf, identityOfTokenizers, loadTokenizers, type TokenizersConfig } from './tokenizers.ts';
import { INDEXING, TrainingText } from './training-text.ts';

export const side = 'text';

/** What decides the text and its ids. */
export interface TextConfig {
  data: { train: DocumentsConfig; valid: DocumentsConfig; test?: DocumentsConfig | undefined };
  tokenizers: TokenizersConfig;
}

/** The tokenizer of a run. */
export const loadLmTokenizer = ({ tokenizers }: TextConfig, folder: RunFolder): Tokenizer =>
  loadTokenizers(tokenizers, [side], folder)[side];

/** The documents of a held-out split; a UserError where there are none. */
export async function readSplit(config: TextConfig, name: SplitName): Promise<string[]> {
  const { text } = await collectColumns(readDocuments(config.data[name]!), [side]);
  checkText(config, name, text.length);
  return text;
}

/** What a text's probability can be shared among, whatever its tokenizer: the end of a document is a word and a byte. */
export interface TextUnits {
  words: number;
  bytes: number;
}

/** Of documents one after another; the end of the last is not a part of their text. Words are what space separates. */
export function countUnits(documents: readonly string[]): TextUnits {
  const ends = Math.max(0, documents.length - 1);
  const units = { words: ends, bytes: ends };
  for (const document of documents) {
    units.words += document.match(/\S+/g)?.length ?? 0;
    units.bytes += Buffer.byteLength(document);
  }
  return units;
}

/** A UserError where a split has no documents. */
export function checkText({ data }: TextConfig, name: SplitName, documents: number): void {
  if (documents === 0) throw new UserError(`data.${name} has no text: ${describeSource(data[name]!)}`);
}

/** The training documents; a UserError where there are none, if that is known without reading large text. */
export async function openTraining(
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

/** The ids of the training documents, in memory or in an index. */
export async function encodeDocuments(
  config: TextConfig,
  text: TrainingText<typeof side>,
  home: RunFolder,
  observer: TrainObserver,
): Promise<Sequences> {
  const { store } = text;
  const tokenizer = loadLmTokenizer(config, home);
  const encodeInto = async (rows: Pick<SequencesBuilder, 'add'>) => {
    for await (const group of text.groups()) for (const line of group[side]) rows.add(tokenizer.encode(line));
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
  const name = `${text.key(['documents', own])}.ids`;
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
