// Control flow with subgraphs: Loop and If. Bodies may read values of the graphs around them.

import type { DType } from '../../tensor/tensor.ts';
import { formatShape, type Shape } from '../dim.ts';
import { Graph, type Rule, type Type, type Value } from '../graph.ts';

// Types of the outputs are declared by the builder: shapes may change from one iteration to the next.
const declared: Rule = (_, { types }) => types as unknown as Type[];
export const controlRules = { Loop: declared, If: declared } as const satisfies Record<string, Rule>;

/** One value that a loop hands from iteration to iteration; `shape` holds for every iteration. */
export interface Carried {
  name: string;
  initial: Value;
  shape: Shape;
}

export interface LoopStep {
  /** Scalar bool: whether to run another iteration. */
  condition: Value;
  carried: Value[];
}

/**
 * Runs `body` at most `maxIterations` times (int64 scalar), while its condition holds; returns the last carried
 * values. `finalShapes` are their shapes after the loop.
 */
export function loop(
  graph: Graph,
  maxIterations: Value,
  carried: readonly Carried[],
  finalShapes: readonly Shape[],
  body: (graph: Graph, iteration: Value, carried: Value[]) => LoopStep,
): Value[] {
  requireType(maxIterations, 'int64', 0, 'iterations');
  for (const { name, initial, shape } of carried) requireType(initial, initial.dtype, shape.length, name);
  const inner = new Graph(graph);
  const iteration = inner.input('iteration', 'int64', []);
  inner.input('condition', 'bool', []);
  const values = carried.map(({ name, initial, shape }) => inner.input(name, initial.dtype, shape));
  const step = body(inner, iteration, values);
  for (const [i, { name, initial }] of carried.entries())
    requireType(step.carried[i], initial.dtype, initial.rank, name);
  requireType(step.condition, 'bool', 0, 'condition');
  inner.outputs = [step.condition, ...step.carried];
  const types = carried.map(({ initial }, i) => ({ dtype: initial.dtype, shape: finalShapes[i]! }));
  const inputs = [maxIterations, graph.scalar(1, 'bool'), ...carried.map((c) => c.initial)];
  return graph.emit('Loop', controlRules.Loop, inputs, { body: inner, types: types as never });
}

/**
 * The values of `then` or of `otherwise`, by a bool scalar; both must give the same types. Only the branch that is
 * taken is computed.
 */
export function ifElse(
  condition: Value,
  then: (graph: Graph) => Value[],
  otherwise: (graph: Graph) => Value[],
): Value[] {
  requireType(condition, 'bool', 0, 'condition');
  const graph = condition.graph;
  const branches = [then, otherwise].map((build) => {
    const branch = new Graph(graph);
    branch.outputs = Graph.inBranch(branch, () => build(branch));
    return branch;
  });
  const types = branches[0]!.outputs.map(({ dtype, shape }) => ({ dtype, shape }));
  for (const [i, { dtype, shape }] of types.entries())
    requireType(branches[1]!.outputs[i], dtype, shape.length, `output ${i} of If`);
  const attributes = { then_branch: branches[0]!, else_branch: branches[1]!, types: types as never };
  return graph.emit('If', controlRules.If, [condition], attributes);
}

function requireType(value: Value | undefined, dtype: DType, rank: number, what: string): void {
  if (value?.dtype !== dtype) throw new Error(`${what}: expected ${dtype}, got ${value?.dtype ?? 'nothing'}`);
  if (value.rank !== rank) throw new Error(`${what}: expected rank ${rank}, got ${formatShape(value.shape)}`);
}
