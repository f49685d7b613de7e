// What can be said of a training before it is over: the time that is left, and whether it will outlive its warm-up.
import type { Group } from '../runtime/group.ts';
import { formatCount } from '../util/format.ts';
import type { TrainingConfig } from './config.ts';
import type { Engine } from './engine.ts';
import { doubtReduction, doubtShares } from './ranks.ts';

/** What is trained on what, in a line. */
export function describe({ parameters, batches }: Engine): string {
  const count = parameters.count.toLocaleString('en-US');
  const padding = (100 * batches.padding()).toFixed(1);
  return `${count} parameters; ${batches.epochLength} batches an epoch, ${padding}% padding`;
}

/**
 * Seconds to the end of training at the pace up to now, which validations and the time before an interruption are
 * part of; undefined where no end is known.
 */
export function estimateSecondsLeft(
  { maxMinutes }: Pick<TrainingConfig['training'], 'maxMinutes'>,
  now: { step: number; totalSteps: number | undefined; seconds: number },
): number | undefined {
  const { step, totalSteps, seconds } = now;
  const bySteps = totalSteps === undefined ? Infinity : (seconds / step) * (totalSteps - step);
  const byTime = maxMinutes === undefined ? Infinity : 60 * maxMinutes - seconds;
  const left = Math.min(bySteps, byTime);
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}

/** Warnings of settings that are likely mistakes. */
export function doubtsOf(config: TrainingConfig, totalSteps: number | undefined, group: Group): string[] {
  const doubts = [
    doubtWarmup(config, totalSteps),
    doubtShares(config.training.accumulate, group),
    doubtReduction(config.training, group),
  ];
  return doubts.filter((doubt) => doubt !== undefined);
}

/** A warning where training ends before the learning rate has reached its peak; undefined where it does not. */
export function doubtWarmup(
  { schedule, training }: Pick<TrainingConfig, 'schedule' | 'training'>,
  totalSteps: number | undefined,
): string | undefined {
  const { warmupSteps } = schedule;
  if (totalSteps === undefined || totalSteps > warmupSteps) return undefined;
  const share = Math.round((100 * totalSteps) / warmupSteps);
  const shorter = Math.max(1, Math.round(Number((totalSteps / 4).toPrecision(2))));
  const longer =
    training.maxSteps !== undefined && training.maxSteps <= totalSteps ? 'maxSteps' : 'maxEpochs';
  const updates = `${formatCount(totalSteps)} update${totalSteps === 1 ? '' : 's'}`;
  return `training ends after ${updates}, inside the warm-up of ${formatCount(warmupSteps)}: \
the learning rate reaches ${share}% of its peak. Set schedule.warmupSteps to ${formatCount(shorter)} or so, \
or make more updates: a larger training.${longer} or smaller batches`;
}

/** Updates that a training makes at most, where that is known; an epoch has so many batches. */
export function totalSteps({ training }: TrainingConfig, epochLength: number): number | undefined {
  const { maxSteps, maxEpochs, accumulate } = training;
  const byEpochs = maxEpochs === undefined ? undefined : Math.ceil((maxEpochs * epochLength) / accumulate);
  if (maxSteps === undefined) return byEpochs;
  return byEpochs === undefined ? maxSteps : Math.min(maxSteps, byEpochs);
}
