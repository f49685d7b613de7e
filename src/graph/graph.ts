// Values, nodes and graphs. A graph is built by operator functions (ops/), never executed here.
// Equal nodes are made once (hash-consing), so common subexpressions never exist twice; nodes that no output
// needs are left out on export. A node lives in the innermost graph that one of its inputs lives in, so what
// does not depend on a loop's values is computed outside of it; the nodes of an If's branch stay in the branch.

import { type DType, type TensorData, type TypedArray, toTypedArray } from '../tensor/tensor.ts';
import { formatShape, type Shape } from './dim.ts';
import { GraphError, inferTypes } from './graph-error.ts';
import { literalKey, nodeKey } from './hash-consing.ts';

export type Attribute = number | string | readonly number[] | { readonly float: number } | Graph | TensorData;
export type Attributes = Readonly<Record<string, Attribute | undefined>>;
export type Operand = Value | number;

export interface Type {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What an operator makes of its inputs: one type an output. Throws where they do not fit. */
export type Rule = (inputs: readonly Value[], attributes: Attributes) => Type[];

export interface Node {
  readonly id: number;
  readonly type: string;
  readonly domain: string;
  /** `null` marks an optional input that is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: Value[];
  readonly graph: Graph;
  /** Of a composite: values of its region that its gradient reads. */
  readonly reads?: readonly Value[];
}

/** One tensor of a graph: a graph input, a parameter, a constant or a node's output. */
export class Value implements Type {
  readonly id: number;
  readonly graph: Graph;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly constant: TensorData | undefined;
  readonly node: Node | undefined;
  /** A node that stands for a whole region with a gradient of its own (see `Graph.composite`). */
  composite: Node | undefined;
  /** Set for inputs, parameters and values asked for by name; other names are made on export. */
  name: string | undefined;

  constructor(graph: Graph, type: Type, origin: { name?: string; node?: Node; constant?: TensorData }) {
    this.id = graph.nextId();
    this.graph = graph;
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.name = origin.name;
    this.node = origin.node;
    this.constant = origin.constant;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The operator of this value for differentiation: a composite hides the region that computes it. */
  get producer(): Node | undefined {
    return this.composite ?? this.node;
  }
}

export class Graph {
  readonly parent: Graph | undefined;
  readonly inputs: Value[] = [];
  readonly parameters = new Map<string, Value>();
  readonly nodes: Node[] = [];
  outputs: Value[] = [];
  readonly #depth: number;
  readonly #cache = new Map<string, Node>();
  readonly #constants = new Map<string, Value>();
  readonly #dimensions = new Map<string, { value: Value; axis: number }>();
  #lastId = 0;
  /** Of the root: the branch of an If that is being built. */
  #branch: Graph | undefined;

  constructor(parent?: Graph) {
    this.parent = parent;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
  }

  get root(): Graph {
    return this.parent === undefined ? this : this.parent.root;
  }

  /** Ids grow with creation over a graph and its subgraphs: nodes come after what they read, composites aside. */
  nextId(): number {
    return ++this.root.#lastId;
  }

  /** Declares a graph input; names in `shape` are sizes known at run time. */
  input(name: string, dtype: DType, shape: Shape): Value {
    if (this.inputs.some((input) => input.name === name))
      throw new GraphError(`input ${name} declared twice`);
    const value = new Value(this, { dtype, shape }, { name });
    this.inputs.push(value);
    shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !this.#dimensions.has(dim)) this.#dimensions.set(dim, { value, axis });
    });
    return value;
  }

  /** Declares a trainable tensor, or returns the one declared before under that name. */
  parameter(name: string, shape: readonly number[], dtype: DType = 'float32'): Value {
    if (this.parent !== undefined) return this.parent.parameter(name, shape, dtype);
    const known = this.parameters.get(name);
    if (known !== undefined) {
      if (formatShape(known.shape) !== formatShape(shape)) {
        throw new GraphError(
          `parameter ${name} has shape ${formatShape(known.shape)}, not ${formatShape(shape)}`,
        );
      }
      return known;
    }
    const value = new Value(this, { dtype, shape }, { name });
    this.parameters.set(name, value);
    return value;
  }

