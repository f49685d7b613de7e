// How a family of operators is declared: a table of type rules, and builders that emit nodes by name.

import type { DType } from '../../tensor/tensor.ts';
import { formatShape } from '../dim.ts';
import { type Attributes, Graph, type Operand, type Rule, Value } from '../graph.ts';

export type Rules = Readonly<Record<string, Rule>>;

/** The emitter of a family: node type, inputs, attributes → outputs. */
export function family<R extends Rules>(rules: R, domain = '') {
  return (type: keyof R & string, inputs: readonly (Value | null)[], attributes: Attributes = {}): Value[] =>
    graphOf(inputs).emit(type, rules[type]!, inputs, attributes, domain);
}

/** Composites have no rule of their own: their regions are typed operator by operator. */
export const region: Rule = () => [];

/** The innermost graph among the values. */
export function graphOf(values: readonly (Value | null)[]): Graph {
  const graphs = values.filter((v) => v !== null).map((v) => v!.graph);
  if (graphs.length === 0) throw new Error('an operator without inputs needs its graph');
  return graphs.reduce(Graph.deeper);
}

/** Numbers become scalar constants of the other operand's type. */
export function lift(a: Operand, b: Operand): [Value, Value] {
  if (a instanceof Value) return [a, b instanceof Value ? b : a.graph.scalar(b, a.dtype)];
  if (b instanceof Value) return [b.graph.scalar(a, b.dtype), b];
  throw new Error('at least one operand must be a value');
}

/** `axis` counted from the front; the rules check that it is there. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** `axis` counted from the front; it must lie within `rank`. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = fromFront(axis, rank);
  if (positive < 0 || positive >= rank) throw new Error(`axis ${axis} is outside of rank ${rank}`);
  return positive;
}

export function requireSameType(...values: Value[]): DType {
  const dtypes = new Set(values.map((v) => v.dtype));
  if (dtypes.size > 1) throw new Error(`element types differ: ${[...dtypes].join(', ')}`);
  return values[0]!.dtype;
}

export function requireType(value: Value, ...allowed: DType[]): void {
  if (!allowed.includes(value.dtype)) throw new Error(`expected ${allowed.join(' or ')}, got ${value.dtype}`);
}

export function mismatch(a: Value, b: Value, what: string): Error {
  return new Error(`${what}: ${formatShape(a.shape)} and ${formatShape(b.shape)} do not fit`);
}
