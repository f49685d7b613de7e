import { expect, it } from 'vitest';
import { splitLine } from '../../../src/commands/completion/words.ts';

it.each([
  ['', ['']],
  ['tx', ['tx']],
  ['tx ', ['tx', '']],
  ['  tx   train\tx', ['tx', 'train', 'x']],
  [String.raw`tx my\ data/a`, ['tx', 'my data/a']],
  ['tx "my da', ['tx', 'my da']],
  ["tx 'my da'", ['tx', 'my da']],
  ["tx 'my da' ", ['tx', 'my da', '']],
  [String.raw`tx "a\"b\c\\d" 'e\f'`, ['tx', String.raw`a"b\c\d`, String.raw`e\f`]],
  ['tx --set="model.d', ['tx', '--set=model.d']],
  [`tx "a b"'c d'e`, ['tx', 'a bc de']],
  ['tx "" ', ['tx', '', '']],
  ['tx a\\', ['tx', 'a']],
  ['tx "a\\', ['tx', 'a\\']],
])('%j', (line, words) => {
  expect(splitLine(line)).toEqual(words);
});
