import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findCommon, markWords } from '../../src/report/diff.ts';

/** `[other]`, `{moved}`. */
const show = (hyp: string, ...refs: string[]) =>
  markWords(hyp, refs)
    .map(({ text, mark }) => (mark === 'same' ? text : mark === 'other' ? `[${text}]` : `{${text}}`))
    .join('');

it.each([
  ['the cat sat', ['the cat sat'], 'the cat sat'],
  ['the big dog sat', ['the cat sat'], 'the [big dog] sat'],
  ['sat the  cat', ['the  cat sat'], '{sat} the  cat'],
  // the reference has `a` twice
  ['a b a a', ['a c a'], 'a [b a] a'],
  ['x y', [''], '[x y]'],
  ['', ['x'], ''],
  [' x ', ['x'], ' x '],
  // the second reference is closer; `one` is in the first
  ['one b c', ['one z', 'a b c'], '{one} b c'],
])('%j against %j is %j', (hyp, refs, marked) => {
  expect(show(hyp, ...refs)).toBe(marked);
});

it('finds a longest common subsequence', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  const longest = (a: string[], b: string[]): number =>
    a.length === 0 || b.length === 0
      ? 0
      : a[0] === b[0]
        ? 1 + longest(a.slice(1), b.slice(1))
        : Math.max(longest(a.slice(1), b), longest(a, b.slice(1)));
  fc.assert(
    fc.property(words, words, (a, b) => {
      const common = a.filter((_, i) => findCommon(a, b)[i]);
      expect(common).toHaveLength(longest(a, b));
      let at = -1;
      for (const word of common) expect((at = b.indexOf(word, at + 1))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 50 },
  );
});

it('keeps the text, however long', () => {
  const hyp = `same ${'word,'.repeat(5000)} end`;
  const runs = markWords(hyp, [`same ${'other;word '.repeat(4000)} end`]);
  expect(runs.map(({ text }) => text).join('')).toBe(hyp);
  expect(runs[0]!.text.startsWith('same')).toBe(true);
  expect(runs[0]!.mark).toBe('same');
});
