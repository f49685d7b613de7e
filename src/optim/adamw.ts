// Adam with decoupled weight decay: p ← (1 − rate · weightDecay) p before Adam's update.
// Loshchilov and Hutter 2019, algorithm 2, with the rate as the schedule's multiplier (as PyTorch has it).
import { mul, sub } from '../graph/ops/elementwise.ts';
import { type AdamConfig, buildAdam, momentNames, updateAdam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamWConfig extends AdamConfig {
  weightDecay: number;
}

/** Adam that decays the parameters for which it is asked to. */
export function adamW(config: AdamWConfig): Optimizer {
  const { weightDecay } = config;
  return {
    name: 'adamw',
    stateNames: momentNames,
    update(parameter, gradient, state, options) {
      const shrink = options.decay ? 1 - options.learningRate * weightDecay : 1;
      updateAdam(config, parameter, gradient, state, options, shrink);
    },
    buildUpdate(values) {
      const { parameter, learningRate, decay } = values;
      const decayed = decay ? mul(parameter, sub(1, mul(learningRate, weightDecay))) : parameter;
      return buildAdam(config, values, decayed);
    },
  };
}
