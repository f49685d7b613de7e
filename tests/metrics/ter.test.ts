import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTer } from '../../src/metrics/ter.ts';
import { countEdits } from '../../src/metrics/translation-edits.ts';
import { UserError } from '../../src/util/errors.ts';

test.each([
  ['a b c d', 'a b c d', 0],
  ['', 'a b', 2],
  ['a b', '', 2],
  ['a x c', 'a b c d', 2],
  ['d e a b c', 'a b c d e', 1], // one shift
  ['c a b x', 'a b c y', 2], // a shift and a substitution
])('%j to %j takes %i edits', (hyp, ref, edits) => {
  const score = buildTer().score([hyp], [[ref]]);
  expect(score).toMatchObject({ numEdits: edits, refLength: ref === '' ? 0 : ref.split(' ').length });
  expect(score.score).toBe(ref === '' ? 100 : (100 * edits) / score.refLength);
});

test('of several references the fewest edits count, over the average length', () => {
  const score = buildTer().score(['a b c'], [['a b x y z'], ['a b d']]);
  expect(score).toMatchObject({ numEdits: 1, refLength: 4, score: 25 });
});

const words = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }).map((ids) => Int32Array.from(ids));

function computeLevenshtein(a: Int32Array, b: Int32Array): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  a.forEach((word, i) => {
    const next = [i + 1];
    b.forEach((other, j) => {
      next.push(Math.min(row[j]! + (word === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    });
    row = next;
  });
  return row.at(-1)!;
}

test('shifts never cost more than they save', () => {
  fc.assert(
    fc.property(words, words, (hyp, ref) => {
      const edits = countEdits(hyp, ref);
      expect(edits).toBeLessThanOrEqual(computeLevenshtein(hyp, ref));
      expect(edits).toBeGreaterThanOrEqual(Math.abs(hyp.length - ref.length));
      expect(countEdits(ref, ref)).toBe(0);
    }),
  );
});

/** `count` words of `kinds` kinds from a linear congruential generator. */
function drawWords(seed: number, count: number, kinds: number): string[] {
  let x = seed;
  return Array.from({ length: count }, () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return `w${(x >>> 8) % kinds}`;
  });
}

/** Every sixty words a phrase of five moves on by twenty; every eleventh word becomes another. */
function disturb(words: readonly string[]): string[] {
  const result = [...words];
  for (let at = 20; at < result.length - 40; at += 60) {
    result.splice(at + 20, 0, ...result.splice(at, 5));
  }
  for (let at = 7; at < result.length; at += 11) result[at] = 'x';
  return result;
}

const periodic = Array.from({ length: 800 }, (_, i) => `w${i % 7}`);
// sacreBLEU 2.6.0; a minute each there.
test.each([
  ['nothing in common but words', drawWords(1, 800, 50), drawWords(2, 800, 50), 752],
  ['phrases moved', disturb(drawWords(3, 900, 2000)), drawWords(3, 900, 2000), 138],
  ['few words', disturb(drawWords(4, 800, 3)), drawWords(4, 800, 3), 191],
  ['periodic', disturb(periodic), periodic, 144],
  ['far shorter', drawWords(5, 40, 9), drawWords(6, 2500, 9), 2460],
  ['far longer', drawWords(7, 2500, 9), drawWords(8, 40, 9), 2460],
])('long lines: %s', (_, hyp, ref, edits) => {
  expect(buildTer().score([hyp.join(' ')], [[ref.join(' ')]]).numEdits).toBe(edits);
});

test('a line of 70,000 words', () => {
  const words = drawWords(9, 70_000, 5000);
  const hyp = [...words.slice(1000, 1005), ...words.slice(0, 1000), ...words.slice(1005)];
  hyp[50_000] = 'x';
  // The phrase has moved further than shifts reach.
  expect(buildTer().score([hyp.join(' ')], [[words.join(' ')]]).numEdits).toBe(11);
});

test('a line that would take too much memory is refused', () => {
  const long = 'a '.repeat(500_001);
  const error = 'line 2: 1,000,002 words with its reference; TER compares at most 1,000,000';
  expect(() => buildTer().score(['a', long], [['a', long]])).toThrow(new UserError(error));
});

const data = process.env.TX_DATA ?? '../shared/data';
const readLines = (path: string) => readFileSync(`${data}/${path}`, 'utf8').replace(/\n$/, '').split('\n');

// sacreBLEU 2.6.0
describe.skipIf(!existsSync(`${data}/wmt21-en-de`))('wmt21 en-de (needs TX_DATA)', () => {
  const folder = 'wmt21-en-de/newstest2021.en-de';
  test.each([
    ['Manifold', 'A', {}, 58.889024340688366],
    ['UEdin', 'A', {}, 58.53143159006867],
    ['Manifold', 'AC', { normalized: true, caseSensitive: true }, 41.487982093052175],
  ])('%s against %s, %j', (system, names, options, expected) => {
    const refs = [...names].map((name) => readLines(`${folder}.ref.${name}.de`));
    expect(buildTer(options).score(readLines(`${folder}.hyp.${system}.de`), refs).score).toBe(expected);
  });
});

describe.skipIf(!existsSync(`${data}/newstest2014-system`))('newstest2014 en-de (needs TX_DATA)', () => {
  test('one system, 3,003 lines', () => {
    const hyps = readLines('newstest2014-system/prediction.txt');
    const start = process.cpuUsage();
    const { score } = buildTer().score(hyps, [readLines('newstest/en-de/newstest2014.de')]);
    const { user, system } = process.cpuUsage(start);
    expect(score).toBe(65.08338649412192);
    expect((user + system) / 1e6).toBeLessThan(4); // seconds; twenty times what it takes
  });
});
