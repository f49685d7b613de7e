// The text that is trained on. Where its files are small it is read once and held; otherwise it is read as often as it
// is needed, and what is made of it is kept in an index, found again by a checksum of all that decides it.
import { createHash } from 'node:crypto';
import { IndexStore, type Storage } from '../data/index-store.ts';
import { VERSION } from '../data/row-file.ts';
import type { Columns } from '../data/sources/source.ts';
import { type DataRecord, LineRecorder, type LinesEntry } from '../train/data-record.ts';
import { UserError } from '../util/errors.ts';
import { inspect, isFile } from '../util/files.ts';
import { packageVersion } from '../util/package.ts';
import { streamFile } from '../util/text.ts';

/** Rows as their files have them, and as the model has them. */
export interface TextGroup<Field extends string> {
  raw: Columns<Field>;
  text: Columns<Field>;
}

export interface TextSource<Field extends string> {
  fields: readonly Field[];
  /** What the rows come from. */
  files: readonly string[];
  /** All that decides them beside the files' bytes, as JSON. */
  settings: unknown;
  /** Reads from the beginning. */
  open(): AsyncIterable<TextGroup<Field>>;
}

/** What is told where large text is encoded. */
export const INDEXING = 'training text: encoding it into an index';

export type LinesRecord<Field extends string> = Record<Field, LinesEntry>;

export class TrainingText<Field extends string> {
  /** Where the text is larger than what memory should hold. */
  readonly store: IndexStore | undefined;
  readonly #source: TextSource<Field>;
  readonly #files: readonly FileState[];
  /** What is held, once it has been read. */
  #held: Columns<Field>[] | undefined;
  #record: LinesRecord<Field> | undefined;

  private constructor(source: TextSource<Field>, files: readonly FileState[], store?: IndexStore) {
    this.#source = source;
    this.#files = files;
    this.store = store;
  }

  /** Reads small text, or the bytes of large text alone. */
  static async open<Field extends string>(
    source: TextSource<Field>,
    storage: Storage,
    warn: (message: string) => void,
  ): Promise<TrainingText<Field>> {
    const { files } = source;
    // A pipe can be read once.
    const isLarge = files.length > 0 && files.every(isFile) && totalSize(files) >= storage.memoryBytes;
    if (isLarge) {
      const states: FileState[] = [];
      for (const path of files) states.push(await FileState.read(path));
      return new TrainingText(source, states, new IndexStore(storage.folder, warn));
    }
    const text = new TrainingText(source, []);
    const held: Columns<Field>[] = [];
    for await (const group of text.groups()) held.push(group);
    text.#held = held;
    return text;
  }

  /** Checksums of the lines; undefined as long as they have neither been read to the end nor found in an index. */
  get record(): LinesRecord<Field> | undefined {
    return this.#record;
  }

  /** Takes the record that an index has of the lines. */
  recall(record: LinesRecord<Field>): void {
    this.#record = record;
  }

  /** All rows as the model has them, in groups. */
  async *groups(): AsyncGenerator<Columns<Field>> {
    if (this.#held !== undefined) {
      yield* this.#held;
      return;
    }
    const { fields, open } = this.#source;
    const recorders = fields.map((field) => [field, new LineRecorder()] as const);
    for await (const { raw, text } of open()) {
      for (const [field, recorder] of recorders) recorder.add(raw[field]);
      yield text;
    }
    for (const file of this.#files) file.check();
    const entries = recorders.map(([field, recorder]) => [field, recorder.finish()] as const);
    this.#record = Object.fromEntries(entries) as LinesRecord<Field>;
  }

  /** The name in the index of what is made of the text under the settings `of`. */
  key(of: unknown): string {
    const text = [this.#source.settings, this.#files.map(({ sha256 }) => sha256)];
    const all = JSON.stringify([VERSION, packageVersion(), text, of]);
    return createHash('sha256').update(all).digest('hex');
  }

  /** Forgets what is held: it is not asked for again. */
  release(): void {
    this.#held = [];
  }
}

/** A record of lines as training keeps it, under names such as `data.train.src`. */
export function nameRecord<Field extends string>(
  record: LinesRecord<Field>,
  describe: (field: Field) => { name: string; complaint: string },
): DataRecord {
  const entries = (Object.keys(record) as Field[]).map((field) => {
    const { name, complaint } = describe(field);
    return [name, { ...record[field], complaint }] as const;
  });
  return Object.fromEntries(entries);
}

const totalSize = (files: readonly string[]): number =>
  files.reduce((sum, path) => sum + (inspect(path)?.size ?? 0), 0);

/** A file as it was when its checksum was made. */
class FileState {
  readonly sha256: string;
  readonly #path: string;
  readonly #stamp: string;

  private constructor(path: string, sha256: string, stamp: string) {
    this.#path = path;
    this.sha256 = sha256;
    this.#stamp = stamp;
  }

  static async read(path: string): Promise<FileState> {
    const stamp = stampOf(path);
    const hash = createHash('sha256');
    for await (const chunk of streamFile(path)) hash.update(chunk);
    return new FileState(path, hash.digest('hex'), stamp);
  }

  /** A UserError where the file has changed since. */
  check(): void {
    if (stampOf(this.#path) === this.#stamp) return;
    throw new UserError(`${this.#path}: was changed while it was read; start again once it stays as it is`);
  }
}

function stampOf(path: string): string {
  const found = inspect(path);
  return `${found?.size} ${found?.mtimeMs} ${found?.ino}`;
}
