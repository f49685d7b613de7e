// How much memory a run of a graph takes: the most bytes that its values have at one time, when nodes run in order and
// what no later node reads is given back.

import { bytesOf } from '../tensor/tensor.ts';
import { type Dim, factorsOf, termsOf } from './dim.ts';
import { Graph, type Node, readsOf, type Type, type Value } from './graph.ts';

type Sizes = Readonly<Record<string, number>>;

/** What onnxruntime takes for a byte: it allocates in large pieces and keeps some. 1.1 to 1.5 where it was measured. */
const TAKEN = 1.2;
/** Operators whose result is their first input under another shape. */
const VIEWS = new Set(['Reshape', 'Unsqueeze', 'Squeeze', 'Identity']);
/** Operators that may write over an input which nothing else reads. */
const IN_PLACE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Relu',
  'Sqrt',
  'Neg',
  'Exp',
  'Log',
  'Tanh',
  'Sigmoid',
]);

/**
 * The peak in bytes for the given sizes, without parameters, with graph inputs and constants. Of a loop it is that of
 * one iteration. A size that is not given, such as the places that a cache holds so far, counts as the longest of those
 * that are, B apart.
 */
export function computePeakBytes(nodes: ReadonlySet<Node>, outputs: readonly Value[], sizes: Sizes): number {
  const byGraph = new Map<Graph, Node[]>();
  const constants = new Set<Value>();
  for (const node of nodes) {
    const own = byGraph.get(node.graph);
    if (own === undefined) byGraph.set(node.graph, [node]);
    else own.push(node);
    for (const input of node.inputs) if (input?.constant !== undefined) constants.add(input);
  }
  const measure = new Measure(byGraph, sizes);
  const root = outputs[0]!.graph.root;
  return TAKEN * (total(constants, sizes) + measure.peak(root, outputs));
}

const sizeInBytes = ({ dtype, shape }: Type, sizes: Sizes): number =>
  shape.reduce<number>((product, dim) => product * evaluate(dim, sizes), bytesOf[dtype]);

function evaluate(dim: Dim, sizes: Sizes): number {
  const { factor, names } = factorsOf(dim);
  const sizeOfName = (name: string): number =>
    sizes[name] ??
    termsOf(name)?.reduce<number>((sum, term) => sum + evaluate(term, sizes), 0) ??
    Math.max(1, ...Object.entries(sizes).map(([known, size]) => (known === 'B' ? 1 : size)));
  return names.reduce((product, name) => product * sizeOfName(name), factor);
}

const total = (values: Iterable<Type>, sizes: Sizes): number =>
  [...values].reduce((sum, value) => sum + sizeInBytes(value, sizes), 0);

class Measure {
  readonly #byGraph: ReadonlyMap<Graph, Node[]>;
  readonly #sizes: Sizes;

  constructor(byGraph: ReadonlyMap<Graph, Node[]>, sizes: Sizes) {
    this.#byGraph = byGraph;
    this.#sizes = sizes;
  }

  peak(graph: Graph, outputs: readonly Value[]): number {
    const nodes = [...(this.#byGraph.get(graph) ?? [])].sort((a, b) => a.id - b.id);
    /** The value whose memory another is. */
    const owners = new Map<Value, Value>();
    const ownerOf = (value: Value): Value => owners.get(value) ?? value;
    const lastUse = new Map<Value, number>();
    for (const [i, node] of nodes.entries()) {
      if (VIEWS.has(node.type)) owners.set(node.outputs[0]!, ownerOf(node.inputs[0]!));
      for (const value of readsOf(node)) lastUse.set(ownerOf(value), i);
    }
    for (const value of outputs) lastUse.set(ownerOf(value), nodes.length);
    const given = total(graph.inputs, this.#sizes);
    const live = new Map<Value, number>();
    let bytes = 0;
    let peak = 0;
    for (const [i, node] of nodes.entries()) {
      const ending = [...new Set(readsOf(node).map(ownerOf))].filter(
        (v) => lastUse.get(v) === i && live.has(v),
      );
      const made = VIEWS.has(node.type) ? 0 : total(node.outputs, this.#sizes);
      const reused = IN_PLACE.has(node.type) && ending.some((value) => live.get(value) === made) ? made : 0;
      peak = Math.max(peak, bytes + made - reused + this.#inside(node));
      if (!VIEWS.has(node.type)) {
        for (const value of node.outputs) live.set(value, sizeInBytes(value, this.#sizes));
      }
      bytes += made;
      const unread = node.outputs.filter((value) => live.has(value) && !lastUse.has(value));
      for (const value of [...ending, ...unread]) {
        bytes -= live.get(value)!;
        live.delete(value);
      }
    }
    return given + peak;
  }

  /** Of a node's subgraphs: the one that takes most. */
  #inside({ attributes }: Node): number {
    const subgraphs = Object.values(attributes).filter((attribute) => attribute instanceof Graph);
    return Math.max(0, ...subgraphs.map((graph) => this.peak(graph, graph.outputs)));
  }
}
