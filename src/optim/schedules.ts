// Learning-rate schedules: the rate of update n, counted from 1, with w warm-up updates and N updates in all.
//   noam         factor · D^−0.5 · min(n^−0.5, n w^−1.5)          Vaswani et al. 2017, equation 3
//   inverseSqrt  first + (peak − first) n / w, then peak · √(w / n)
//   constant     peak · min(1, n / w)
//   linear       peak · n / w, then peak + (min − peak) t          t = min(1, (n − f) / (N − f)), f = w or 0
//   cosine       peak · n / w, then min + (peak − min)(1 + cos πt) / 2   Loshchilov and Hutter 2017, equation 5
import { z } from 'zod';
import { UsageError } from '../util/errors.ts';
import { MAX_FLOAT32 } from './optimizer.ts';

const rate = z.number().gt(0).max(MAX_FLOAT32);
const decaying = {
  learningRate: rate,
  /** The rate at and after the last update. */
  minLearningRate: z.number().min(0).max(MAX_FLOAT32).default(0),
  warmupSteps: z.int().min(0).default(0),
  /** The share of totalSteps in which the rate rises, instead of their number. */
  warmupShare: z.number().gt(0).lt(1).optional(),
  /** Updates over which the rate falls; by default as many as the training has. */
  totalSteps: z.int().min(1).optional(),
  /** f: the end of warm-up, from which the rate falls; or the start, so that it steps down where warm-up ends. */
  decayFrom: z.enum(['warmup', 'start']).optional(),
};

export const scheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('noam'),
    factor: rate.default(1),
    warmupSteps: z.int().min(1).default(4000),
  }),
  z.strictObject({
    type: z.literal('inverseSqrt'),
    learningRate: rate,
    warmupSteps: z.int().min(1).default(4000),
    /** Where the warm-up begins. */
    warmupFrom: z.number().min(0).max(MAX_FLOAT32).default(0),
  }),
  z.strictObject({
    type: z.literal('constant'),
    learningRate: rate,
    warmupSteps: z.int().min(0).default(0),
  }),
  z.strictObject({ type: z.literal('linear'), ...decaying }),
  z.strictObject({ type: z.literal('cosine'), ...decaying }),
]);

export type ScheduleConfig = z.output<typeof scheduleSchema>;

/** The rate of an update, counted from 1. */
export type Schedule = (step: number) => number;

/** A schedule's rates; a UsageError where a falling one cannot know its end. */
export function buildSchedule(
  config: ScheduleConfig,
  { dModel, maxSteps }: { dModel: number; maxSteps?: number },
): Schedule {
  switch (config.type) {
    case 'noam': {
      const { factor, warmupSteps } = config;
      return (n) => factor * dModel ** -0.5 * Math.min(n ** -0.5, n * warmupSteps ** -1.5);
    }
    case 'inverseSqrt': {
      const { learningRate: peak, warmupSteps, warmupFrom } = config;
      return (n) =>
        n < warmupSteps
          ? warmupFrom + ((peak - warmupFrom) * n) / warmupSteps
          : peak * Math.sqrt(warmupSteps / n);
    }
    case 'constant': {
      const { learningRate, warmupSteps } = config;
      return (n) => learningRate * warmup(n, warmupSteps);
    }
    case 'linear':
      return falling(config, maxSteps, (t) => 1 - t);
    case 'cosine':
      return falling(config, maxSteps, (t) => (1 + Math.cos(Math.PI * t)) / 2);
  }
}

const warmup = (n: number, warmupSteps: number): number => (n < warmupSteps ? n / warmupSteps : 1);

type Falling = Extract<ScheduleConfig, { type: 'linear' | 'cosine' }>;

/** Warm-up, then from the peak (`shape` 1 at t = 0) to the smallest rate (0 at t = 1). */
function falling(
  { type, learningRate: peak, minLearningRate: min, warmupShare, totalSteps, decayFrom, ...config }: Falling,
  maxSteps: number | undefined,
  shape: (t: number) => number,
): Schedule {
  const total = totalSteps ?? maxSteps;
  if (total === undefined) {
    throw new UsageError(
      `schedule: ${type} needs to know its end: set schedule.totalSteps or training.maxSteps`,
    );
  }
  if (warmupShare !== undefined && config.warmupSteps > 0)
    throw new UsageError('schedule: give warmupSteps or warmupShare, not both');
  const warmupSteps = warmupShare === undefined ? config.warmupSteps : Math.floor(warmupShare * total);
  if (total <= warmupSteps) {
    throw new UsageError(
      `schedule.warmupSteps: ${warmupSteps} leaves nothing of ${total} updates for the rate to fall in`,
    );
  }
  const from = decayFrom === 'start' ? 0 : warmupSteps;
  return (n) => {
    if (n <= warmupSteps) return (peak * n) / warmupSteps;
    const t = Math.min(1, (n - from) / (total - from));
    return min + (peak - min) * shape(t);
  };
}
