import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildBleu } from '../../src/metrics/bleu.ts';

test('tokenizer and smoothing none is multi-bleu, written out from its definition', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'A', '.');
  const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  const metric = buildBleu({ tokenize: 'none', smoothMethod: 'none' });
  fc.assert(
    fc.property(fc.array(fc.tuple(line, line, line), { minLength: 1, maxLength: 4 }), (rows) => {
      const hyps = rows.map((row) => row[0]);
      const refs = [rows.map((row) => row[1]), rows.map((row) => row[2])];
      expect(metric.score(hyps, refs).score).toBeCloseTo(100 * computeMultiBleu(rows), 9);
    }),
  );
});

function computeMultiBleu(rows: readonly [hyp: string, ...refs: string[]][]): number {
  const words = (line: string) => line.split(' ').filter((word) => word !== '');
  const ngrams = (line: string, n: number) =>
    words(line).flatMap((_, i, all) => (i + n <= all.length ? [all.slice(i, i + n).join(' ')] : []));
  const count = (list: string[], item: string) => list.filter((other) => other === item).length;
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const precisions = [1, 2, 3, 4].map((n) => {
    const correct = rows.map(([hyp, ...refs]) => {
      const own = ngrams(hyp, n);
      return sum(
        [...new Set(own)].map((gram) =>
          Math.min(count(own, gram), Math.max(...refs.map((ref) => count(ngrams(ref, n), gram)))),
        ),
      );
    });
    const total = sum(rows.map(([hyp]) => ngrams(hyp, n).length));
    return total === 0 ? 0 : sum(correct) / total;
  });
  const c = sum(rows.map(([hyp]) => words(hyp).length));
  const r = sum(
    rows.map(([hyp, ...refs]) => {
      const length = words(hyp).length;
      return refs
        .map((ref) => words(ref).length)
        .sort((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b)[0]!;
    }),
  );
  if (precisions.includes(0)) return 0;
  return (c < r ? Math.exp(1 - r / c) : 1) * precisions.reduce((a, b) => a * b, 1) ** (1 / 4);
}

test('a reference that is empty has no words, one that is missing does not count', () => {
  const bleu = buildBleu();
  const hyps = ['a b c d', 'e f'];
  expect(
    bleu.score(hyps, [
      ['a b c d', 'e f'],
      ['x', ''],
    ]),
  ).toMatchObject({ sysLen: 6, refLen: 6 });
  expect(
    bleu.score(hyps, [
      ['a b c d e', 'e f g h i'],
      ['x y', ''],
    ]),
  ).toMatchObject({ refLen: 5 });
  expect(
    bleu.score(hyps, [
      ['a b c d e', 'e f g h i'],
      ['x y', undefined],
    ]),
  ).toMatchObject({ refLen: 10 });
});

test('orders above 4', () => {
  const score = buildBleu({ maxNgramOrder: 6 }).score(['a b c d e f g'], [['a b c d e f x']]);
  expect(score.counts).toEqual([6, 5, 4, 3, 2, 1]);
  expect(score.totals).toEqual([7, 6, 5, 4, 3, 2]);
});

const data = process.env.TX_DATA ?? '../shared/data';
const readLines = (path: string) => readFileSync(`${data}/${path}`, 'utf8').replace(/\n$/, '').split('\n');

describe.skipIf(!existsSync(`${data}/newstest2014-system`))('newstest2014 en-de (needs TX_DATA)', () => {
  test.each([
    ['13a', '23.82 55.9/29.8/17.9/11.2 (BP = 0.991 ratio = 0.991 hyp_len = 62120 ref_len = 62688)'],
    ['intl', '24.21 56.8/30.5/18.5/11.7 (BP = 0.978 ratio = 0.978 hyp_len = 63279 ref_len = 64676)'],
  ] as const)('one system, 3,003 lines, tokenizer %s', (tokenize, expected) => {
    const hyps = readLines('newstest2014-system/prediction.txt');
    const refs = [readLines('newstest/en-de/newstest2014.de')];
    const start = process.cpuUsage();
    const score = buildBleu({ tokenize }).score(hyps, refs);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    console.log(`BLEU of 3,003 lines in ${seconds.toFixed(3)} s of processor time`);
    expect(score.format()).toBe(`BLEU = ${expected}`);
    expect(seconds).toBeLessThan(1); // ten times what it takes
  });
});
