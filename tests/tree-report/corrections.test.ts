// Trees of two sentences that each have one error, by what corrects it; and any test tree becomes its gold tree.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildBracketTree, canonicalLabels, constituents } from '../../src/tree-report/bracket-tree.ts';
import { findCorrections } from '../../src/tree-report/corrections.ts';
import { kindOf } from '../../src/tree-report/error-kinds.ts';
import { evaluate } from '../../src/trees/evalb.ts';
import { parameterSets } from '../../src/trees/evalb-parameters.ts';
import { Rng } from '../../src/util/rng.ts';

const { collins } = parameterSets;

function treesOf(gold: string, test: string) {
  const { goldSentence, testSentence, ...result } = evaluate(gold, test, collins);
  expect(result.status).toBe('ok');
  const canonical = canonicalLabels(collins);
  return { ...result, trees: [goldSentence, testSentence].map((side) => buildBracketTree(side, canonical)) };
}

function errorsOf(gold: string, test: string): [kind: string, mended: number][] {
  const { trees } = treesOf(gold, test);
  return findCorrections(trees[0]!, trees[1]!).map((correction) => [kindOf(correction), correction.mended]);
}

const inVerb = '(S (NP (PRP I)) (VP (VBP see) (NP (DT a) (NN man)) (PP (IN with) (NP (NNS hats)))))';
const inNoun = '(S (NP (PRP I)) (VP (VBP see) (NP (NP (DT a) (NN man)) (PP (IN with) (NP (NNS hats))))))';
const low =
  '(NP (NP (DT a) (NN lid)) (PP (IN of) (NP (NP (DT a) (NN pot)) (PP (IN in) (NP (DT a) (NN shop))))))';
const high =
  '(NP (NP (NP (DT a) (NN lid)) (PP (IN of) (NP (DT a) (NN pot)))) (PP (IN in) (NP (DT a) (NN shop))))';

it.each<[string, string, string, [string, number][]]>([
  ['a phrase too high', inNoun, inVerb, [['pp', 1]]],
  ['a phrase too low', inVerb, inNoun, [['pp', 1]]],
  ['a phrase too high, through several levels', low, high, [['pp', 4]]],
  ['a phrase too low, through several levels', high, low, [['pp', 4]]],
  [
    'a clause',
    '(S (NP (PRP I)) (VP (VBD said) (SBAR (S (NP (PRP he)) (VP (VBD left) (SBAR (IN as) (S (VP (VBG ill)))))))))',
    '(S (NP (PRP I)) (VP (VBD said) (SBAR (S (NP (PRP he)) (VP (VBD left)))) (SBAR (IN as) (S (VP (VBG ill))))))',
    [['clause', 6]],
  ],
  [
    'an adverb',
    '(S (NP (PRP I)) (VP (VBP say) (SBAR (S (NP (PRP he)) (VP (VBD left) (ADVP (RB then)))))))',
    '(S (NP (PRP I)) (VP (VBP say) (SBAR (S (NP (PRP he)) (VP (VBD left)))) (ADVP (RB then))))',
    [['modifier', 6]],
  ],
  [
    'what is joined',
    '(NP (NP (NP (NNS cats)) (CC and) (NP (NNS dogs))) (PP (IN of) (NP (NN mine))))',
    '(NP (NP (NNS cats)) (CC and) (NP (NP (NNS dogs)) (PP (IN of) (NP (NN mine)))))',
    [['coordination', 2]],
  ],
  [
    'words of a noun phrase',
    '(NP (DT a) (NML (NN car) (NN lamp)) (NN shop))',
    '(NP (DT a) (NN car) (NN lamp) (NN shop))',
    [['structure', 1]],
  ],
  ['a chain', '(S (S (VP (VB go))))', '(S (VP (VB go)))', [['unary', 1]]],
  ['one word', '(VP (VB go) (ADVP (RB away)))', '(VP (VB go) (RB away))', [['word', 1]]],
  [
    'a label',
    '(VP (VB go) (PP (RB away) (RB now)))',
    '(VP (VB go) (ADVP (RB away) (RB now)))',
    [['label', 2]],
  ],
  ['labels that are taken for one', '(VP (VB go) (PRT (RP on)))', '(VP (VB go) (ADVP (RP on)))', []],
])('%s', (_, gold, test, expected) => {
  expect(errorsOf(gold, test)).toEqual(expected);
});

/** A tree over words w0, w1, … with phrases of up to three parts, some of them in chains. */
function randomTree(words: number, seed: number): string {
  const rng = Rng.fromSeed(seed);
  const build = (from: number, to: number): string => {
    if (to - from === 1 && rng.int(3) > 0) return `(T w${from})`;
    const cuts = [1 + rng.int(2), 1 + rng.int(3)].map((size, i) => from + (i + 1) * size);
    const ends = [...new Set([...cuts.filter((cut) => cut < to), to])].sort((a, b) => a - b);
    const parts =
      to - from === 1 ? [`(T w${from})`] : ends.map((end, i) => build(i === 0 ? from : ends[i - 1]!, end));
    const label = ['S', 'NP', 'PP', 'VP'][rng.int(4)]!;
    const made = `(${label} ${parts.join(' ')})`;
    return rng.int(5) === 0 ? `(S ${made})` : made;
  };
  const whole = build(0, words);
  return whole.startsWith('(T') ? `(NP ${whole})` : whole;
}

it('all brackets are mended, each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.integer(), fc.integer(), (words, one, other) => {
      const { trees, matched, gold, test } = treesOf(randomTree(words, one), randomTree(words, other));
      const keys = (k: number) =>
        constituents(trees[k]!)
          .map(({ label, start, end }) => `${start} ${end} ${label}`)
          .sort();
      const corrections = findCorrections(trees[0]!, trees[1]!);
      expect(keys(1)).toEqual(keys(0));
      expect(corrections.reduce((sum, { mended }) => sum + mended, 0)).toBe(gold + test - 2 * matched);
      for (const correction of corrections) expect(kindOf(correction)).toMatch(/^\w+$/);
    }),
    { numRuns: 60 },
  );
});
