// What the best checkpoint is the best in: a figure on the validation set. A stored value can be compared only with
// values of the same criterion.
import type { Direction } from '../objectives/objective.ts';
import { ALONE } from '../runtime/group.ts';
import { UsageError } from '../util/errors.ts';
import { suggest } from '../util/nearest.ts';
import type { TrainingConfig } from './config.ts';
import type { Engine } from './engine.ts';
import { figuresOfSystem, objectiveFigures, type System } from './system.ts';

export interface Criterion {
  figure: string;
  direction: Direction;
  /** Whether the evaluator is needed for it. */
  isEvaluated: boolean;
  /** All that values depend on beside parameters and text, as in `loss|labelSmoothing:0.1`. */
  signature: string;
}

/** The criterion that a config asks for; a UsageError where the system has no such figure. */
export function buildCriterion(
  { selectBy, scoreEvery }: TrainingConfig['training'],
  system: System,
): Criterion {
  const figure = selectBy === 'score' ? system.mainFigure : selectBy;
  const figures = figuresOfSystem(system);
  const direction = figures[figure];
  if (direction === undefined) {
    const names = Object.keys(figures);
    throw new UsageError(
      `training.selectBy: there is no figure ${figure}; ${suggest(figure, ['score', ...names])}`,
    );
  }
  const isEvaluated = !(figure in objectiveFigures(system.objective));
  if (isEvaluated && scoreEvery === 0) {
    throw new UsageError(`training.selectBy: selecting by ${figure} needs scoreEvery of at least 1`);
  }
  const how = isEvaluated ? system.evaluator!.signature : system.objective.signature;
  return { figure, direction, isEvaluated, signature: `${figure}|${how}` };
}

/** Whether `value` is better than the best so far. What is not finite never is; anything finite is better than none. */
export function isBetter({ direction }: Criterion, value: number, best: number | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return direction === 'min' ? value < best : value > best;
}

/** The value of the parameters in place, as one process finds it. */
export async function measure(
  { figure, isEvaluated }: Criterion,
  engine: Engine,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const { evaluator, held } = engine.system;
  const figures = await engine.means(held.valid);
  if (!isEvaluated || !Number.isFinite(figures.loss)) return figures[figure] ?? Number.NaN;
  const evaluation = await evaluator!.evaluate('valid', engine.parameters, { group: ALONE, onProgress });
  return evaluation.figures[figure]!;
}
