// A study's figures: for each arm of a grid what its seeds give, and by how much that differs from the baseline. The same
// runs give the same results, however often and in which order they were trained.

import { judgeClaim } from './judge.ts';
import { type ArmLengths, summarizeLengths } from './lengths.ts';
import { type Outcome, readOutcome } from './outcome.ts';
import type { Plan, PlannedArm, PlannedGrid, PlannedRun } from './plan.ts';
import type { Spread } from './schema.ts';
import { type Summary, summarize } from './statistics.ts';
import { stateOf } from './trainings.ts';
import type { ClaimResult, Known } from './verdict.ts';

/** An arm's figure. */
export interface Cell {
  /** Undefined where no run has it. */
  summary: Summary | undefined;
  /** Of its values less the baseline's with the same seed; undefined where there is no baseline, or for itself. */
  difference: Summary | undefined;
}

export interface ArmResult {
  name: string;
  labels: Readonly<Record<string, string>>;
  /** The place on each axis that is of numbers. */
  values: Readonly<Record<string, number | undefined>>;
  /** Over a figure: the series that it is drawn in, if it is, and its name there. */
  series?: string | undefined;
  label?: string | undefined;
  isBaseline: boolean;
  /** Runs that are finished, of how many. */
  finished: number;
  planned: number;
  /** By figure. */
  cells: Readonly<Record<string, Cell>>;
  /** Of made-up problems. */
  lengths?: ArmLengths | undefined;
  runs: readonly { run: string; seed: number; figures: Readonly<Record<string, number>> | undefined }[];
}

export interface GridResult {
  name: string;
  title: string;
  axes: readonly string[];
  figures: readonly string[];
  spread: Spread;
  /** The axis, or else the figure, that figures are drawn over. */
  x: string | undefined;
  xScale: 'linear' | 'log';
  arms: readonly ArmResult[];
  claims: readonly ClaimResult[];
}

/** The figure that others are drawn over, if it is no axis. */
export const xFigure = ({ x, axes }: Pick<GridResult, 'x' | 'axes'>): string | undefined =>
  x === undefined || axes.includes(x) ? undefined : x;

export interface StudyResults {
  title: string;
  grids: readonly GridResult[];
}

export function readResults(plan: Plan): StudyResults {
  const outcomes = new Map<PlannedRun, Outcome>();
  const failed = new Set<PlannedRun>();
  for (const run of plan.runs) {
    const state = stateOf(run);
    if (state === 'finished') outcomes.set(run, readOutcome(run.folder));
    if (state === 'failed') failed.add(run);
  }
  const known: Known = {
    state: (run) => (outcomes.has(run) ? 'finished' : failed.has(run) ? 'failed' : 'open'),
    figure: (run, name) => {
      const value = outcomes.get(run)?.figures[name];
      return Number.isFinite(value) ? value : undefined;
    },
  };
  const grids = plan.grids.map((grid) => ({
    ...summarizeGrid(grid, outcomes),
    claims: grid.claims.map((claim) => judgeClaim(claim, known)),
  }));
  return { title: plan.title, grids };
}

type Outcomes = ReadonlyMap<PlannedRun, Outcome>;

function summarizeGrid(grid: PlannedGrid, outcomes: Outcomes): Omit<GridResult, 'claims'> {
  const { name, axes, arms, config, over } = grid;
  const { title, spread, x, xScale } = config.report;
  const figures = config.report.figures ?? mainFigures(arms, outcomes);
  const told = over?.isFigure ? [...new Set([...figures, over.x])] : figures;
  return {
    name,
    title: title ?? name,
    axes: axes.map((axis) => axis.name),
    figures,
    spread,
    x,
    xScale,
    arms: arms.map((arm) => summarizeArm(arm, grid, told, outcomes)),
  };
}

/** What the runs are known by; most have one in common. */
function mainFigures(arms: readonly PlannedArm[], outcomes: Outcomes): string[] {
  const known = arms.flatMap(({ runs }) => runs.flatMap((run) => outcomes.get(run)?.main ?? []));
  return [...new Set(known)];
}

function summarizeArm(
  arm: PlannedArm,
  { axes, config, baseline, over }: PlannedGrid,
  figures: readonly string[],
  outcomes: Outcomes,
): ArmResult {
  const { spread } = config.report;
  const figureOfRun = (run: PlannedRun | undefined, figure: string) =>
    run === undefined ? undefined : outcomes.get(run)?.figures[figure];
  const cells = figures.map((figure): [string, Cell] => {
    const values = arm.runs.flatMap((run) => figureOfRun(run, figure) ?? []);
    const differences = arm.runs.flatMap((run) => {
      const [own, other] = [figureOfRun(run, figure), figureOfRun(sameSeed(baseline, run), figure)];
      return own === undefined || other === undefined ? [] : [own - other];
    });
    const isCompared = baseline !== undefined && baseline !== arm && differences.length > 0;
    return [
      figure,
      {
        summary: values.length === 0 ? undefined : summarize(values, spread),
        difference: isCompared ? summarize(differences, spread) : undefined,
      },
    ];
  });
  const answered = arm.runs.flatMap((run) => outcomes.get(run)?.lengths ?? []);
  const lengths = summarizeLengths(answered, spread);
  return {
    name: arm.name,
    labels: arm.labels,
    values: Object.fromEntries(axes.map(({ name }, a) => [name, arm.points[a]!.value])),
    ...(over?.isFigure && over.seriesOf(arm)),
    isBaseline: arm === baseline,
    finished: arm.runs.filter((run) => outcomes.has(run)).length,
    planned: arm.runs.length,
    cells: Object.fromEntries(cells),
    ...(lengths && { lengths }),
    runs: arm.runs.map((run) => ({
      run: run.name,
      seed: run.seed,
      figures: withoutTime(outcomes.get(run)?.figures, figures),
    })),
  };
}

const sameSeed = (arm: PlannedArm | undefined, { seed }: PlannedRun): PlannedRun | undefined =>
  arm?.runs.find((run) => run.seed === seed);

/** Time differs from one training to the next of the same run: it is told only where it is asked for. */
function withoutTime(
  figures: Readonly<Record<string, number>> | undefined,
  asked: readonly string[],
): Record<string, number> | undefined {
  if (figures === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(figures).filter(([name]) => !TIMED.includes(name) || asked.includes(name)),
  );
}

const TIMED = ['seconds'];
