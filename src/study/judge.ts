// Whether a grid's claims hold, from the differences of runs with the same seed.
import { judgeBest } from './best-values.ts';
import type { Claim, Party } from './claims.ts';
import type { PlannedArm } from './plan.ts';
import type { Relation } from './schema.ts';
import { studentInterval } from './statistics.ts';
import {
  type ClaimResult,
  type Comparison,
  describeLack,
  type Known,
  LEAST_SEEDS,
  type Verdict,
} from './verdict.ts';

export function judgeClaim(claim: Claim<PlannedArm>, known: Known): ClaimResult {
  const { says, figure, best, pairs } = claim;
  const comparisons = pairs.map(({ one, other }) =>
    best === undefined
      ? judgeDifference(claim, one, other, known)
      : judgeBest({ ...claim, axis: best.name }, one, other, known),
  );
  return { says, figure, verdict: joinVerdicts(comparisons.map(({ verdict }) => verdict)), comparisons };
}

/** Of what must hold together. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('does not hold')) return 'does not hold';
  return verdicts.every((verdict) => verdict === 'holds') ? 'holds' : 'cannot be told';
}

function judgeDifference(
  { figure, relation, margin }: Claim<PlannedArm>,
  one: Party<PlannedArm>,
  other: Party<PlannedArm>,
  known: Known,
): Comparison {
  const pairs = one.arms[0]!.runs.flatMap((run) => {
    const match = other.arms[0]!.runs.find(({ seed }) => seed === run.seed);
    const [a, b] = [known.figure(run, figure), match && known.figure(match, figure)];
    return a === undefined || b === undefined ? [] : [{ seed: run.seed, a, b }];
  });
  const isShareless = margin.isRelative && pairs.some(({ b }) => b === 0);
  const notes = [
    ...describeLack([one, other], figure, known, pairs.length),
    ...(isShareless ? [`${other.name}: 0, of which nothing is a percentage`] : []),
  ];
  const seeds = pairs.map(({ seed }) => seed);
  const common = { one: one.name, relation, other: other.name, margin, seeds, notes };
  if (pairs.length < LEAST_SEEDS || isShareless)
    return { ...common, verdict: 'cannot be told', measured: undefined };
  const interval = studentInterval(
    pairs.map(({ a, b }) => (margin.isRelative ? (a - b) / Math.abs(b) : a - b)),
  );
  return {
    ...common,
    verdict: notes.length > 0 ? 'cannot be told' : decide(relation, margin.size, interval),
    measured: {
      kind: 'difference',
      one: studentInterval(pairs.map(({ a }) => a)).mean,
      other: studentInterval(pairs.map(({ b }) => b)).mean,
      ...interval,
    },
  };
}

/** From the interval of the differences; with a margin of 0, equal figures are neither below nor above. */
export function decide(
  relation: Relation,
  margin: number,
  { low, high }: { low: number; high: number },
): Verdict {
  if (relation === 'ties') {
    if (low >= -margin && high <= margin) return 'holds';
    return low > margin || high < -margin ? 'does not hold' : 'cannot be told';
  }
  // How far they lie on the claim's side of the margin.
  const [least, most] =
    relation === 'above' ? [low - margin, high - margin] : [-high - margin, -low - margin];
  const isStrict = margin === 0;
  if (least > 0 || (least === 0 && !isStrict)) return 'holds';
  return most < 0 || (most === 0 && isStrict) ? 'does not hold' : 'cannot be told';
}
