import { expect, it } from 'vitest';
import { nearest, suggest } from '../../src/util/nearest.ts';

it.each<[string, string[], string | undefined]>([
  ['trian', ['translate', 'train'], 'train'],
  ['TRAIN', ['translate', 'train'], 'train'],
  ['dmodel', ['dModel', 'dFf'], 'dModel'],
  ['x', ['adam', 'sgd'], undefined],
  ['anything', [], undefined],
  ['a'.repeat(100_000), ['a'], undefined],
])('nearest(%j) of %j', (word, known, name) => {
  expect(nearest(word, known)).toBe(name);
});

it('suggest names one, all or none', () => {
  expect(suggest('trian', ['train'])).toBe('did you mean train?');
  expect(suggest('zzz', ['train', 'bench'])).toBe('known: train, bench');
  expect(suggest('zzz', [])).toBe('none is known here');
});
