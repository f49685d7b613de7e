import { describe, expect, it } from 'vitest';
import { vinyals } from '../../src/trees/linearize-brackets.ts';
import { compact } from '../../src/trees/linearize-compact.ts';
import { countRepairs, noRepairs, type Repairs, sumRepairs } from '../../src/trees/repair.ts';
import { writeTree } from '../../src/trees/write.ts';

describe('repairing brackets', () => {
  it.each<[string, string, string, Partial<Repairs>]>([
    ['(S (NP XX )NP XX )S', 'a b', '(S (NP (XX a)) (XX b))', {}],
    ['', 'a b', '(TOP (XX a) (XX b))', { missing: 2 }],
    ['', '', '(TOP)', {}],
    ['(S XX )S', '', '(TOP)', { extra: 1 }],
    ['(S XX )S', 'a b c', '(S (XX a) (XX b) (XX c))', { missing: 2 }],
    ['(S )S', 'a', '(S (XX a))', { missing: 1 }],
    ['(S XX XX (NP XX )NP )S', 'a', '(S (XX a))', { extra: 2, empty: 1 }],
    ['(S (NP XX', 'a', '(S (NP (XX a)))', { unclosed: 2 }],
    ['(S (NP (PP XX )NP XX )S', 'a b', '(S (NP (PP (XX a))) (XX b))', { unclosed: 1 }],
    ['(S (NP XX )VP XX )S', 'a b', '(S (NP (XX a) (XX b)))', { stray: 1, unclosed: 1 }],
    ['(S XX )S )S', 'a', '(S (XX a))', { stray: 1 }],
    ['(S XX )S (NP XX )NP', 'a b', '(S (XX a) (NP (XX b)))', { roots: 1, unclosed: 1 }],
    ['(S XX )S XX )S', 'a b', '(S (XX a) (XX b))', { roots: 1 }],
    ['XX (NP XX )NP', 'a b', '(TOP (XX a) (NP (XX b)))', { roots: 1 }],
    ['XX XX )TOP )S', 'a b', '(TOP (XX a) (XX b))', { roots: 1, stray: 2 }],
    ['(S (NP )NP XX )S', 'a', '(S (XX a))', { empty: 1 }],
    ['(S <unk> XX ( ) )S', 'a', '(S (XX a))', { unknown: 3 }],
    ['(S (S XX )S XX )S', 'a b', '(S (S (XX a)) (XX b))', {}],
  ])('%j over %j is %s', (tokens, words, tree, repairs) => {
    const restored = vinyals.delinearize(split(tokens), split(words));
    expect(writeTree(restored.tree)).toBe(tree);
    expect(restored.repairs).toEqual({ ...noRepairs(), ...repairs });
  });

  it('takes tags for words without a leaf too', () => {
    const { tree } = vinyals.delinearize(split('(S XX )S'), ['a', 'b', 'c'], { tags: ['DT', 'NN'] });
    expect(writeTree(tree)).toBe('(S (DT a) (NN b) (XX c))');
  });

  it('takes 100,000 brackets', () => {
    const tokens = Array.from({ length: 100_000 }, (_, i) => (i % 3 ? '(NP' : ')S'));
    const { tree, repairs } = vinyals.delinearize(tokens, ['a']);
    expect(writeTree(tree)).toBe('(NP (XX a))');
    expect(repairs.empty).toBe(66_665);
  });
});

describe('repairing one token a word', () => {
  it.each<[string, string, string, Partial<Repairs>]>([
    ['l(NP r(S lVP)* r', 'a b c d', '(S (NP (XX a) (XX b)) (VP (XX c)) (XX d))', {}],
    ['l(S', 'a', '(TOP (XX a))', { unclosed: 1 }],
    ['lNP', 'a', '(NP (XX a))', {}],
    ['', 'a b', '(TOP (XX a) (XX b))', { missing: 2 }],
    ['', '', '(TOP)', {}],
    ['l', '', '(TOP)', { extra: 1 }],
    ['l(S r r', 'a b', '(S (XX a) (XX b))', { extra: 1 }],
    ['l(S', 'a b', '(TOP (XX a) (XX b))', { missing: 1, unclosed: 1 }],
    ['l(S l)VP r', 'a b c d', '(S (XX a) (VP (XX b) (XX c)) (XX d))', { missing: 1 }],
    ['l(S l)VP l', 'a b c', '(S (XX a) (VP (XX b) (XX c)))', { unclosed: 1 }],
    ['l(S <unk> r', 'a b c', '(S (XX a) (XX b) (XX c))', { unknown: 1 }],
    ['<unk> <unk> <unk>', 'a b c', '(TOP (XX a) (XX b) (XX c))', { unknown: 3, unclosed: 1 }],
    ['r)S r', 'a b', '(S (XX a) (XX b))', { stray: 2 }],
    ['l(S l r', 'a b c', '(S (XX a) (XX b) (XX c))', { stray: 1 }],
    ['l(* r(S r', 'a b c', '(S (XX a) (XX b) (XX c))', {}],
    ['l(* r', 'a b', '(TOP (XX a) (XX b))', {}],
    ['l*(S+VP rNP+*', 'a b', '(S (VP (XX a) (NP (* (XX b)))))', {}],
  ])('%j over %j is %s', (tokens, words, tree, repairs) => {
    const restored = compact.delinearize(split(tokens), split(words));
    expect(writeTree(restored.tree)).toBe(tree);
    expect(restored.repairs).toEqual({ ...noRepairs(), ...repairs });
  });
});

it('adds up', () => {
  const one = { ...noRepairs(), stray: 2, empty: 1 };
  expect(countRepairs(one)).toBe(3);
  expect(sumRepairs([one, { ...noRepairs(), stray: 1 }])).toEqual({ ...noRepairs(), stray: 3, empty: 1 });
});

function split(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
