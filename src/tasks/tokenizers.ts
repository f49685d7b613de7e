// The `tokenizers:` section: entries by name, each for the sides of a task's text that it serves. A side has the entry
// of its own name, or else the one named `shared`; an entry is trained on the text of all sides that have it.
import { z } from 'zod';
import type { Refuse } from '../config/refuse.ts';
import type { SpecialIds } from '../data/pairs.ts';
import type { RunFolder } from '../run/run-folder.ts';
import {
  isTrained,
  loadTokenizer,
  pathsOfTokenizer,
  samplingOf,
  type TokenizerConfig,
  tokenizerSchema,
} from '../tokenizers/index.ts';
import { chooseNormalization, type Normalization } from '../tokenizers/normalize.ts';
import type { SpecialName, Tokenizer } from '../tokenizers/tokenizer.ts';
import { type DataRecord, recordFile } from '../train/data-record.ts';
import { UserError } from '../util/errors.ts';
import { fileExists } from '../util/files.ts';

const SHARED = 'shared';

const NAME = /^[a-z][\w-]*$/i;

export const tokenizersSchema = z.record(
  z.string().regex(NAME, { error: 'a name is a letter, then letters, digits, _ and -' }),
  tokenizerSchema,
);
export type TokenizersConfig = z.output<typeof tokenizersSchema>;

/** The name of the entry that serves a side. */
export const entryOf = (config: TokenizersConfig, side: string): string =>
  Object.hasOwn(config, side) ? side : SHARED;

/** The entries in use, each with its sides. */
export function entriesOf(config: TokenizersConfig, sides: readonly string[]): Map<string, string[]> {
  const entries = new Map<string, string[]>();
  for (const side of sides) {
    const name = entryOf(config, side);
    entries.set(name, [...(entries.get(name) ?? []), side]);
  }
  return entries;
}

/**
 * Refuses a section that leaves a side without an entry, has one that no side has, or cuts text at random on a side
 * that is not among the `sampled` ones.
 */
export function checkTokenizers(
  config: TokenizersConfig,
  sides: readonly string[],
  sampled: readonly string[],
  refuse: Refuse,
): void {
  const used = entriesOf(config, sides);
  for (const [name, served] of used) {
    const entry = Object.hasOwn(config, name) ? config[name]! : undefined;
    if (entry !== undefined) {
      const isIgnored = samplingOf(entry).dropout > 0 && !served.some((side) => sampled.includes(side));
      if (isIgnored)
        refuse(['tokenizers', name, 'dropout'], `this task cuts no text of ${served[0]} at random`);
      continue;
    }
    refuse(['tokenizers'], `needs an entry for ${served.join(' and ')}: ${served.join(', ')}, or ${SHARED}`);
  }
  for (const name of Object.keys(config)) {
    if (used.has(name)) continue;
    const names = [...sides, ...(sides.length > 1 ? [SHARED] : [])];
    refuse(['tokenizers', name], `serves no side of this task; its names: ${names.join(', ')}`);
  }
}

/** The section with the normalization of entries that leave it open, chosen by their sides' languages. */
export function completeTokenizers(
  config: TokenizersConfig,
  languages: Readonly<Record<string, string | undefined>>,
  otherwise: Normalization = 'nfkc',
): TokenizersConfig {
  const entries = entriesOf(config, Object.keys(languages));
  const complete = ([name, entry]: [string, TokenizerConfig]): [string, TokenizerConfig] => {
    const isChosen = entry.type === 'bpe' || entry.type === 'word';
    if (!isChosen || entry.normalization !== undefined) return [name, entry];
    const own = (entries.get(name) ?? []).flatMap((side) => languages[side] ?? []);
    const normalization = own.length === 0 ? otherwise : chooseNormalization(own);
    // The schema puts the keys in its order.
    return [name, tokenizerSchema.parse({ ...entry, normalization })];
  };
  return Object.fromEntries(Object.entries(config).map(complete));
}

/** The section with every file name as `resolve` makes it. */
export function mapTokenizerFiles(
  config: TokenizersConfig,
  resolve: (path: string) => string,
): TokenizersConfig {
  const map = (entry: TokenizerConfig): TokenizerConfig => {
    const files = pathsOfTokenizer(entry).map((key) => {
      return [key, resolve((entry as unknown as Record<string, string>)[key]!)] as const;
    });
    return { ...entry, ...Object.fromEntries(files) };
  };
  return Object.fromEntries(Object.entries(config).map(([name, entry]) => [name, map(entry)]));
}

/** The files that the section names. */
export function filesOfTokenizers(config: TokenizersConfig): string[] {
  const files: string[] = [];
  mapTokenizerFiles(config, (path) => {
    files.push(path);
    return path;
  });
  return files;
}

/** The section without file names: what must stay when a run goes on; files are compared by checksums. */
export const identityOfTokenizers = (config: TokenizersConfig): TokenizersConfig =>
  mapTokenizerFiles(config, () => 'given');

/** The tokenizers of a run, by side. */
export function loadTokenizers<Side extends string>(
  config: TokenizersConfig,
  sides: readonly Side[],
  folder: RunFolder,
): Record<Side, Tokenizer> {
  const loaded = new Map<string, Tokenizer>();
  const load = (side: Side): Tokenizer => {
    const name = entryOf(config, side);
    const known = loaded.get(name) ?? loadTokenizer(folder.tokenizer(name), config[name]!);
    loaded.set(name, known);
    return known;
  };
  return Object.fromEntries(sides.map((side) => [side, load(side)])) as Record<Side, Tokenizer>;
}

/** Checksums of the tokenizers in a run's folder, and of the files that they came from where these are there. */
export function recordTokenizers(config: TokenizersConfig, folder: RunFolder): DataRecord {
  const record = (path: string) =>
    recordFile(path, `${path} is not the tokenizer that the run was trained with`);
  const entries = Object.entries(config).flatMap(([name, entry]) => {
    const isThere = !isTrained(entry) && fileExists(entry.file);
    return [
      [`tokenizers.${name}`, record(folder.tokenizer(name))] as const,
      ...(isThere ? [[`tokenizers.${name}.file`, record(entry.file)] as const] : []),
    ];
  });
  return Object.fromEntries(entries);
}

/**
 * The ids that frame and fill sequences. All of the tokenizers must agree on padding and end; the begin is the last
 * one's, whose text is generated. A UserError where one is missing.
 */
export function specialIds(tokenizers: readonly Tokenizer[]): SpecialIds {
  const of = (name: SpecialName, asked: readonly Tokenizer[]): number => {
    const ids = asked.map(({ special }) => special[name]);
    const [id] = ids;
    if (id === undefined || ids.includes(undefined)) {
      throw new UserError(`the tokenizer has no ${name} piece; train it with one`);
    }
    if (ids.some((other) => other !== id))
      throw new UserError(`the tokenizers give different ids to ${name}`);
    return id;
  };
  return {
    padId: of('pad', tokenizers),
    bosId: of('bos', tokenizers.slice(-1)),
    eosId: of('eos', tokenizers),
  };
}
