// Figures of classes, sets of classes, scores and entities, against scikit-learn, SciPy and seqeval: the golden's
// command is in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationBins, calibrationError } from '../../src/metrics/calibration.ts';
import {
  type ClassCounts,
  confusions,
  countClasses,
  countLabels,
  f1,
  macroF1,
  matthews,
  microF1,
  precision,
  recall,
} from '../../src/metrics/class-counts.ts';
import { pearson, ranks, spearman } from '../../src/metrics/correlation.ts';
import { countEntities, entitiesOf, markEntities } from '../../src/metrics/entities.ts';

interface Classes<T> {
  numClasses: number;
  expected: T[];
  found: T[];
  accuracy: number;
  macroF1: number;
  microF1: number;
  byClass: number[][];
}
interface Golden {
  classes: (Classes<number> & { matthews: number; confusion: number[][] })[];
  sets: Classes<number[]>[];
  scores: { expected: number[]; found: number[]; pearson: number; spearman: number }[];
  entities: { expected: string[][]; found: string[][]; micro: number[]; byType: Record<string, number[]> }[];
}
const path = join(import.meta.dirname, '../reference/goldens/label-metrics.json');
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;

const rowOf = (count: ClassCounts) => [precision(count), recall(count), f1(count), count.expected];
const near = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 12);
};

describe.each(golden.classes)('one class a text, $numClasses classes', (set) => {
  const counts = countClasses(set.expected, set.found, set.numClasses);

  it('figures are those of scikit-learn', () => {
    const told = [macroF1(counts), microF1(counts), matthews(counts)];
    near(told, [set.macroF1, set.microF1, set.matthews]);
    for (const [k, row] of set.byClass.entries()) near(rowOf(counts[k]!), row);
  });

  it('the confusion matrix too', () => {
    const matrix = set.confusion.map((row) => row.map(() => 0));
    for (const { expected, found, count } of confusions(set.expected, set.found))
      matrix[expected]![found] = count;
    expect(matrix).toEqual(set.confusion);
  });
});

describe.each(golden.sets)('several classes a text, $numClasses classes', (set) => {
  it('figures are those of scikit-learn', () => {
    const counts = countLabels(set.expected, set.found, set.numClasses);
    near([macroF1(counts), microF1(counts)], [set.macroF1, set.microF1]);
    for (const [k, row] of set.byClass.entries()) near(rowOf(counts[k]!), row);
  });
});

it('what is not told of a text has no part but in recall', () => {
  expect(countClasses([0, 1], [0, -1], 2)).toEqual([
    { expected: 1, found: 1, right: 1 },
    { expected: 1, found: 0, right: 0 },
  ]);
  expect(confusions([0, 1], [0, -1])).toEqual([{ expected: 0, found: 0, count: 1 }]);
});

it('Matthews is 0 where all are of one class', () => {
  expect(matthews(countClasses([0, 0], [0, 1], 2))).toBe(0);
  expect(macroF1([])).toBe(0);
});

describe.each(golden.scores)('scores', ({ expected, found, ...told }) => {
  it('correlations are those of SciPy', () => {
    near([pearson(expected, found), spearman(expected, found)], [told.pearson, told.spearman]);
  });
});

it('equal values share their ranks; a constant has no correlation', () => {
  expect([...ranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
  expect([pearson([1, 1], [1, 2]), pearson([], [])]).toEqual([Number.NaN, Number.NaN]);
});

it('a correlation is between −1 and 1, and does not change with scale and place', () => {
  const values = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
    minLength: 3,
  });
  fc.assert(
    fc.property(values, (rows) => {
      const [a, b] = [rows.map(([x]) => x), rows.map(([, y]) => y)];
      const r = pearson(a, b);
      if (Number.isNaN(r)) return;
      expect(Math.abs(r)).toBeLessThanOrEqual(1);
      const moved = b.map((x) => 3 - 2 * x);
      expect(pearson(a, moved)).toBeCloseTo(-r, 9);
      expect(spearman(moved, a)).toBeCloseTo(-spearman(b, a), 9);
    }),
  );
});

describe.each(golden.entities)('entities', ({ expected, found, micro, byType }) => {
  it('counts are those of seqeval', () => {
    const counts = countEntities(expected, found);
    expect([...counts.keys()]).toEqual(Object.keys(byType));
    for (const [type, count] of counts) near(rowOf(count), byType[type]!);
    expect(microF1([...counts.values()])).toBeCloseTo(micro[2]!, 12);
  });
});

it('entities end where another begins; tags without a type have one without a name', () => {
  expect(entitiesOf(['B', 'I', 'O', 'I', 'B'])).toEqual([
    { type: '', begin: 0, end: 2 },
    { type: '', begin: 3, end: 4 },
    { type: '', begin: 4, end: 5 },
  ]);
  expect(entitiesOf(['U-x', 'I-x', 'L-x'])).toEqual([
    { type: 'x', begin: 0, end: 1 },
    { type: 'x', begin: 1, end: 3 },
  ]);
});

it.each([
  [['O', 'B-PER'], true],
  [['B', 'I', 'O'], true],
  [['O'], false],
  [['NOUN', 'O', 'B-PER'], false],
])('whether %j mark entities: %s', (tags, expected) => {
  expect(markEntities(tags)).toBe(expected);
});

it('calibration: probabilities by their range, and how far they are from what came true', () => {
  const bins = calibrationBins([0, 0.5, 0.51, 0.6, 1, 1], [false, true, true, false, true, false], 2);
  expect(bins).toEqual([
    { count: 2, confidence: 0.25, accuracy: 0.5 },
    { count: 4, confidence: (0.51 + 0.6 + 2) / 4, accuracy: 0.5 },
  ]);
  expect(calibrationError(bins)).toBeCloseTo((2 * 0.25 + 4 * ((0.51 + 0.6 + 2) / 4 - 0.5)) / 6, 12);
  expect(calibrationError([])).toBe(0);
});
