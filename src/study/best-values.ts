// Whether a figure is best at a higher or a lower value of an axis for one family of arms than for another.
import { isFalling } from '../run/figures.ts';
import type { ComparingClaim, Party } from './claims.ts';
import { lastWord } from './grid.ts';
import type { PlannedArm } from './plan.ts';
import { type Comparison, describeLack, type Known, LEAST_SEEDS, type Verdict } from './verdict.ts';

type BestClaim = Omit<ComparingClaim<PlannedArm>, 'best'> & { axis: string };

/**
 * Seed by seed: it holds where all say so, does not where none does. A run that has failed, or has no finite figure, is
 * not the best.
 */
export function judgeBest(
  { figure, axis, relation, margin }: BestClaim,
  one: Party<PlannedArm>,
  other: Party<PlannedArm>,
  known: Known,
): Comparison {
  const seeds = one.arms[0]!.runs.map(({ seed }) => seed);
  const pairs = seeds.flatMap((seed) => {
    const [a, b] = [one, other].map((party) => findBest(party, seed, figure, axis, known));
    return a === undefined || b === undefined ? [] : [{ seed, a, b }];
  });
  const measured = {
    kind: 'best',
    axis,
    one: pairs.map(({ a }) => a),
    other: pairs.map(({ b }) => b),
  } as const;
  const isOpen = [one, other].some(({ arms }) =>
    arms.some(({ runs }) => runs.some((run) => known.state(run) === 'open')),
  );
  const notes = [
    ...describeLack([one, other], figure, known, pairs.length),
    ...describeEnds(one, measured.one, axis),
    ...describeEnds(other, measured.other, axis),
  ];
  const isSo = pairs.map(({ a, b }) => (relation === 'above' ? a > b : a < b));
  const isTold = !isOpen && pairs.length >= LEAST_SEEDS;
  return {
    one: one.name,
    relation,
    other: other.name,
    margin,
    verdict: isTold ? decideAll(isSo) : 'cannot be told',
    seeds: pairs.map(({ seed }) => seed),
    measured,
    notes,
  };
}

function decideAll(isSo: readonly boolean[]): Verdict {
  if (isSo.every(Boolean)) return 'holds';
  return isSo.some(Boolean) ? 'cannot be told' : 'does not hold';
}

/** A number's label is the number itself. */
const placeOf = ({ labels }: PlannedArm, axis: string): number => Number(labels[axis]);

/** The axis' value in the arm whose run with this seed is best; of equal ones the first. */
function findBest(
  { arms }: Party<PlannedArm>,
  seed: number,
  figure: string,
  axis: string,
  known: Known,
): number | undefined {
  const sign = isFalling(figure.slice(figure.indexOf('.') + 1)) ? 1 : -1;
  let best: { value: number; loss: number } | undefined;
  for (const arm of arms) {
    const run = arm.runs.find((one) => one.seed === seed);
    const found = run && known.figure(run, figure);
    if (found === undefined) continue;
    const loss = sign * found;
    if (best === undefined || loss < best.loss) best = { value: placeOf(arm, axis), loss };
  }
  return best?.value;
}

/** A best value at an end of those tried may lie beyond it. */
function describeEnds({ name, arms }: Party<PlannedArm>, best: readonly number[], axis: string): string[] {
  const tried = arms.map((arm) => placeOf(arm, axis));
  const ends = { highest: Math.max(...tried), lowest: Math.min(...tried) };
  return Object.entries(ends).flatMap(([which, end]) => {
    const count = best.filter((value) => value === end).length;
    if (count === 0) return [];
    const often = count === best.length ? '' : ` for ${count} of ${best.length} seeds`;
    return [`${name}: best at its ${which} ${lastWord(axis)}, ${end}${often}: the range is too narrow`];
  });
}
