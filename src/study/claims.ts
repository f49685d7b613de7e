// What a grid's claims are about: the arms that each compares.
import { UsageError } from '../util/errors.ts';
import { type Arm, type Axis, findAxis, matcher } from './grid.ts';
import {
  type Bound,
  bounds,
  type Choice,
  type ClaimConfig,
  type Margin,
  type Relation,
  relations,
} from './schema.ts';

export type Claim<A extends Arm> = ComparingClaim<A> | BoundClaim<A>;

export interface ComparingClaim<A extends Arm> {
  kind: 'others';
  says: string;
  figure: string;
  /** The axis on which best values are compared, instead of figures. */
  best: Axis | undefined;
  relation: Relation;
  margin: Margin;
  /** All of them must hold. */
  pairs: readonly { one: Party<A>; other: Party<A> }[];
}

/** Of the median of an arm's seeds. */
export interface BoundClaim<A extends Arm> {
  kind: 'bound';
  says: string;
  figure: string;
  relation: Bound;
  bound: number;
  one: Party<A>;
}

/** One arm, or those among which the best is looked for. */
export interface Party<A extends Arm> {
  name: string;
  arms: readonly A[];
}

/** A UsageError names the grid and the key. */
export function findClaim<A extends Arm>(
  grid: string,
  axes: readonly Axis[],
  arms: readonly A[],
  claim: ClaimConfig,
  index: number,
): Claim<A> {
  const where = `${grid}: claims.${index}`;
  const { says, figure } = claim;
  const bound = bounds.find((one) => claim[one] !== undefined);
  if (bound !== undefined) {
    const arm = onlyArm(`${where}.arm`, arms.filter(matcher(`${where}.arm`, axes, claim.arm)));
    const one = { name: arm.name, arms: [arm] };
    return { kind: 'bound', says, figure, relation: bound, bound: claim[bound]!, one };
  }
  const relation = relations.find((one) => claim[one] !== undefined)!;
  const best = claim.best === undefined ? undefined : findAxis(`${where}.best`, axes, claim.best);
  if (best?.points.some(({ value }) => value === undefined))
    throw new UsageError(`grid ${where}.best is an axis of numbers, which ${best.name} is not`);
  const find = (key: string, choice: Choice): Party<A> => {
    const found = arms.filter(matcher(`${where}.${key}`, axes, choice));
    if (best === undefined) return { name: onlyArm(`${where}.${key}`, found).name, arms: found };
    const values = new Set(found.map(({ labels }) => labels[best.name]));
    if (values.size < 2)
      throw new UsageError(
        `grid ${where}.${key}: has ${values.size} of ${best.name}, among which none is best`,
      );
    return { name: nameParty(choice, best), arms: found };
  };
  const one = find('arm', claim.arm);
  const pairs = [claim[relation]!].flat().map((choice) => {
    const other = find(relation, choice);
    if (other.arms.length === one.arms.length && other.arms.every((arm, i) => arm === one.arms[i]))
      throw new UsageError(`grid ${where}.${relation}: compares ${one.name} with itself`);
    return { one, other };
  });
  const margin = claim.by ?? claim.within ?? { size: 0, isRelative: false };
  return { kind: 'others', says, figure, best, relation, margin, pairs };
}

/** The arm that is found; a UsageError where there is none, or more than one. */
export function onlyArm<A extends Arm>(where: string, found: readonly A[]): A {
  if (found.length === 1) return found[0]!;
  throw new UsageError(`grid ${where} stands for ${found.length} arms, not one; name a point of each axis`);
}

/** The labels by which its arms were chosen, but those of the axis. */
const nameParty = (choice: Choice, best: Axis): string =>
  Object.entries(choice)
    .filter(([axis]) => axis !== best.name)
    .map(([, labels]) => [labels].flat().join('|'))
    .join(' ') || 'all arms';
