// The optimizers by name, and the `optimizer:` section of a config. The `schedule:` section is in schedules.ts.
import { z } from 'zod';
import { adam } from './adam.ts';
import { adamW } from './adamw.ts';
import { MAX_FLOAT32, type Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

export { buildSchedule, type Schedule, type ScheduleConfig, scheduleSchema } from './schedules.ts';

const beta = z.number().min(0).lt(1);

const shared = {
  /** Gradients whose global norm is larger are scaled down to it; 0: none are. */
  clipNorm: z.number().min(0).default(0),
  /** What rates are multiplied by from layer to layer below the head; 1 where it is not given. */
  layerDecay: z.number().gt(0).max(1).optional(),
  /** What rates are multiplied by, by patterns of parameters' paths as `init.freeze` has them; the first that fits. */
  rates: z.record(z.string(), z.number().gt(0).max(1e6)).optional(),
};

const adamKeys = {
  betas: z.tuple([beta, beta]).default([0.9, 0.999]),
  /** float32 has no numbers much below: with 0 a parameter without a gradient would become NaN. */
  epsilon: z.number().min(1e-30).max(MAX_FLOAT32).default(1e-8),
  /** Whether the moments' start at zero is made up for. */
  biasCorrection: z.boolean().default(true),
};

export const optimizerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('adam'), ...adamKeys, ...shared }),
  z.strictObject({
    type: z.literal('adamw'),
    ...adamKeys,
    weightDecay: z.number().min(0).max(MAX_FLOAT32).default(0.01),
    ...shared,
  }),
  z.strictObject({ type: z.literal('sgd'), momentum: z.number().min(0).lt(1).default(0), ...shared }),
]);

export type OptimizerConfig = z.output<typeof optimizerSchema>;

type Builders = {
  [T in OptimizerConfig['type']]: (config: Extract<OptimizerConfig, { type: T }>) => Optimizer;
};
const optimizers: Builders = { adam, adamw: adamW, sgd };

/** The optimizer that a config asks for. */
export function buildOptimizer(config: OptimizerConfig): Optimizer {
  const build = optimizers[config.type] as (config: OptimizerConfig) => Optimizer;
  return build(config);
}