  /** A literal tensor; equal literals are one value. */
  constant(data: TypedArray | readonly number[], dims: readonly number[], dtype: DType): Value {
    if (this.parent !== undefined) return this.parent.constant(data, dims, dtype);
    const array = Array.isArray(data) ? toTypedArray(data, dtype) : (data as TypedArray);
    const key = literalKey(dtype, dims, array, this.#constants.size);
    let value = this.#constants.get(key);
    if (value === undefined) {
      value = new Value(this, { dtype, shape: dims }, { constant: { dtype, dims, data: array } });
      this.#constants.set(key, value);
    }
    return value;
  }

  scalar(x: number, dtype: DType): Value {
    return this.constant([x], [], dtype);
  }

  /** Where the named size can be read off at run time: the input and the axis, or undefined. */
  dimensionSource(name: string): { value: Value; axis: number } | undefined {
    return this.#dimensions.get(name) ?? this.parent?.dimensionSource(name);
  }

  /** Makes a node, or finds the equal one made before. */
  emit(
    type: string,
    rule: Rule,
    inputs: readonly (Value | null)[],
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const { owner, key, known } = this.#place(type, inputs, attributes, domain);
    if (known !== undefined) return known.outputs;
    const types = inferTypes(type, rule, inputs, attributes);
    const node: Node = { id: this.nextId(), type, domain, inputs, attributes, outputs: [], graph: owner };
    node.outputs.push(...types.map((t) => new Value(owner, t, { node })));
    owner.nodes.push(node);
    owner.#cache.set(key, node);
    return node.outputs;
  }

  /**
   * Makes what `build` makes of `inputs` one operator to differentiation: its row in the gradient table replaces the
   * walk through the region. Equal composites are made once. The row gets `reads`, values of the region, as they are.
   * A value that belongs to a composite already, since its region was built before, stays with that one.
   */
  composite(
    type: string,
    inputs: readonly Value[],
    attributes: Attributes,
    build: () => { outputs: Value[]; reads: readonly Value[] },
  ): Node {
    const domain = 'tx';
    const { owner, key, known } = this.#place(type, inputs, attributes, domain);
    if (known !== undefined) return known;
    const region = build();
    const node: Node = { id: this.nextId(), type, domain, inputs, attributes, graph: owner, ...region };
    for (const output of node.outputs) output.composite ??= node;
    owner.#cache.set(key, node);
    return node;
  }

  /** Where a node belongs, its key there, and the equal node made before. */
  #place(type: string, inputs: readonly (Value | null)[], attributes: Attributes, domain: string) {
    const natural = innermost(this, readsOf({ inputs, attributes }));
    const branch = this.root.#branch;
    const owner = branch?.isWithin(natural) ? branch : natural;
    const key = nodeKey(domain, type, inputs, attributes, (attribute) => attribute instanceof Graph);
    return { owner, key, known: owner.#find(key, natural) };
  }

  /** The equal node made before, here or in the graphs around up to `outermost`. */
  #find(key: string, outermost: Graph): Node | undefined {
    const known = this.#cache.get(key);
    if (known !== undefined || this === outermost || this.parent === undefined) return known;
    return this.parent.#find(key, outermost);
  }

  /** Runs `build` with its nodes placed in `branch`, even those that read nothing of it: they run only if it does. */
  static inBranch<T>(branch: Graph, build: () => T): T {
    const { root } = branch;
    const before = root.#branch;
    root.#branch = branch;
    try {
      return build();
    } finally {
      root.#branch = before;
    }
  }

  /** Whether this graph is `other` or inside of it. */
  isWithin(other: Graph): boolean {
    return this === other || (this.parent?.isWithin(other) ?? false);
  }

  static deeper(a: Graph, b: Graph): Graph {
    return b.#depth > a.#depth ? b : a;
  }
}

function innermost(fallback: Graph, inputs: readonly Value[]): Graph {
  const graphs = inputs.filter((i) => i.constant === undefined).map((i) => i.graph);
  return graphs.length === 0 ? fallback : graphs.reduce(Graph.deeper);
}

/** All that a node reads: its inputs, and what its subgraphs take from the graphs around them. */
export function readsOf({ inputs, attributes }: Pick<Node, 'inputs' | 'attributes'>): Value[] {
  const subgraphs = Object.values(attributes).filter((attribute) => attribute instanceof Graph);
  return [...inputs.filter((input) => input !== null), ...subgraphs.flatMap(captured)];
}

function captured(graph: Graph): Value[] {
  const seen = new Set<Value>();
  const stack = [...graph.outputs];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.node !== undefined && value.graph.isWithin(graph)) stack.push(...readsOf(value.node));
  }
  return [...seen].filter((value) => !value.graph.isWithin(graph));
}
