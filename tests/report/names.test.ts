import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dropSharedFolders, shortenNames } from '../../src/report/names.ts';

it.each([
  [
    ['runs/a/results/test.hyp', 'runs/b/results/test.hyp'],
    ['a', 'b'],
  ],
  [
    ['/x/a/test.hyp', '/x/b/c/test.hyp'],
    ['a', 'b/c'],
  ],
  [
    ['a/test.hyp', 'test.hyp'],
    ['a/test.hyp', 'test.hyp'],
  ],
  [
    ['runs/seed/1/test.hyp', 'runs/seed/2/test.hyp'],
    ['seed/1', 'seed/2'],
  ],
  [['runs/a/test.hyp'], ['runs/a/test.hyp']],
])('%j without shared folders', (paths, names) => {
  expect(dropSharedFolders(paths)).toEqual(names);
});

it.each([
  [
    ['base.de', 'new.de'],
    ['base.de', 'new.de'],
  ],
  [
    ['model-1', 'model-2'],
    ['model-1', 'model-2'],
  ],
  [
    ['newstest2021.en-de.hyp.Manifold.de', 'newstest2021.en-de.hyp.Facebook-AI.de'],
    ['Manifold', 'Facebook-AI'],
  ],
  [
    ['transformer-big-back-translation-seed-1', 'transformer-big-back-translation-seed-2'],
    ['seed-1', 'seed-2'],
  ],
  [
    ['a very long name of a system', 'another long name of a system'],
    ['a very', 'another'],
  ],
  [
    ['transformer-big-back-translation', 'transformer-big-back-translation-2'],
    ['translation', 'translation-2'],
  ],
])('%j short', (names, short) => {
  expect(shortenNames(names)).toEqual(short);
});

it('never makes two names one, nor empty', () => {
  const name = fc.stringMatching(/^[ab1][ab1./_-]{0,30}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (names) => {
      for (const shorten of [dropSharedFolders, shortenNames]) {
        const short = shorten(names);
        expect(new Set(short).size).toBe(names.length);
        expect(short).not.toContain('');
      }
    }),
  );
});
