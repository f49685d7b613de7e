// From the sums that a graph gives to means: of the terms of the loss, the loss itself, and the statistics.
import type { Figure, Objective } from '../objectives/objective.ts';

/** Figures by name, `loss` among them. In a line of metrics they stand beside the event's own keys. */
export type Figures = { loss: number } & Record<string, number>;

/** Sums or weights by name. */
export type Totals = Record<string, number>;

/** totals + added, name by name. */
export function addTotals(totals: Totals, added: Readonly<Totals>): void {
  for (const [name, value] of Object.entries(added)) totals[name] = (totals[name] ?? 0) + value;
}

/** The names of an objective's sums, each with the weight that its mean is taken over. */
export const figuresOf = ({ terms, statistics }: Objective): [name: string, per: string][] =>
  Object.entries({ ...terms, ...statistics }).map(([name, { per }]) => [name, per]);

/** What is told beside the loss: the terms that it is made of, where there is more than one, and the statistics. */
export const toldFigures = ({ terms, statistics }: Objective): [name: string, figure: Figure][] =>
  Object.entries({ ...(Object.keys(terms).length > 1 && terms), ...statistics });

/**
 * The loss and the means that it is made of, where there is more than one, and those of the statistics; NaN where a
 * weight is zero.
 */
export function computeMeans(
  objective: Objective,
  sums: Readonly<Totals>,
  weights: Readonly<Totals>,
): Figures {
  const means = Object.fromEntries(
    figuresOf(objective).map(([name, per]) => [name, sums[name]! / weights[per]!]),
  );
  const figures = toldFigures(objective).map(([name]) => [name, means[name]!] as const);
  return { loss: computeLoss(objective, means, weights), ...Object.fromEntries(figures) };
}

/** Σ scale · mean over the terms; one that nothing counted for has no part. */
function computeLoss({ terms }: Objective, means: Readonly<Totals>, weights: Readonly<Totals>): number {
  const counted = Object.entries(terms).filter(([, { per }]) => weights[per] !== 0);
  if (counted.length === 0) return Number.NaN;
  return counted.reduce((sum, [name, { scale }]) => sum + scale * means[name]!, 0);
}

/** exp(sum / weight) for the perplexities that the objective's terms and statistics name. */
export function computePerplexities(
  { terms, statistics }: Objective,
  sums: Readonly<Totals>,
  weights: Readonly<Totals>,
): Totals {
  const figures: [string, Figure][] = Object.entries({ ...terms, ...statistics });
  const entries = figures.flatMap(([name, { perplexities = {} }]) =>
    Object.entries(perplexities).map(([told, per]) => [told, Math.exp(sums[name]! / weights[per]!)] as const),
  );
  return Object.fromEntries(entries);
}
