// Whether a grid's claims hold, from the differences of runs with the same seed, or from the median of an arm's.
import { judgeBest } from './best-values.ts';
import type { BoundClaim, Claim, ComparingClaim, Party } from './claims.ts';
import type { PlannedArm } from './plan.ts';
import type { Relation } from './schema.ts';
import { studentInterval, summarize } from './statistics.ts';
import {
  type ClaimResult,
  type Comparison,
  describeLack,
  type Known,
  LEAST_SEEDS,
  type Verdict,
} from './verdict.ts';

export function judgeClaim(claim: Claim<PlannedArm>, known: Known): ClaimResult {
  const { says, figure } = claim;
  const comparisons = claim.kind === 'bound' ? [judgeMedian(claim, known)] : compare(claim, known);
  return { says, figure, verdict: joinVerdicts(comparisons.map(({ verdict }) => verdict)), comparisons };
}

const compare = (claim: ComparingClaim<PlannedArm>, known: Known): Comparison[] =>
  claim.pairs.map(({ one, other }) =>
    claim.best === undefined
      ? judgeDifference(claim, one, other, known)
      : judgeBest({ ...claim, axis: claim.best.name }, one, other, known),
  );

/** Of what must hold together. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('does not hold')) return 'does not hold';
  return verdicts.every((verdict) => verdict === 'holds') ? 'holds' : 'cannot be told';
}

function judgeDifference(
  { figure, relation, margin }: ComparingClaim<PlannedArm>,
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

/** By the median alone: the quartiles beside it are for people. */
function judgeMedian({ figure, relation, bound, one }: BoundClaim<PlannedArm>, known: Known): Comparison {
  const found = one.arms[0]!.runs.flatMap((run) => {
    const value = known.figure(run, figure);
    return value === undefined ? [] : [{ seed: run.seed, value }];
  });
  const notes = describeLack([one], figure, known, found.length);
  const common = {
    one: one.name,
    relation,
    other: String(bound),
    margin: { size: 0, isRelative: false },
    seeds: found.map(({ seed }) => seed),
    notes,
  };
  if (found.length < LEAST_SEEDS) return { ...common, verdict: 'cannot be told', measured: undefined };
  const { median, low, high } = summarize(
    found.map(({ value }) => value),
    'quartiles',
  );
  const isSo = relation === 'atLeast' ? median >= bound : median <= bound;
  return {
    ...common,
    verdict: notes.length > 0 ? 'cannot be told' : isSo ? 'holds' : 'does not hold',
    measured: { kind: 'median', median, low, high },
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
