// What a grid's figures are drawn over: one of its axes, or another figure, with the arms that are joined by lines.
import { UsageError } from '../util/errors.ts';
import { type Arm, type Axis, findAxis, matcher } from './grid.ts';
import { FIGURES, isFigure } from './outcome.ts';
import type { GridConfig } from './schema.ts';

export interface Over {
  /** An axis of numbers, or a figure. */
  x: string;
  isFigure: boolean;
  /** The series that an arm belongs to, if it does, and what tells it from others of the series. */
  seriesOf(arm: Arm): Place;
}

export interface Place {
  series?: string;
  label: string;
}

/** An axis goes before a figure of the same name. A UsageError names the grid and the key. */
export function findOver(
  grid: string,
  axes: readonly Axis[],
  arms: readonly Arm[],
  { x, series }: GridConfig['report'],
): Over | undefined {
  const isAxis = axes.some(({ name }) => name === x);
  if (series !== undefined && (x === undefined || isAxis)) {
    const found = x === undefined ? 'there is no report.x' : `report.x is the axis ${x}`;
    throw new UsageError(`grid ${grid}: report.series joins arms that are drawn over a figure; ${found}`);
  }
  if (x === undefined) return undefined;
  if (!isAxis && !isFigure(x)) {
    const known =
      axes.length === 0 ? 'it has no axis' : `its axes: ${axes.map(({ name }) => name).join(', ')}`;
    throw new UsageError(
      `grid ${grid}: report.x is no axis and no figure: ${x}; ${known}; figures: ${FIGURES}`,
    );
  }
  if (isAxis && findAxis(grid, axes, x).points.some(({ value }) => value === undefined))
    throw new UsageError(`grid ${grid}: report.x is an axis of numbers, or a figure, which ${x} is not`);
  return { x, isFigure: !isAxis, seriesOf: placeIn(`${grid}: report.series`, axes, arms, series) };
}

function placeIn(
  where: string,
  axes: readonly Axis[],
  arms: readonly Arm[],
  series: GridConfig['report']['series'],
): (arm: Arm) => Place {
  if (series === undefined) return ({ name }) => ({ label: name });
  if (typeof series === 'string') {
    findAxis(where, axes, series);
    const others = axes.filter(({ name }) => name !== series);
    return ({ name, labels, parts }) => ({
      series: labels[series]!,
      label: others.map((axis) => parts[axis.name]).join(' ') || name,
    });
  }
  const groups = Object.entries(series).map(
    ([name, choice]) => [name, matcher(where, axes, choice)] as const,
  );
  const namesOf = (arm: Arm) => groups.filter(([, match]) => match(arm)).map(([name]) => name);
  for (const arm of arms) {
    const [first, second] = namesOf(arm);
    if (second !== undefined)
      throw new UsageError(`grid ${where}: the arm ${arm.name} is in both ${first} and ${second}`);
  }
  return (arm) => {
    const [name] = namesOf(arm);
    return { label: arm.name, ...(name !== undefined && { series: name }) };
  };
}
