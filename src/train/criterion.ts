// What the best checkpoint is the best in, on the validation set: loss, which falls, or the task's figure, which
// rises. A stored value can be compared only with values of the same criterion.
import type { Task, TaskText } from '../run/task.ts';
import type { TrainConfig } from './config.ts';
import type { Validator } from './validation.ts';

export interface Criterion {
  /** Whether values are the label-smoothed loss; otherwise they are the task's figure for searched outputs. */
  isLoss: boolean;
  direction: 'min' | 'max';
  /** All that values depend on beside parameters and text, as in `loss|labelSmoothing:0.1`. */
  signature: string;
}

/** The criterion that a config asks for. */
export function buildCriterion({ training, decode }: TrainConfig, task: Task): Criterion {
  if (training.selectBy === 'loss') {
    return { isLoss: true, direction: 'min', signature: `loss|labelSmoothing:${training.labelSmoothing}` };
  }
  const { beamSize, lengthPenalty, maxExtraLength } = decode;
  const search = Object.entries({ beamSize, lengthPenalty, maxExtraLength }).map((pair) => pair.join(':'));
  const signature = [task.metric, task.scoring(), ...search].join('|');
  return { isLoss: false, direction: 'max', signature };
}

/** Whether `value` is better than the best so far. What is not finite never is; anything finite is better than none. */
export function isBetter({ direction }: Criterion, value: number, best: number | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return direction === 'min' ? value < best : value > best;
}

/** The value of the parameters in place. */
export async function measure(
  { isLoss }: Criterion,
  validator: Validator,
  valid: TaskText,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const { loss } = await validator.means();
  if (isLoss || !Number.isFinite(loss)) return loss;
  return (await validator.score(valid, onProgress)).score.score;
}
