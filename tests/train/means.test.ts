import { expect, it } from 'vitest';
import type { Objective } from '../../src/objectives/objective.ts';
import { addTotals, computeMeans, computePerplexities } from '../../src/train/means.ts';
import { objectiveFigures } from '../../src/train/system.ts';

const objective: Objective = {
  inputs: {},
  terms: { masked: { per: 'masked', scale: 1 }, next: { per: 'pairs', scale: 0.5 } },
  statistics: { correct: { per: 'pairs' } },
  signature: '',
  build: () => ({}),
};

it('a term that nothing counted for has no part in the loss', () => {
  const sums = { masked: 0, next: 8, correct: 1 };
  expect(computeMeans(objective, sums, { masked: 0, pairs: 2 })).toEqual({
    loss: 2,
    masked: Number.NaN,
    next: 4,
    correct: 0.5,
  });
  expect(computeMeans(objective, sums, { masked: 0, pairs: 0 }).loss).toBeNaN();
});

it('a term that is not a number makes the loss none', () => {
  const weights = { masked: 3, pairs: 2 };
  expect(computeMeans(objective, { masked: Number.NaN, next: 8, correct: 1 }, weights).loss).toBeNaN();
});

it('totals add name by name', () => {
  const totals = { a: 1 };
  addTotals(totals, { a: 2, b: 3 });
  expect(totals).toEqual({ a: 3, b: 3 });
});

it('perplexities are those of terms and statistics; a single term is the loss alone', () => {
  const words = { per: 'masked', scale: 1, perplexities: { perplexity: 'masked' } };
  const two: Objective = {
    ...objective,
    terms: { words, next: objective.terms.next! },
    statistics: { correct: { per: 'pairs', direction: 'max' } },
  };
  const sums = { words: 6, next: 8, correct: 1 };
  expect(computePerplexities(two, sums, { masked: 3, pairs: 2 })).toEqual({ perplexity: Math.exp(2) });
  expect(objectiveFigures(two)).toEqual({
    loss: 'min',
    words: 'min',
    next: 'min',
    correct: 'max',
    perplexity: 'min',
  });
  expect(objectiveFigures({ ...two, terms: { words } })).toEqual({
    loss: 'min',
    correct: 'max',
    perplexity: 'min',
  });
});
