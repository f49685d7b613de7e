import { expect, it } from 'vitest';
import { computeScores, type SignificanceTable } from '../../src/report/scores.ts';
import { formatScoreTable } from '../../src/report/table.ts';
import { describeLeads } from '../../src/report/verdict.ts';
import { corpus, hits, misses } from './toy.ts';

const scores = computeScores(corpus, [hits, misses]);
const significance: SignificanceTable = [
  [
    { system: 'A', score: 71.43, mean: 71.4, interval: 1.25, pValue: null },
    { system: 'B', score: 57.14, mean: 57.1, interval: 10.5, pValue: 0.012 },
  ],
  [{ system: 'B', score: 42.86, pValue: 0.25 }],
];

it('aligns systems by metrics', () => {
  expect(`\n${formatScoreTable(scores)}`).toBe(`
System   Hits  Misses
A       71.43   28.57
B       57.14   42.86
`);
});

it('marks the best, shows tests, and sees wide characters', () => {
  const named = { ...scores, systems: ['A', '模型\u001b'] };
  const tests = significance.map((list) =>
    list.map((result) => (result.system === 'B' ? { ...result, system: '模型\u001b' } : result)),
  );
  expect(`\n${formatScoreTable(named, { significance: tests, emphasize: (text) => `<${text}>` })}`).toBe(`
System   Hits      mean ± CI       p   Misses       p
A       <71.43>   71.40 ± 1.25            <28.57>
模型␛   57.14  57.10 ± 10.50  0.0120*   42.86  0.2500
`);
});

it('has the decimals that are asked for, and a best one that rounding does not choose', () => {
  const even = {
    ...scores,
    scores: [
      [100.00000000000004, 28.5],
      [100, 28.25],
    ],
  };
  const emphasize = (text: string) => `<${text}>`;
  expect(`\n${formatScoreTable(even, { significance, digits: 1, emphasize })}`).toBe(`
System   Hits    mean ± CI       p   Misses       p
A       <100.0>   71.4 ± 1.2             28.5
B       <100.0>  57.1 ± 10.5  0.0120*    <28.2>  0.2500
`);
  expect(formatScoreTable(even, { digits: 15 })).toContain('  100.000000000000000  ');
});

it('says who leads', () => {
  expect(describeLeads(scores)).toEqual([
    'Hits: A leads with 71.43, 14.29 above B.',
    'Misses: A leads with 28.57, 14.29 below B.',
  ]);
  expect(describeLeads(scores, significance)).toEqual([
    'Hits: A leads with 71.43, 14.29 above B, a significant difference (p = 0.0120).',
    'Misses: A leads with 28.57, 14.29 below B, a difference that may be chance (p = 0.2500).',
  ]);
  expect(describeLeads(scores, undefined, 0)[0]).toBe('Hits: A leads with 71, 14 above B.');
  const [a] = corpus.systems;
  const even = { ...corpus, systems: [a!, { ...a!, name: 'C' }] };
  expect(describeLeads(computeScores(even, [hits]))).toEqual(['Hits: A and C are level at 71.43.']);
  expect(describeLeads(computeScores({ ...corpus, systems: [a!] }, [hits]))).toEqual([]);
});
