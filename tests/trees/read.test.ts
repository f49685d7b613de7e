import { describe, expect, it } from 'vitest';
import { readTrees } from '../../src/trees/read.ts';
import { words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { UserError } from '../../src/util/errors.ts';
import { hasTreebank, SPLITS, treebankTrees } from './data.ts';

const read = (text: string) => readTrees(text).map(writeTree);

describe('readTrees', () => {
  it.each([
    ['nothing', '', []],
    ['blank lines', '\n \r\n\t\n', []],
    ['one tree', '(S (NN dog))', ['(S (NN dog))']],
    ['several on a line', '(A (B b))(A (B c)) (B d)', ['(A (B b))', '(A (B c))', '(B d)']],
    ['one over many lines', '(S\n  (NP\n(NN dog) )\n\n)\n', ['(S (NP (NN dog)))']],
    ['a root without label', '( (S (NN dog)) )', ['( (S (NN dog)))']],
    ['roots within roots', '(((S (NN dog))))', ['( ( (S (NN dog))))']],
    ['several children of such a root', '( (S (NN dog)) (. .))', ['( (S (NN dog)) (. .))']],
    ['a blank before the label', '( S ( NN dog ) )', ['(S (NN dog))']],
    ['a byte order mark and CRLF', '\ufeff(S\r\n (NN dog))\r\n', ['(S (NN dog))']],
    [
      'traces, functions, escapes',
      '(NP-SBJ=1 (-NONE- *T*-1) (-LRB- -LRB-) (CD 1\\/2))',
      ['(NP-SBJ=1 (-NONE- *T*-1) (-LRB- -LRB-) (CD 1\\/2))'],
    ],
    [
      'comments between trees',
      '# one\n% two\n*x* three (\n (A (B b))\n  %(\n(A (B c))\n#',
      ['(A (B b))', '(A (B c))'],
    ],
    [
      "the Chinese Treebank's mark-up",
      '<DOC>\n<DOCID> x_1 </DOCID>\n<S ID=1>\n( (IP (NN a)\n (P <b>)) ) \n</S>\n<S ID=2> (A b) </S> (C d)\n</DOC>',
      ['( (IP (NN a) (P <b>)))', '(A b)', '(C d)'],
    ],
    [
      'brackets as \\( and \\)',
      '(S (-LRB- \\() (X \\)a) (-RRB- \\)))',
      ['(S (-LRB- -LRB-) (X -RRB-a) (-RRB- -RRB-))'],
    ],
    ['backslashes', '(S\\(A \\)(B a\\))', ['(S\\ (A \\) (B a\\))']],
    ['labels with stars', '(NP*SUB ($*LRB* *))', ['(NP*SUB ($*LRB* *))']],
    ['no comments within', '(A\n#)(A\n%)', ['(A #)', '(A %)']],
    ['separators that are none here', '(A a\u00a0b\u0085)(A \u2028)', ['(A a\u00a0b\u0085)', '(A \u2028)']],
  ])('reads %s', (_, text, trees) => {
    expect(read(text)).toEqual(trees);
  });

  it.each([
    ['(S (NN dog)', 't:1:1: this tree is not closed: 1 ")" missing at t:1:12'],
    ['(A (B b))\n\n (S (NP\n', 't:3:2: this tree is not closed: 2 ")" missing at t:4:1'],
    ['(A (B b)))', 't:1:10: ")" without its "("'],
    ['(A (B b))\r\n\r\n)', 't:3:1: ")" without its "("'],
    ['\ufeffdog', 't:1:1: text outside a tree: "dog"'],
    ['(A (B b)) # remark', 't:1:11: text outside a tree: "#"'],
    ['(S\n ())', 't:2:3: empty constituent "()"; a word is written "(TAG word)"'],
    ['(S (NP ))', 't:1:8: empty constituent "(NP)"; a word is written "(TAG word)"'],
    ['(S (dog))', 't:1:8: empty constituent "(dog)"; a word is written "(TAG word)"'],
    ['(S ((NN dog)))', 't:1:5: missing label before "("'],
    ['( (S (NN a)) ((S (NN b))))', 't:1:15: missing label before "("'],
    ['( ((S (NN a))) (S (NN b)))', 't:1:16: a bracket without label must hold the whole tree'],
    [
      '(NN guide dog)',
      't:1:11: the word "dog" shares its bracket; every word needs a tag of its own, as "(TAG word)"',
    ],
    [
      '(NP the (NN dog))',
      't:1:9: the word "the" shares its bracket; every word needs a tag of its own, as "(TAG word)"',
    ],
    [
      '(NP (DT the) dog)',
      't:1:14: the word "dog" shares its bracket; every word needs a tag of its own, as "(TAG word)"',
    ],
  ])('refuses %j', (text, message) => {
    expect(() => readTrees(text, { file: 't' })).toThrow(new UserError(message));
  });

  it.each([
    ['(NN guide dog)', '(NN (XX guide) (XX dog))', ['guide', 'dog']],
    ['(S (NP the (NN dog)) barks)', '(S (NP (XX the) (NN dog)) (XX barks))', ['the', 'barks']],
    ['( (S a b))', '( (S (XX a) (XX b)))', ['a', 'b']],
    ['(NP dog)', '(NP dog)', []],
  ])('gives words of %j tags where wanted', (text, tree, untagged) => {
    const found: string[] = [];
    const trees = readTrees(text, { onUntagged: (word) => found.push(word) });
    expect(trees.map(writeTree)).toEqual([tree]);
    expect(found).toEqual(untagged);
  });

  it.each([
    ['(A a\n(A b)\n (A c)\n(A d)', ['(A b)', '(A c)', '(A d)'], ['t:1:1']],
    ['(A a))\n junk\n (A b)\n(A c)', ['(A a)', '(A c)'], ['t:1:6']],
    ['(A ()) (A b)\n(A c) d\n(A', ['(A c)'], ['t:1:5', 't:2:7', 't:3:1']],
    ['x\r\n(A a)\r\n(A\r\n (B ())\r\n(A b)', ['(A a)', '(A b)'], ['t:1:1', 't:4:6']],
    ['((\n'.repeat(3), [], ['t:1:1', 't:2:1', 't:3:1']],
  ])('leaves bad trees out of %j', (text, good, places) => {
    const errors: UserError[] = [];
    const trees = readTrees(text, { file: 't', onBad: (error) => errors.push(error) });
    expect(trees.map(writeTree)).toEqual(good);
    expect(errors.map(({ message }) => message.slice(0, 5))).toEqual(places);
  });

  it('takes brackets 100,000 deep, closed or not, and very many bad trees', () => {
    const deep = 100_000;
    const [tree] = readTrees(`${'(A '.repeat(deep)}b${')'.repeat(deep)}`);
    expect(words(tree!)).toEqual(['b']);
    expect(writeTree(tree!)).toHaveLength(4 * deep + 1);
    expect(() => readTrees('('.repeat(deep))).toThrow('1:1: ');
    let bad = 0;
    expect(readTrees('(\n'.repeat(10_000), { onBad: () => bad++ })).toEqual([]);
    expect(bad).toBe(10_000);
  });
});

describe.skipIf(!hasTreebank)('the Treebank at hand (skipped: no TX_DATA)', () => {
  it.each(SPLITS)('is read whole: %s', (split, count) => {
    const trees = treebankTrees(split);
    expect(trees).toHaveLength(count);
    expect(trees.every(({ label, children }) => label === '' && children.length === 1)).toBe(true);
  });
});
