import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinearizationName, linearizationNames, linearizations } from '../../src/trees/linearize.ts';
import {
  advanceGrammar,
  allowedClasses,
  END,
  type Grammar,
  startGrammar,
} from '../../src/trees/linearize-grammar.ts';
import { buildNormalizer, normalizeSchema } from '../../src/trees/normalize.ts';
import { readTrees } from '../../src/trees/read.ts';
import { countRepairs } from '../../src/trees/repair.ts';
import { type Tree, tags, words } from '../../src/trees/tree.ts';
import { writeTree } from '../../src/trees/write.ts';
import { hasTreebank, SPLITS, treebankTrees } from './data.ts';
import { treeArb, wordArb } from './random-trees.ts';

const EXAMPLE = '(S (NP (NNP John)) (VP (VBZ has) (NP (DT a) (NN dog))) (. .))';

describe.each(linearizationNames)('%s', (name) => {
  const { linearize, delinearize } = linearizations[name];

  it('comes back without repairs', () => {
    fc.assert(
      fc.property(treeArb, (tree) => {
        expectReversible(name, tree);
      }),
    );
  });

  it('takes off TOP and puts it over a lone word', () => {
    const [tree] = readTrees(EXAMPLE);
    expect(linearize({ label: 'TOP', children: [tree!] })).toEqual(linearize(tree!));
    expect(linearize({ label: '', children: [tree!] })).toEqual(linearize(tree!));
    const [word] = readTrees('(NN dog)');
    const { tree: restored } = delinearize(linearize(word!), ['dog'], { tags: ['NN'] });
    expect(writeTree(restored)).toBe('(TOP (NN dog))');
  });

  it('makes a tree over the words of any tokens', () => {
    const tokenArb = fc.oneof(
      fc.constantFrom(
        ...linearizationNames.flatMap((other) => linearizations[other].linearize(readTrees(EXAMPLE)[0]!)),
      ),
      fc.constantFrom(
        '',
        '<unk>',
        '(',
        ')',
        '/',
        '*',
        'l(*',
        'r(*',
        'l(S+VP',
        'r)S+',
        'l+',
        '(TOP',
        ')TOP',
        '/TOP',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(tokenArb, { maxLength: 30 }),
        fc.array(wordArb, { maxLength: 12 }),
        (tokens, sentence) => {
          const { tree } = delinearize(tokens, sentence);
          expect(words(tree)).toEqual(sentence);
          expect(hasEmpty(tree)).toBe(sentence.length === 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes a tree 20,000 deep, right or left, and a flat one as wide', () => {
    const leaf = { label: 'N', children: ['w'] };
    const flat: Tree = { label: 'S', children: Array.from({ length: 20_000 }, () => leaf) };
    let [right, left]: Tree[] = [flat, flat].map(() => ({ label: 'A', children: [leaf] }));
    for (let i = 0; i < 20_000; i++) {
      right = { label: 'A', children: [leaf, right!] };
      left = { label: 'A', children: [left!, leaf] };
    }
    for (const tree of [flat, right!, left!]) {
      const restored = delinearize(linearize(tree), words(tree), { tags: tags(tree) });
      expect(countRepairs(restored.repairs)).toBe(0);
      expect(writeTree(restored.tree) === writeTree(tree)).toBe(true);
    }
  });

  it('goes on along its grammar to a tree, whatever it chooses', () => {
    const vocabulary = new Set(linearize(readTrees(EXAMPLE)[0]!));
    const { classOf, grammar } = linearizations[name];
    const tokensAtHand = [...vocabulary, 'l(S', 'l)*', 'r(NP', 'r)S', 'l'];
    const ofClass = (wanted: string) => tokensAtHand.filter((token) => classOf(token, vocabulary) === wanted);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat(1000)), (count, choices) => {
        const open: string[] = [];
        const tokens: string[] = [];
        let state = startGrammar(count);
        for (const choice of choices) {
          // Opening must end at some point: from the 60th token on, the last class that is allowed.
          const classes = allowedClasses(grammar, state);
          const next = classes.at(tokens.length < 60 ? choice % classes.length : -1)!;
          if (next === END) break;
          state = advanceGrammar(grammar, state, next);
          const own = ofClass(next);
          const token = own[(choice >> 2) % own.length]!;
          if (next === 'open') open.push(token);
          tokens.push(next === 'close' ? closerOf(name, open.pop()!) : token);
        }
        const sentence = Array.from({ length: count }, (_, i) => `w${i}`);
        const { tree, repairs } = delinearize(tokens, sentence, { vocabulary });
        expect(countRepairs(repairs)).toBe(0);
        expect(words(tree)).toEqual(sentence);
      }),
    );
  });
});

describe('the tokens', () => {
  it.each<[LinearizationName, string]>([
    ['vinyals', '(S (NP XX )NP (VP XX (NP XX XX )NP )VP XX )S'],
    ['tagged', 'S NP NNP /NP VP VBZ NP DT NN /NP /VP . /S'],
    ['compact', 'lNP(S l(VP l)NP r)* r'],
  ])('of %s are as its head says', (name, tokens) => {
    expect(linearizations[name].linearize(readTrees(EXAMPLE)[0]!).join(' ')).toBe(tokens);
  });

  it('of compact keep a label that looks like a mark', () => {
    const [tree] = readTrees('(* (* (A (* (N a)) (N b))) (\\ (A+B (N c)) (N d)))');
    expectReversible('compact', tree!);
  });

  it.each([
    ['(S (NP a))', undefined],
    ['(NP (NP a))', '"NP" is both a tag and a label'],
    ['(/S (NN a))', '"/S" begins with "/"'],
    ['(S (/ a))', '"/" begins with "/"'],
  ])('of tagged can tell labels from tags in %s', (text, problem) => {
    const linearize = () => linearizations.tagged.linearize(readTrees(text)[0]!);
    if (problem) expect(linearize).toThrow(problem);
    else expect(linearize()).toEqual(['S', 'NP', '/S']);
  });

  it('of tagged are told apart by the vocabulary where a closer is missing', () => {
    const tokens = ['S', 'NP', 'DT', 'odd'];
    const vocabulary = new Set(['S', '/S', 'NP', '/NP', 'DT']);
    const { tree, repairs } = linearizations.tagged.delinearize(tokens, ['a', 'b'], { vocabulary });
    expect(writeTree(tree)).toBe('(S (NP (DT a)) (XX b))');
    expect(repairs).toMatchObject({ unknown: 1, missing: 1, unclosed: 2 });
  });
});

describe.skipIf(!hasTreebank)('on the Treebank at hand (skipped: no TX_DATA)', () => {
  const clean = buildNormalizer(normalizeSchema.parse(undefined));
  const cleaned = (split: string) => treebankTrees(split).map((tree) => clean(tree)!);

  it.each(SPLITS)('every tree of %s comes back', (split) => {
    for (const tree of cleaned(split)) for (const name of linearizationNames) expectReversible(name, tree);
  });

  it('the lengths and types are those that linearize-compact.ts tells', () => {
    const trees = cleaned('train');
    const figures = linearizationNames.map((name) => {
      const lines = trees.map((tree) => linearizations[name].linearize(tree));
      const mean = lines.reduce((sum, { length }) => sum + length, 0) / lines.length;
      return [name, mean.toFixed(1), new Set(lines.flat()).size];
    });
    expect(figures).toEqual([
      ['vinyals', '61.6', 51],
      ['tagged', '61.6', 95],
      ['compact', '24.1', 275],
    ]);
    const known = new Set(trees.flatMap(linearizations.compact.linearize));
    const dev = cleaned('dev').flatMap(linearizations.compact.linearize);
    expect([dev.filter((token) => !known.has(token)).length, dev.length]).toEqual([3, 6327]);
  });
});

/** The tokens are in the grammar and lead back to the tree; the tree's own tags are given where tokens have none. */
function expectReversible(name: LinearizationName, tree: Tree): void {
  const { linearize, delinearize, classOf, grammar } = linearizations[name];
  const tokens = linearize(tree);
  const vocabulary = new Set(tokens);
  const sentence = words(tree);
  const options = name === 'tagged' ? { vocabulary } : { vocabulary, tags: tags(tree) };
  const restored = delinearize(tokens, sentence, options);
  expect(writeTree(restored.tree)).toBe(writeTree(tree));
  expect(countRepairs(restored.repairs)).toBe(0);
  expectInGrammar(
    grammar,
    sentence.length,
    tokens.map((token) => classOf(token, vocabulary)!),
  );
}

function expectInGrammar(grammar: Grammar, count: number, classes: string[]): void {
  let state = startGrammar(count);
  for (const tokenClass of [...classes, END]) state = advanceGrammar(grammar, state, tokenClass);
  expect(allowedClasses(grammar, state)).toEqual([]);
}

function closerOf(name: LinearizationName, opener: string): string {
  return name === 'vinyals' ? `)${opener.slice(1)}` : `/${opener}`;
}

function hasEmpty({ children }: Tree): boolean {
  return children.length === 0 || children.some((child) => typeof child !== 'string' && hasEmpty(child));
}
