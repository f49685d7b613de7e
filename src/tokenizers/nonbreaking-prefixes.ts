// Abbreviations whose final dot belongs to the word, by language.
import { baseLanguage } from '../util/language.ts';
import { DOTTED_PREFIXES } from './dotted-prefixes.ts';
import { PREFIX_LISTS, SAME_LISTS } from './nonbreaking-prefix-lists.ts';

/** Whether a word's dot stays on it always, or only when a number follows. */
export type PrefixKind = 'always' | 'beforeNumber';

const read = new Map<string, ReadonlyMap<string, PrefixKind>>();

/** Whether there is a list for the language; regions and scripts in its tag do not matter. */
export function hasPrefixes(language: string): boolean {
  return listName(baseLanguage(language)) !== undefined;
}

/** The list of a language ("de", not "de-AT"); like the Perl script, any other language gets the English one. */
export function nonbreakingPrefixes(language: string): ReadonlyMap<string, PrefixKind> {
  const name = listName(language) ?? 'en';
  let prefixes = read.get(name);
  if (prefixes === undefined) {
    prefixes = readList(PREFIX_LISTS[name]!);
    read.set(name, prefixes);
  }
  return prefixes;
}

/** The same for abbreviations with dots inside. */
export const dottedPrefixes = (language: string): ReadonlySet<string> =>
  DOTTED_PREFIXES.get(listName(language) ?? 'en') ?? NONE;

const NONE: ReadonlySet<string> = new Set();

function listName(language: string): string | undefined {
  const name = Object.hasOwn(SAME_LISTS, language) ? SAME_LISTS[language]! : language;
  return Object.hasOwn(PREFIX_LISTS, name) ? name : undefined;
}

function readList(list: string): ReadonlyMap<string, PrefixKind> {
  const entries = list.trim().split(/\s+/);
  return new Map(
    entries.map((entry) => (entry.endsWith('#') ? [entry.slice(0, -1), 'beforeNumber'] : [entry, 'always'])),
  );
}
