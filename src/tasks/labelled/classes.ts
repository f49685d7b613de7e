// The classes of a run: those of the training labels, in an order that does not depend on theirs.
import { z } from 'zod';
import type { ClassWeights } from '../../data/labelled.ts';
import type { Confusion } from '../../metrics/class-counts.ts';
import { UsageError, UserError } from '../../util/errors.ts';
import { suggest } from '../../util/nearest.ts';
import type { ClassObjective } from './config.ts';

/** As `classes.json` has them. */
export const classesSchema = (least: number) => z.array(z.string()).min(least);

export const sortClasses = (labels: Iterable<string>): string[] => [...new Set(labels)].sort();

/** The number of a class by its name; a UserError that begins with `place` for a name that is none. */
export function classNumbers(classes: readonly string[]): (name: string, place: string) => number {
  const numbers = new Map(classes.map((name, k) => [name, k]));
  return (name, place) => {
    const number = numbers.get(name);
    if (number !== undefined) return number;
    throw new UserError(
      `${place} has the label ${JSON.stringify(name.slice(0, 80))}, which data.train has not; ${hint(name, classes)}`,
    );
  };
}

/** The class that may be meant, or those that there are, as far as a line has room for them. */
const hint = (name: string, classes: readonly string[]): string =>
  suggest(name, classes.filter((one) => one.length <= 40).slice(0, 20));

/** Of each class how many labels are it. */
export function countLabelsOf(labels: Iterable<number>, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const k of labels) counts[k]!++;
  return counts;
}

/**
 * The weights that a config asks for, given what they are where they are balanced; a class that is not named has 1. A
 * UsageError where one is named that there is not.
 */
export function readWeights(
  given: ClassObjective['classWeights'],
  classes: readonly string[],
): (balanced: () => number[]) => ClassWeights {
  if (given === 'balanced') return (balanced) => balanced();
  for (const name of Object.keys(given ?? {})) {
    if (classes.includes(name)) continue;
    throw new UsageError(`objective.classWeights: there is no class ${name}; ${hint(name, classes)}`);
  }
  const weights = given && classes.map((name) => given[name] ?? 1);
  return () => weights;
}

/** The cells of a confusion matrix as results have them. */
export const toTriples = (cells: readonly Confusion[]): [number, number, number][] =>
  cells.map(({ expected, found, count }) => [expected, found, count]);
