// Makes the tokenizers of a new run, on text that is held or that comes bit by bit.

import type { RunFolder } from '../run/run-folder.ts';
import { beginTokenizer, isTrained, type TokenizerConfig, type TokenizerMaker } from '../tokenizers/index.ts';
import type { TrainObserver } from '../train/observer.ts';
import { FileError, UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { readBytes } from '../util/text.ts';
import { entriesOf, type TokenizersConfig } from './tokenizers.ts';
import type { TrainingText } from './training-text.ts';

/** The tokenizers of a run in the making. They take the text of every side bit by bit. */
export class TokenizerMakers {
  readonly #makers: { name: string; entry: TokenizerConfig; sides: string[]; maker: TokenizerMaker }[];
  readonly #observer: TrainObserver;

  /** Of the entries that serve the sides, those that are `wanted`. */
  constructor(
    config: TokenizersConfig,
    sides: readonly string[],
    observer: TrainObserver,
    wanted: (name: string) => boolean = () => true,
  ) {
    this.#observer = observer;
    this.#makers = [...entriesOf(config, sides)]
      .filter(([name]) => wanted(name))
      .map(([name, sides]) => {
        const entry = config[name]!;
        return { name, entry, sides, maker: underEntry(name, () => beginTokenizer(entry)) };
      });
  }

  /** Whether any is trained on text. */
  get needText(): boolean {
    return this.#makers.some(({ entry }) => isTrained(entry));
  }

  add(text: Readonly<Record<string, readonly string[]>>): void {
    for (const { sides, maker } of this.#makers) {
      for (const side of sides) for (const line of text[side]!) maker.add(line);
    }
  }

  /** Puts them into the run's folder; gives the names of those of which nothing had to be warned. */
  async finish(folder: RunFolder): Promise<string[]> {
    const sound: string[] = [];
    for (const { name, entry, sides, maker } of this.#makers) {
      if (isTrained(entry)) {
        const kind = { bpe: 'BPE', word: 'word', wordpiece: 'WordPiece' }[entry.type];
        this.#observer.note(`training a ${kind} tokenizer of ${entry.size} pieces (${sides.join(', ')})`);
      }
      let warnings = 0;
      const telling = {
        onProgress: (done: number, total: number) => this.#observer.progress('tokenizer', done, total),
        warn: (message: string) => {
          warnings++;
          this.#observer.warn(message);
        },
      };
      await maker.finish(folder.tokenizer(name), telling).catch((error) => {
        throw namingEntry(name, error);
      });
      if (warnings === 0) sound.push(name);
    }
    return sound;
  }
}

function underEntry<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw namingEntry(name, error);
  }
}

/** What a person can mend is told under the entry of the config that it is about. */
function namingEntry(name: string, error: unknown): unknown {
  const isMistake = error instanceof UserError && !(error instanceof FileError);
  return isMistake ? new UserError(`tokenizers.${name}: ${error.message}`) : error;
}

/** Puts the tokenizers into the run's folder; `text` has the lines of every side. */
export async function makeTokenizers(
  config: TokenizersConfig,
  text: Readonly<Record<string, readonly string[]>>,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<void> {
  const makers = new TokenizerMakers(config, Object.keys(text), observer);
  makers.add(text);
  await makers.finish(folder);
}

/** What tokenizers learn of a text: its lines that are not too long, and others beside them. */
export interface Lesson<Side extends string> {
  text: TrainingText<Side>;
  sides: readonly Side[];
  accepts(line: string): boolean;
  beside: Readonly<Record<Side, readonly string[]>>;
}

/** The same on the text of a training. What is trained on text that has an index is kept there and found again. */
export async function provideTokenizers<Side extends string>(
  config: TokenizersConfig,
  { text, sides, accepts, beside }: Lesson<Side>,
  folder: RunFolder,
  observer: TrainObserver,
): Promise<void> {
  const names = new Map<string, string>();
  for (const [name, served] of text.store === undefined ? [] : entriesOf(config, sides)) {
    const entry = config[name]!;
    if (isTrained(entry)) names.set(name, `${text.key(['tokenizer', entry, served, beside])}.model`);
  }
  const found = [...names].filter(([name, file]) => recall(name, file));
  function recall(name: string, file: string): boolean {
    const rows = text.store!.find(file);
    if (rows === undefined) return false;
    writeFileAtomic(folder.tokenizer(name), Uint8Array.from(rows.read(0, 0, rows.lengths.total)));
    rows.close();
    observer.note(`tokenizers.${name}: trained before on the same text: ${rows.path}`);
    return true;
  }
  const makers = new TokenizerMakers(
    config,
    sides,
    observer,
    (name) => !found.some(([known]) => known === name),
  );
  if (makers.needText) {
    const filter = (lines: Readonly<Record<Side, readonly string[]>>) =>
      Object.fromEntries(sides.map((side) => [side, lines[side].filter(accepts)]));
    for await (const group of text.groups()) makers.add(filter(group));
    makers.add(filter(beside));
  }
  for (const name of await makers.finish(folder)) {
    const file = names.get(name);
    if (file === undefined) continue;
    const writer = text.store!.begin(file, 1);
    writer.add(readBytes(folder.tokenizer(name)));
    text.store!.finish(writer, null).close();
  }
}
