// The mistakes in the building of a graph, told with the operator, its inputs, the line that asked.

import type { DType } from '../tensor/tensor.ts';
import { formatShape, type Shape } from './dim.ts';

/** A mistake in the building of a graph: names the operator, the shapes and the line that asked for it. */
export class GraphError extends Error {}

interface Typed {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What the rule makes of the inputs and attributes of a `type` node; where it throws, a GraphError. */
export function inferTypes<Input extends Typed, A, T>(
  type: string,
  rule: (inputs: readonly Input[], attributes: A) => T[],
  inputs: readonly (Input | null)[],
  attributes: A,
): T[] {
  try {
    return rule(inputs as readonly Input[], attributes);
  } catch (error) {
    const described = inputs.map((i) => (i === null ? '-' : `${i.dtype}${formatShape(i.shape)}`)).join(', ');
    throw new GraphError(`${type}(${described}): ${(error as Error).message} (${callSite()})`);
  }
}

/** The first line of the stack outside of graph/. */
function callSite(): string {
  const frames = new Error().stack?.split('\n').slice(1) ?? [];
  const outside = frames.find(
    (frame) => !/[\\/]graph[\\/](graph|graph-error|ops[\\/][^\\/]*)\.[tj]s/.test(frame),
  );
  return outside?.trim().replace(/^at /, '') ?? 'unknown place';
}
