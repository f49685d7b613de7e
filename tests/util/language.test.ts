import { expect, it } from 'vitest';
import { baseLanguage } from '../../src/util/language.ts';

it.each([
  ['en', 'en'],
  ['en-US', 'en'],
  ['pt_BR', 'pt'],
  ['ZH-hant-tw', 'zh'],
  ['cmn', 'zh'],
  ['yue', 'yue'],
  ['ger', 'de'],
  ['trees', 'trees'],
  ['', ''],
  ['Not a tag', 'not a tag'],
  ['constructor', 'constructor'],
])('%s is %s', (tag, language) => {
  expect(baseLanguage(tag)).toBe(language);
});
