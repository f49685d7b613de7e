// A grid's arms: the product of its axes without the points that are excluded.
import { flattenSettings } from '../run/settings.ts';
import { UsageError } from '../util/errors.ts';
import { suggest } from '../util/nearest.ts';
import type { AxisConfig, Choice, GridConfig, Range, Settings } from './schema.ts';

/** What is varied: its points in their order. */
export interface Axis {
  name: string;
  points: readonly Point[];
}

export interface Point {
  label: string;
  /** Its place on an axis of numbers. */
  value: number | undefined;
  settings: FlatSettings;
}

/** Values by their paths in a config. */
export type FlatSettings = ReadonlyMap<string, unknown>;

/** One point of a grid: what its runs have in common. */
export interface Arm {
  /** The labels of its points, axis by axis. */
  labels: Readonly<Record<string, string>>;
  points: readonly Point[];
  settings: FlatSettings;
  /** For people and for folders. */
  name: string;
  /** The name's parts, by axis. */
  parts: Readonly<Record<string, string>>;
}

export interface Grid {
  name: string;
  axes: readonly Axis[];
  arms: readonly Arm[];
}

/** More arms are a mistake in a range. */
const MAX_ARMS = 10_000;

/** `settings` are those of the study; a UsageError names the grid. */
export function expandGrid(name: string, config: GridConfig, settings: Settings): Grid {
  const axes = Object.entries(config.axes).map(([axis, points]) => expandAxis(name, axis, points));
  const size = axes.reduce((product, { points }) => product * points.length, 1);
  if (size > MAX_ARMS) throw new UsageError(`grid ${name}: has ${size} arms, more than ${MAX_ARMS}`);
  const matches = config.exclude.map((choice) => matcher(name, axes, choice));
  const common = new Map([...flattenSettings(settings), ...flattenSettings(config.settings)]);
  const arms = product(axes.map(({ points }) => points))
    .map((points) => buildArm(axes, points, common))
    .filter((arm) => !matches.some((match) => match(arm)));
  if (arms.length === 0) throw new UsageError(`grid ${name}: every arm is excluded`);
  return { name, axes, arms };
}

/** Whether an arm has one of the labels named on each of the axes named; a UsageError where there are no such. */
export function matcher(grid: string, axes: readonly Axis[], choice: Choice): (arm: Arm) => boolean {
  const wanted = Object.entries(choice).map(([name, labels]) => {
    const axis = findAxis(grid, axes, name);
    const known = axis.points.map(({ label }) => label);
    const asked = [labels].flat().map(String);
    const strange = asked.find((label) => !known.includes(label));
    if (strange !== undefined)
      throw new UsageError(`grid ${grid}: ${name} has no point ${strange}; ${suggest(strange, known)}`);
    return [name, new Set(asked)] as const;
  });
  return ({ labels }) => wanted.every(([name, asked]) => asked.has(labels[name]!));
}

export function findAxis(grid: string, axes: readonly Axis[], name: string): Axis {
  const axis = axes.find((one) => one.name === name);
  const names = axes.map((one) => one.name);
  if (axis === undefined) throw new UsageError(`grid ${grid}: has no axis ${name}; ${suggest(name, names)}`);
  return axis;
}

function expandAxis(grid: string, name: string, config: AxisConfig): Axis {
  const points = toPoints(name, config);
  if (points.length === 0) throw new UsageError(`grid ${grid}: the axis ${name} has no points`);
  const labels = points.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined)
    throw new UsageError(`grid ${grid}: the axis ${name} has the point ${twice} twice`);
  return { name, points };
}

function toPoints(name: string, config: AxisConfig): Point[] {
  const ofValue = (value: unknown): Point => ({
    label: String(value),
    value: typeof value === 'number' ? value : undefined,
    settings: new Map([[name, value]]),
  });
  const ofSettings = (settings: Settings, label?: string): Point => {
    const flat = new Map(flattenSettings(settings));
    return { label: label ?? describe(flat), value: toNumber(label), settings: flat };
  };
  if (Array.isArray(config))
    return config.map((item) =>
      typeof item === 'object' && item !== null ? ofSettings(item) : ofValue(item),
    );
  if (isRange(config)) return listRange(config).map(ofValue);
  return Object.entries(config).map(([label, settings]) => ofSettings(settings, label));
}

/** The number that a point's name is. */
const toNumber = (label: string | undefined): number | undefined =>
  label !== undefined && /^[-+\d.]/.test(label) && Number.isFinite(Number(label)) ? Number(label) : undefined;

const isRange = (config: object): config is Range => 'from' in config && typeof config.from === 'number';

/** Digits to which a range's numbers are rounded, so that 0.1 + 0.2 is 0.3. */
const DIGITS = 12;

/** from, from + step, … or from, from · factor, … up to `to`, which is among them if rounding alone parts it. */
export function listRange({ from, to, step, factor }: Range): number[] {
  const at = (i: number) =>
    Number((step === undefined ? from * factor! ** i : from + i * step).toPrecision(DIGITS));
  const values: number[] = [];
  for (let i = 0; at(i) <= to * (1 + Math.sign(to) * 1e-9) && i <= MAX_ARMS; i++) values.push(at(i));
  return values;
}

/** Every way to take one item of each list, the last list's moving fastest. */
const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((heads, list) => heads.flatMap((head) => list.map((item) => [...head, item])), [[]]);

function buildArm(axes: readonly Axis[], points: readonly Point[], common: FlatSettings): Arm {
  const settings = new Map([...common, ...points.flatMap((point) => [...point.settings])]);
  const labels = Object.fromEntries(axes.map(({ name }, a) => [name, points[a]!.label]));
  const parts = Object.fromEntries(
    axes.map(({ name }, a) => {
      const { label, settings: own } = points[a]!;
      return [name, own.has(name) ? `${lastWord(name)}=${label}` : label];
    }),
  );
  return { labels, points, settings, name: axes.map(({ name }) => parts[name]).join(' ') || 'base', parts };
}

const describe = (settings: FlatSettings): string =>
  [...settings].map(([path, value]) => `${lastWord(path)}=${toText(value)}`).join(' ') || 'base';

/** The last word of a path. */
export const lastWord = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
