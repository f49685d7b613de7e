// A parallel corpus that is always at hand: the TypeScript compiler's messages in English and 13 languages, read out of
// the `typescript` package. Some 2,100 short technical sentences: enough to watch a model learn, not a benchmark.
// Messages that are equal but for names, numbers and punctuation in any language fall in one split, the same split
// for every pair of languages.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../util/errors.ts';
import { readText } from '../util/text.ts';
import type { ParallelText } from './sources/source.ts';

const TRANSLATIONS = [
  'cs',
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'pl',
  'pt-br',
  'ru',
  'tr',
  'zh-cn',
  'zh-tw',
] as const;
/** The languages of the corpus. */
export const messageLanguages = ['en', ...TRANSLATIONS] as const;
export type MessageLanguage = (typeof messageLanguages)[number];

export const splitNames = ['train', 'valid', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** The share of the groups in valid and, again, in test: about 150 of 2,118 messages each. */
const HELD_OUT = 0.071;
/** Far fewer messages than this mean that the compiler's file has another form than the one parsed here. */
const FEWEST = 1000;

/** Messages by key, such as `Identifier_expected_1003`, in the compiler's order. */
type Messages = Map<string, string>;

/** The three splits for a pair of languages; messages left untranslated are dropped. A UserError for another language. */
export function loadTypescriptMessages(srcLang: string, tgtLang: string): Record<SplitName, ParallelText> {
  for (const lang of [srcLang, tgtLang]) {
    if (!isMessageLanguage(lang)) {
      throw new UserError(
        `typescript-messages has no "${lang}"; its languages: ${messageLanguages.join(', ')}`,
      );
    }
  }
  const corpus = loadMessages();
  const src = corpus.get(srcLang as MessageLanguage)!;
  const tgt = corpus.get(tgtLang as MessageLanguage)!;
  const result = Object.fromEntries(
    splitNames.map((name) => [name, { src: [] as string[], tgt: [] as string[] }]),
  ) as Record<SplitName, ParallelText>;
  for (const [key, split] of computeSplits(corpus)) {
    const [from, to] = [src.get(key)!, tgt.get(key)!];
    if (from === to) continue;
    result[split].src.push(from);
    result[split].tgt.push(to);
  }
  return result;
}

function isMessageLanguage(lang: string): lang is MessageLanguage {
  return (messageLanguages as readonly string[]).includes(lang);
}

function loadMessages(): Map<MessageLanguage, Messages> {
  let lib: string;
  try {
    lib = dirname(createRequire(import.meta.url).resolve('typescript'));
  } catch {
    throw new UserError(
      'typescript-messages needs the npm package typescript 5.9.3: npm install typescript@5.9.3',
    );
  }
  const corpus = new Map<MessageLanguage, Messages>([
    ['en', parseEnglish(readText(join(lib, 'typescript.js')))],
  ]);
  for (const lang of TRANSLATIONS) {
    const text = readText(join(lib, lang, 'diagnosticMessages.generated.json'));
    const entries = Object.entries(JSON.parse(text) as Record<string, string>);
    corpus.set(lang, new Map(entries.map(([key, message]) => [key, tidy(message)])));
  }
  const smallest = Math.min(...[...corpus.values()].map((messages) => messages.size));
  if (smallest < FEWEST) {
    throw new UserError(
      `typescript-messages: the typescript package in ${lib} holds ${smallest} messages where about 2,100 are ` +
        'expected: npm install typescript@5.9.3',
    );
  }
  return corpus;
}

const STRING = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|${'`'}(?:[^${'`'}\\]|\\.)*${'`'})`;
/** A call `diag(1003, 1, "key", "message"`: a code, a category, which a comment may follow, and two string literals. */
const DIAGNOSTIC = new RegExp(String.raw`\bdiag\(\s*[\w.]+,\s*\d+[^"',]*,\s*${STRING},\s*${STRING}`, 'g');

function parseEnglish(compiler: string): Messages {
  const messages: Messages = new Map();
  for (const [, key, message] of compiler.matchAll(DIAGNOSTIC)) {
    messages.set(parseLiteral(key!), tidy(parseLiteral(message!)));
  }
  return messages;
}

/** The value of a JavaScript string literal with any of the three quotes. */
function parseLiteral(literal: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return literal
    .slice(1, -1)
    .replace(/\\(u[\da-f]{4}|x[\da-f]{2}|.)/gis, (_, code: string) =>
      code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code),
    );
}

function tidy(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

/** What makes two messages near-duplicates: the lower-cased words without placeholders, quoted names and digits. */
export function normalizeMessage(message: string): string {
  return message
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\{\d+\}/g, ' ')
    .replace(/"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|`[^`]*`/g, ' ')
    .replace(/(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu, ' ')
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim();
}

/** The split of every message that all languages have: union-find over near-duplicates, then a hash of each group. */
function computeSplits(corpus: ReadonlyMap<MessageLanguage, Messages>): Map<string, SplitName> {
  const all = [...corpus.values()];
  const keys = [...corpus.get('en')!.keys()].filter((key) => all.every((messages) => messages.has(key)));
  const parent = new Map<string, string>();
  const find = (item: string): string => {
    const above = parent.get(item) ?? item;
    if (above === item) return item;
    const root = find(above);
    parent.set(item, root);
    return root;
  };
  for (const key of keys) {
    for (const [lang, messages] of corpus) {
      // The smaller name becomes the root, so that a group's name does not depend on the order of the messages.
      // A slash begins a text's name, so texts come before keys and an English text before other languages'.
      const text = `/${messageLanguages.indexOf(lang)}/${normalizeMessage(messages.get(key)!)}`;
      const [low, high] = [find(key), find(text)].sort() as [string, string];
      if (low !== high) parent.set(high, low);
    }
  }
  return new Map(keys.map((key) => [key, chooseSplit(find(key))]));
}

function chooseSplit(group: string): SplitName {
  const share = createHash('sha256').update(group).digest().readUInt32BE() / 2 ** 32;
  if (share < HELD_OUT) return 'valid';
  return share < 2 * HELD_OUT ? 'test' : 'train';
}
