// When training ends, and when its state is stored apart from validations.
import type { Clock } from './clock.ts';
import type { TrainingConfig } from './config.ts';
import type { Progress } from './progress.ts';

type Settings = TrainingConfig['training'];

/** Whether the updates, the time or the patience are used up. */
export function isOver(
  settings: Settings,
  totalSteps: number | undefined,
  progress: Progress,
  clock: Clock,
): boolean {
  const { maxMinutes } = settings;
  if (totalSteps !== undefined && progress.step >= totalSteps) return true;
  if (maxMinutes !== undefined && clock.seconds >= 60 * maxMinutes) return true;
  return isPatienceOver(settings, progress);
}

export const isPatienceOver = ({ patience }: Settings, { sinceBest }: Progress): boolean =>
  patience > 0 && sinceBest >= patience;

/** Parameters that came to a loss that is not finite may have diverged: they are not stored. */
export function isSaveDue(
  { saveSteps, saveMinutes }: Settings,
  { step, skipped }: Progress,
  clock: Clock,
): boolean {
  if (skipped > 0) return false;
  if (saveSteps !== undefined && step % saveSteps === 0) return true;
  return saveMinutes !== undefined && clock.secondsSinceSaved >= 60 * saveMinutes;
}
