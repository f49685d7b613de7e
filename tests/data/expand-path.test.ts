// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test
import { expect, test } from 'vitest';
import { expandPath, resolvePath } from '../../src/data/expand-path.ts';
import { UserError } from '../../src/util/errors.ts';

const env = { DATA: '/d', EMPTY: '', A_1: 'x' };

test.each([
  ['plain/path', 'plain/path'],
  ['${DATA}/train.en', '/d/train.en'],
  ['${DATA:-data}/${A_1}', '/d/x'],
  ['${NONE:-../data}/a', '../data/a'],
  ['${NONE:-}a', 'a'],
  ['${EMPTY}a', 'a'],
  ['${EMPTY:-b}a', 'ba'],
  ['cost $5 $DATA', 'cost $5 $DATA'],
])('%s', (path, expanded) => {
  expect(expandPath(path, env)).toBe(expanded);
});

test('relative to the folder of the config', () => {
  expect(resolvePath('${NONE:-data}/a', '/home/me/configs', env)).toBe('/home/me/configs/data/a');
  expect(resolvePath('${DATA}/a', '/home/me/configs', env)).toBe('/d/a');
});

test.each([
  ['${NONE}/a', 'variable NONE is not set; set it, or write ${NONE:-default}'],
  ['${1A}/a', 'cannot read "${1A}"'],
  ['${DATA/a', 'cannot read "${DATA/a"'],
  ['${}', 'cannot read "${}"'],
])('%s is refused', (path, message) => {
  expect(() => expandPath(path, env)).toThrow(UserError);
  expect(() => expandPath(path, env)).toThrow(message);
});
