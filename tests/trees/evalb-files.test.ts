import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignSentences, splitSentences, tagWords } from '../../src/trees/evalb-files.ts';
import { readTrees } from '../../src/trees/read.ts';
import { prettyTree, writeTree } from '../../src/trees/write.ts';
import { treeArb } from './random-trees.ts';

const split = (text: string) =>
  splitSentences(text.replace(/\n$/, '').split('\n')).map(({ text: own, line }) => [line, own]);

describe('splitSentences', () => {
  it.each([
    [
      'a tree a line',
      '(A a)\n(B b)\n',
      [
        [1, '(A a)'],
        [2, '(B b)'],
      ],
    ],
    [
      'several or none on a line',
      '(A a) (B b)\n\n(C c)\n',
      [
        [1, '(A a) (B b)'],
        [2, ''],
        [3, '(C c)'],
      ],
    ],
    [
      'comments',
      '# one\n(A a)\n%% two\n(B b)\n*x* three\n',
      [
        [2, '(A a)'],
        [4, '(B b)'],
      ],
    ],
    [
      'marks',
      '<S ID=1>\n(A a)\n</S>\n<S ID=2> (B b) </S>\n',
      [
        [2, '(A a)'],
        [4, ' (B b) '],
      ],
    ],
    [
      'trees over several lines',
      '( (S (A a)\n     (B b)) )\n\n# no tree\n(C\n  # (D d))  (E e) (F\n  f)\n',
      [
        [1, '( (S (A a)      (B b)) )'],
        [5, '(C   # (D d))'],
        [6, '(E e)'],
        [6, '(F   f)'],
      ],
    ],
    [
      'damaged lines',
      '(S (A a)\n(S (B b)))\n(C c)\n',
      [
        [1, '(S (A a)'],
        [2, '(S (B b)))'],
        [3, '(C c)'],
      ],
    ],
    [
      'a tree that stays open',
      '(S (A a)\n (B b)\n',
      [
        [1, '(S (A a)'],
        [2, ' (B b)'],
      ],
    ],
    [
      'a bracket too many',
      '(S (A a)\n (B b)))\n',
      [
        [1, '(S (A a)'],
        [2, ' (B b)))'],
      ],
    ],
    ['escaped brackets', '(S (A \\()\n  (B \\)) (C \\)x))\n', [[1, '(S (A -LRB-)   (B -RRB-) (C -RRB-x))']]],
    ['backslashes', '(S (A \\)\n  (B\\ b))\n', [[1, '(S (A \\)   (B\\ b))']]],
  ])('reads %s', (_, text, sentences) => {
    expect(split(text)).toEqual(sentences);
  });

  it('gives the same trees however they are laid out', () => {
    fc.assert(
      fc.property(fc.array(treeArb, { minLength: 1 }), (trees) => {
        const lines = trees.map(writeTree);
        const pretty = trees.map((tree) => `${prettyTree(tree)}\n\n`).join('# between\n');
        const found = split(pretty).filter(([, text]) => text !== '');
        expect(found.map(([, text]) => writeTree(readTrees(String(text))[0]!))).toEqual(lines);
        expect(split(lines.join('\n')).map(([, text]) => text)).toEqual(lines);
      }),
    );
  });

  it("leaves each line of EVALB's goldens, damaged or not, a sentence", () => {
    const golden = new URL('../reference/goldens/evalb.json.gz', import.meta.url);
    const { cases } = JSON.parse(gunzipSync(readFileSync(golden)).toString()) as {
      cases: { pairs: [string, string][] }[];
    };
    for (const { pairs } of cases) {
      for (const side of [0, 1]) {
        const lines = pairs.map((pair) => pair[side]!);
        expect(splitSentences(lines).map(({ text }) => text)).toEqual(lines);
      }
    }
  });

  const treebank = `${process.env.TX_DATA ?? '../shared/data'}/treebank/test.mrg`;
  it.skipIf(!existsSync(treebank))('finds the trees of the Treebank (skipped: no TX_DATA)', () => {
    const text = readFileSync(treebank, 'utf8');
    const found = split(text).map(([, own]) => writeTree(readTrees(String(own))[0]!));
    expect(found).toEqual(readTrees(text).map(writeTree));
  });
});

describe('alignSentences', () => {
  const of = (texts: string) => splitSentences(texts.split('|'));
  const align = (gold: string, test: string) =>
    alignSentences(of(gold), of(test))?.map((side) => side.map(({ text }) => text).join('|'));
  it.each([
    ['(A a)||(B b)', '(A a)|(C c)|', ['(A a)||(B b)', '(A a)|(C c)|']],
    ['(A a)||(B b)', '|(B b)', ['(A a)|(B b)', '|(B b)']],
    ['(A a)||(B b)', '(A a)|(B b)|||', ['(A a)|(B b)', '(A a)|(B b)']],
    ['(A a)|(B b)', '(A a)', undefined],
    ['(A a)|(B b)', '(A a)|||', undefined],
  ])('%s and %s', (gold, test, sides) => {
    expect(align(gold, test)).toEqual(sides);
  });
});

it.each([
  ['(S (A a) (B b))', '(S (A a) (B b))', 0],
  ['(NP the dog)', '(NP (XX the) (XX dog))', 2],
  ['(S (NP (DT the) dog) barks)', '(S (NP (DT the) (XX dog)) (XX barks))', 2],
  ['(S the (NN dog) (V b) )', '(S (XX the) (NN dog) (V b) )', 1],
  ['( (S dog cat))', '( (S (XX dog) (XX cat)))', 2],
  // An empty bracket, a word outside of all, brackets that do not close: EVALB's to judge.
  ['(A) b (C', '(A) b (C', 0],
])('tagWords(%j)', (text, tagged, count) => {
  expect(tagWords(text)).toEqual({ text: tagged, count });
});
