// An optimizer as one ONNX model over all parameters, for runtimes other than this one.
import { exportModel } from '../graph/export.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { mul } from '../graph/ops/elementwise.ts';
import type { ModelProto } from '../onnx/schema.ts';
import type { Optimizer } from './optimizer.ts';

export interface UpdatedParameter {
  name: string;
  shape: readonly number[];
  decay: boolean;
  /** What its learning rate is multiplied by; 1 by default. */
  rate?: number;
}

/**
 * Inputs: each parameter under its name, `grad/<name>`, `<state>/<name>`, and the scalars `learningRate`,
 * `gradientScale` (float32) and `step` (int64, from 1). Outputs: `next/<name>` and `next/<state>/<name>`.
 */
export function buildUpdateModel(optimizer: Optimizer, parameters: readonly UpdatedParameter[]): ModelProto {
  const graph = new Graph();
  const learningRate = graph.input('learningRate', 'float32', []);
  const gradientScale = graph.input('gradientScale', 'float32', []);
  const step = graph.input('step', 'int64', []);
  const outputs: Record<string, Value> = {};
  for (const { name, shape, decay, rate = 1 } of parameters) {
    const parameter = graph.parameter(name, shape);
    const gradient = graph.input(`grad/${name}`, 'float32', shape);
    const state = optimizer.stateNames.map((s) => graph.input(`${s}/${name}`, 'float32', shape));
    const next = optimizer.buildUpdate({
      parameter,
      gradient,
      state,
      learningRate: rate === 1 ? learningRate : mul(learningRate, rate),
      step,
      gradientScale,
      decay,
    });
    outputs[`next/${name}`] = next.parameter;
    optimizer.stateNames.forEach((s, i) => {
      outputs[`next/${s}/${name}`] = next.state[i]!;
    });
  }
  return exportModel(graph, { outputs }).model;
}
