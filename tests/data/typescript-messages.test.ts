import { expect, test } from 'vitest';
import {
  loadTypescriptMessages,
  messageLanguages,
  normalizeMessage,
  splitNames,
} from '../../src/data/typescript-messages.ts';

const pairs = [
  ['en', 'de'],
  ['en', 'fr'],
  ['en', 'ja'],
  ['zh-cn', 'ru'],
] as const;

test.each(pairs)('%s to %s: some 1,800, 160 and 145 messages, none leaking into training', (src, tgt) => {
  const corpus = loadTypescriptMessages(src, tgt);
  const sizes = splitNames.map((name) => corpus[name].src.length);
  console.log(`${src}-${tgt}: train, valid, test = ${sizes.join(', ')}`);
  expect(splitNames.map((name) => corpus[name].tgt.length)).toEqual(sizes);
  expect(sizes[0]).toBeGreaterThan(1750);
  expect(Math.min(sizes[1]!, sizes[2]!)).toBeGreaterThan(130);
  for (const side of ['src', 'tgt'] as const) {
    const seen = (name: (typeof splitNames)[number]) => new Set(corpus[name][side].map(normalizeMessage));
    const [train, valid, held] = [seen('train'), seen('valid'), seen('test')];
    expect([...valid, ...held].filter((text) => train.has(text))).toEqual([]);
    expect([...valid].filter((text) => held.has(text))).toEqual([]);
    const lines = splitNames.flatMap((name) => corpus[name][side]);
    expect(lines.filter((line) => line.trim() !== line || line === '' || /[\n\r\t]/.test(line))).toEqual([]);
  }
});

test('the same on every call, and the same split whatever the languages', () => {
  const german = loadTypescriptMessages('en', 'de');
  expect(loadTypescriptMessages('en', 'de')).toEqual(german);
  const polish = loadTypescriptMessages('pl', 'en');
  const train = new Set(german.train.src);
  for (const name of ['valid', 'test'] as const) {
    expect(polish[name].tgt.filter((text) => train.has(text))).toEqual([]);
  }
});

test('messages are decoded and paired', () => {
  const { train, valid, test: held } = loadTypescriptMessages('en', 'de');
  const both = new Map(
    [train, valid, held].flatMap(({ src, tgt }) => src.map((text, i) => [text, tgt[i]!] as const)),
  );
  expect(both.get("'{0}' expected.")).toBe('"{0}" wurde erwartet.');
  expect(both.has("'\\q' is only available inside character class.")).toBe(true);
  expect(both.has('Add import from "{0}"')).toBe(true);
});

test.each([
  ["'get' accessor {0} of 12 types.", 'accessor of types'],
  ['Der Typ „{0}“ kann nicht.', 'der typ kann nicht'],
  ['L’option "x" n\'est pas « y » ici', 'l option n est pas ici'],
  ['類型 "{0}" 缺少屬性。', '類型 缺少屬性'],
  ["Don't use the `a` module's 'b'", 'don t use the module s'],
])('normalized %s', (message, normalized) => {
  expect(normalizeMessage(message)).toBe(normalized);
});

test('another language is refused with the list', () => {
  expect(() => loadTypescriptMessages('en', 'nl')).toThrow(
    `no "nl"; its languages: ${messageLanguages.join(', ')}`,
  );
});
