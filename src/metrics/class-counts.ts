// Figures of predicted classes, of what was counted class by class. One count serves texts with one class each, with
// several, and entities.

/** Of a class: how often it is in the reference, how often it was found, and how often both agree. */
export interface ClassCounts {
  readonly expected: number;
  readonly found: number;
  readonly right: number;
}

/** What is 0 / 0 counts as 0. */
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** The share of what was found that is right. */
export const precision = ({ found, right }: ClassCounts): number => ratio(right, found);

/** The share of what is to be found that was. */
export const recall = ({ expected, right }: ClassCounts): number => ratio(right, expected);

/** 2PR / (P + R). */
export const f1 = ({ expected, found, right }: ClassCounts): number => ratio(2 * right, expected + found);

/** The F1 of all classes together; where each text has one class it is the accuracy. */
export const microF1 = (counts: readonly ClassCounts[]): number =>
  f1({ expected: total(counts, 'expected'), found: total(counts, 'found'), right: total(counts, 'right') });

/** The mean F1 of the classes; those that are neither expected nor found have no part. */
export function macroF1(counts: readonly ClassCounts[]): number {
  const seen = counts.filter(({ expected, found }) => expected + found > 0);
  return ratio(
    seen.reduce((sum, one) => sum + f1(one), 0),
    seen.length,
  );
}

/**
 * Matthews' correlation of classes where each text has one: with s texts, c of them right, t_k expected and p_k found of
 * class k, (c·s − Σ t_k p_k) / √((s² − Σ p_k²)(s² − Σ t_k²)). Of two classes it is Matthews 1975, of more R_K of
 * Gorodkin 2004. 0 where one side has a single class.
 */
export function matthews(counts: readonly ClassCounts[]): number {
  const sum = (of: (count: ClassCounts) => number) => counts.reduce((so, count) => so + of(count), 0);
  const [texts, right] = [total(counts, 'expected'), total(counts, 'right')];
  const covariance = right * texts - sum(({ expected, found }) => expected * found);
  const spread = (texts ** 2 - sum(({ found }) => found ** 2)) * (texts ** 2 - sum((c) => c.expected ** 2));
  return ratio(covariance, Math.sqrt(spread));
}

/** Of classes by number, one a text; a text without a class, found or expected, has −1 there. */
export function countClasses(
  expected: ArrayLike<number>,
  found: ArrayLike<number>,
  numClasses: number,
): ClassCounts[] {
  return countLabels(asSets(expected), asSets(found), numClasses);
}

const asSets = (classes: ArrayLike<number>): number[][] => Array.from(classes, (k) => (k < 0 ? [] : [k]));

/** The same of texts with any number of classes each, no class twice. */
export function countLabels(
  expected: readonly (readonly number[])[],
  found: readonly (readonly number[])[],
  numClasses: number,
): ClassCounts[] {
  const counts = Array.from({ length: numClasses }, () => ({ expected: 0, found: 0, right: 0 }));
  for (const [i, labels] of expected.entries()) {
    for (const k of labels) counts[k]!.expected++;
    for (const k of found[i]!) {
      counts[k]!.found++;
      if (labels.includes(k)) counts[k]!.right++;
    }
  }
  return counts;
}

const total = (counts: readonly ClassCounts[], key: keyof ClassCounts): number =>
  counts.reduce((sum, one) => sum + one[key], 0);

/** A cell of a confusion matrix: so many texts of one class were taken for another, or the same. */
export interface Confusion {
  readonly expected: number;
  readonly found: number;
  readonly count: number;
}

/** The cells that are not empty, row by row. Texts with −1 on a side have no part. */
export function confusions(expected: ArrayLike<number>, found: ArrayLike<number>): Confusion[] {
  const cells = new Map<string, { expected: number; found: number; count: number }>();
  for (let i = 0; i < expected.length; i++) {
    const [row, column] = [expected[i]!, found[i]!];
    if (row < 0 || column < 0) continue;
    const key = `${row} ${column}`;
    const cell = cells.get(key) ?? { expected: row, found: column, count: 0 };
    cell.count++;
    cells.set(key, cell);
  }
  return [...cells.values()].sort((a, b) => a.expected - b.expected || a.found - b.found);
}
