// Reverse-mode differentiation, graph to graph: walks the nodes from the loss back and emits their gradients.
// It knows no operator (vjp.ts does) and no model.
import { formatShape, mulDims, type Shape } from '../graph/dim.ts';
import { type Node, readsOf, type Value } from '../graph/graph.ts';
import { GraphError } from '../graph/graph-error.ts';
import { add } from '../graph/ops/elementwise.ts';
import { scatterAdd } from '../graph/ops/indexing.ts';
import { matMul } from '../graph/ops/matmul.ts';
import { reduceSum } from '../graph/ops/reduce.ts';
import { expand, full, reshape } from '../graph/ops/shape.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { isFloat } from '../tensor/tensor.ts';
import { vjpOf } from './vjp.ts';

/**
 * Gradients of the scalar `loss` with respect to `wrt`, in that order; zeros for what the loss does not depend
 * on. Throws GraphError for an operator that must not be differentiated.
 */
export function backward(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.rank !== 0) throw new GraphError(`the loss must be a scalar, not ${formatShape(loss.shape)}`);
  const order = producersOf(loss);
  for (const node of order) refuseInside(node, wrt);
  const varying = dependents(order, wrt);
  const gradients = new Map<Value, Value>([[loss, loss.graph.scalar(1, loss.dtype)]]);
  for (const node of order) {
    if (!node.outputs.some((output) => varying.has(output))) continue;
    // The gradient of an output that belongs to another composite went through that one.
    const dys = node.outputs.map((output) => (output.producer === node ? gradients.get(output) : undefined));
    if (dys.every((dy) => dy === undefined)) continue;
    inputGradients(node, dys).forEach((gradient, i) => {
      const input = node.inputs[i];
      if (input == null || gradient === null || !varying.has(input)) return;
      const own = sumTo(gradient, input.shape);
      const known = gradients.get(input);
      gradients.set(input, known === undefined ? own : accumulate(known, own));
    });
  }
  return wrt.map((x) => expand(gradients.get(x) ?? zerosLike(x), x.shape));
}

function inputGradients(node: Node, dys: (Value | undefined)[]): (Value | null)[] {
  const rule = vjpOf(node.type);
  // An operator whose row is zero has no outputs that vary.
  if (typeof rule === 'string') throw new GraphError(`${node.type} cannot be differentiated`);
  const { attributes, outputs } = node;
  const inputs = node.inputs as readonly Value[];
  return rule({ node, inputs, outputs, attributes, dys, dy: dys[0] as Value });
}

/** a + b; a scatter into zeros becomes one into the other summand, without a pass over both. */
function accumulate(a: Value, b: Value): Value {
  for (const [sum, term] of [
    [a, b],
    [b, a],
  ] as const) {
    if (term.node?.type !== 'ScatterElements' || term.node.attributes.reduction !== 'add') continue;
    const { inputs, attributes } = term.node;
    if (isZero(inputs[0]!)) return scatterAdd(sum, inputs[1]!, inputs[2]!, attributes.axis as number);
  }
  return add(a, b);
}

const isZero = ({ node }: Value): boolean =>
  node?.type === 'ConstantOfShape' && (node.attributes.value as TensorData).data[0] === 0;

/**
 * All producers that `loss` depends on, users before what they read. Among those whose users are all there the one
 * made last comes first. Ids alone are no such order: the output of a composite may have had users before it was one.
 */
function producersOf(loss: Value): Node[] {
  const users = new Map<Node, number>();
  const read = (node: Node) => readsOf(node).flatMap(({ producer }) => producer ?? []);
  const first = loss.producer === undefined ? [] : [loss.producer];
  const stack = [...first];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const input of read(node)) {
      const count = users.get(input) ?? 0;
      users.set(input, count + 1);
      if (count === 0) stack.push(input);
    }
  }
  const order: Node[] = [];
  const ready = new Set(first);
  while (ready.size > 0) {
    const node = [...ready].reduce((a, b) => (b.id > a.id ? b : a));
    ready.delete(node);
    order.push(node);
    for (const input of read(node)) {
      const left = users.get(input)! - 1;
      users.set(input, left);
      if (left === 0) ready.add(input);
    }
  }
  if ([...users.values()].some((left) => left > 0)) throw new GraphError('a composite reads what it makes');
  return order;
}

/** A composite has one gradient, for its inputs: none for what is made inside of its region. */
function refuseInside(composite: Node, wrt: readonly Value[]): void {
  const seen = new Set<Value | null>(composite.inputs);
  const inside = (value: Value) =>
    value.node === undefined || vjpOf(value.node.type) === 'zero' ? [] : readsOf(value.node);
  const stack = composite.outputs.filter((output) => output.composite === composite).flatMap(inside);
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (wrt.includes(value))
      throw new GraphError(`no gradient for a value inside of ${composite.type}, only for its inputs`);
    stack.push(...inside(value));
  }
}

/** Float values that depend on one of `wrt`; `order` has users before what they read. */
function dependents(order: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const varying = new Set(wrt);
  for (const node of order.toReversed()) {
    if (vjpOf(node.type) === 'zero' || !readsOf(node).some((input) => varying.has(input))) continue;
    for (const output of node.outputs) if (isFloat(output.dtype)) varying.add(output);
  }
  return varying;
}

/** Undoes broadcasting: sums `gradient` down to `shape`. The one place where that happens. */
export function sumTo(gradient: Value, shape: Shape): Value {
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, i) =>
    i < extra || (shape[i - extra] === 1 && dim !== 1) ? [i] : [],
  );
  if (axes.length === 0) return gradient;
  const trailing = gradient.shape.slice(axes.length);
  if (axes.every((axis, i) => axis === i) && trailing.length === 1) {
    // A row of ones times the matrix: twice as fast as ReduceSum over rows.
    const rows = mulDims(...gradient.shape.slice(0, axes.length));
    const ones = full(gradient.graph, [1, rows], 1, gradient.dtype as 'float32');
    return reshape(matMul(ones, reshape(gradient, [rows, trailing[0]!])), shape);
  }
  return reshape(reduceSum(gradient, axes), shape);
}

const zerosLike = (x: Value): Value => full(x.graph, x.shape, 0, x.dtype as 'float32');
