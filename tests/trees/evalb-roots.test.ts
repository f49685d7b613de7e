import { expect, it } from 'vitest';
import { evaluate } from '../../src/trees/evalb.ts';
import { parameterSets } from '../../src/trees/evalb-parameters.ts';
import { findRootCost } from '../../src/trees/evalb-roots.ts';

const cost = (pairs: [string, string][], set: keyof typeof parameterSets = 'collins') => {
  const parameters = parameterSets[set];
  const results = pairs.map((pair) => evaluate(...pair, parameters));
  return findRootCost(pairs, results, parameters);
};
const TREE = '(S (NP (A a)) (VP (B b)))';

it('tells what brackets around whole trees cost', () => {
  const f1 = expect.closeTo((2 * 100 * 75) / 175, 9);
  expect(cost([[TREE, `(ROOT ${TREE})`]])).toEqual({ gold: [], test: ['ROOT'], f1, without: 100 });
  expect(cost([[`( ${TREE})`, TREE]])).toEqual({ gold: ['none'], test: [], f1, without: 100 });
  const both = cost([
    [`(ROOT ${TREE})`, `(S1 ${TREE})`],
    [`(ROOT ${TREE})`, `( ${TREE})`],
  ]);
  expect(both).toEqual({ gold: ['ROOT'], test: ['S1', 'none'], f1: 75, without: 100 });
});

it('says nothing where they cost nothing', () => {
  expect(cost([[TREE, TREE]])).toBeUndefined();
  expect(cost([[`(TOP ${TREE})`, TREE]])).toBeUndefined();
  expect(cost([[`(ROOT ${TREE})`, `(ROOT ${TREE})`]])).toBeUndefined();
  expect(cost([[`(X ${TREE})`, TREE]])).toBeUndefined();
  expect(cost([[TREE, '(ROOT (A a))']])).toBeUndefined();
  expect(cost([[`(TOP ${TREE})`, TREE]], 'bare')).toMatchObject({ gold: ['TOP'], without: 100 });
});
