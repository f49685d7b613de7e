// A graph as an ONNX model: what the outputs need, in topological order, under readable names.

import type { NodeProto, TensorProto, ValueInfoProto } from '../onnx/schema.ts';
import {
  type AttributeProto,
  AttributeType,
  type GraphProto,
  IR_VERSION,
  type ModelProto,
} from '../onnx/schema.ts';
import type { TensorData } from '../tensor/tensor.ts';
import { onnxTypeCode } from '../tensor/tensor.ts';
import { type Attribute, Graph, type Node, type Value } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { computePeakBytes } from './memory.ts';

const OPSET = 20;
/** Facts for type rules, of which the specification knows nothing. */
const INTERNAL = new Set(['target', 'extent', 'depth', 'types']);

export interface ExportOptions {
  outputs: Readonly<Record<string, Value>>;
  /** Parameters to be stored inside the model; the others become inputs. */
  weights?: ReadonlyMap<string, TensorData>;
  metadata?: Readonly<Record<string, string>>;
}

export interface ExportedModel {
  model: ModelProto;
  inputs: Value[];
  /** Those that the outputs need, stored or not. */
  parameters: Value[];
  /** Memory that a run takes beside the parameters, for the given sizes (see computePeakBytes). */
  peakBytes(sizes: Readonly<Record<string, number>>): number;
}

/** The model that computes the named outputs; inputs and parameters that they do not need are left out. */
export function exportModel(graph: Graph, { outputs, weights, metadata = {} }: ExportOptions): ExportedModel {
  const named = Object.entries(outputs);
  const needed = new Set<Value>();
  const nodes = new Set<Node>();
  collect(
    named.map(([, value]) => value),
    needed,
    nodes,
  );
  const writer = new Writer(nodes);
  const renamed = named.map(([name, value]) => writer.output(name, value));
  const exported = new Set(named.map(([, value]) => value));
  const main = [...nodes].filter((node) => node.graph === graph);
  const parameters = [...graph.parameters.values()].filter((p) => needed.has(p));
  const inputs = [
    ...graph.inputs.filter((input) => needed.has(input)),
    ...parameters.filter((p) => weights?.has(p.name!) !== true),
  ];
  const initializers = [...needed]
    .filter((v) => v.constant !== undefined)
    .map((v) => tensorProto(v.constant!, writer.name(v)));
  for (const parameter of parameters) {
    const data = weights?.get(parameter.name!);
    if (data !== undefined) initializers.push(tensorProto(data, parameter.name!));
  }
  const proto: GraphProto = {
    name: 'tx',
    node: [...sorted(main).map((node) => writer.node(node)), ...renamed.flatMap((r) => r.nodes)],
    initializer: initializers,
    input: inputs.map((value) => valueInfo(value, value.name!)),
    output: named.map(([name, value]) => valueInfo(value, name)),
    // Symbolic shapes of everything: with them a runtime knows where a result can take an operand's memory.
    value_info: main.flatMap((node) =>
      node.outputs
        .filter((value) => !exported.has(value))
        .map((value) => valueInfo(value, writer.name(value))),
    ),
  };
  const model: ModelProto = {
    ir_version: IR_VERSION,
    producer_name: 'tx',
    opset_import: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: proto,
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
  // Asked for with every batch, and sizes come again.
  const known = new Map<string, number>();
  const peakBytes: ExportedModel['peakBytes'] = (sizes) => {
    const key = JSON.stringify(sizes);
    const bytes = known.get(key) ?? computePeakBytes(nodes, Object.values(outputs), sizes);
    known.set(key, bytes);
    return bytes;
  };
  return { model, inputs, parameters, peakBytes };
}

/** The nodes that `outputs` need, subgraphs included. */
export function collectNodes(outputs: readonly Value[]): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  collect(outputs, new Set(), nodes);
  return nodes;
}

/** Marks everything that `roots` depend on, subgraphs included. */
function collect(roots: readonly Value[], values: Set<Value>, nodes: Set<Node>): void {
  const stack = [...roots];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (values.has(value)) continue;
    values.add(value);
    const node = value.node;
    if (node === undefined || nodes.has(node)) continue;
    nodes.add(node);
    for (const input of node.inputs) if (input !== null) stack.push(input);
    for (const attribute of Object.values(node.attributes)) {
      if (attribute instanceof Graph) stack.push(...attribute.outputs);
    }
  }
}

const sorted = (nodes: Node[]): Node[] => nodes.sort((a, b) => a.id - b.id);

class Writer {
  readonly #nodes: ReadonlySet<Node>;
  readonly #outputs = new Map<Value, string>();

  constructor(nodes: ReadonlySet<Node>) {
    this.#nodes = nodes;
  }

  /** Gives a value the name of a graph output; what has a name already is passed through Identity. */
  output(name: string, value: Value): { nodes: NodeProto[] } {
    if (value.node !== undefined && value.name === undefined && !this.#outputs.has(value)) {
      this.#outputs.set(value, name);
      return { nodes: [] };
    }
    const input = [this.name(value)];
    const node = {
      op_type: 'Identity',
      domain: '',
      name: `output ${name}`,
      input,
      output: [name],
      attribute: [],
    };
    return { nodes: [node] };
  }

  name(value: Value): string {
    const name = this.#outputs.get(value) ?? value.name;
    if (name !== undefined)
      return value.graph.parent === undefined ? name : `${name}/${value.graph.inputs[0]?.id}`;
    return value.constant !== undefined ? `constant_${value.id}` : `${value.node!.type}_${value.id}`;
  }

  node(node: Node): NodeProto {
    return {
      op_type: node.type,
      domain: node.domain,
      name: `${node.type} ${node.id}`,
      input: node.inputs.map((input) => (input === null ? '' : this.name(input))),
      output: node.outputs.map((output) => this.name(output)),
      attribute: Object.entries(node.attributes).flatMap(([name, value]) =>
        value === undefined || INTERNAL.has(name) ? [] : [this.#attribute(name, value)],
      ),
    };
  }

  #attribute(name: string, value: Attribute): AttributeProto {
    if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
    if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
    if (value instanceof Graph) return { name, type: AttributeType.GRAPH, g: this.#subgraph(value) };
    if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
    if ('data' in value) return { name, type: AttributeType.TENSOR, t: tensorProto(value, '') };
    return { name, type: AttributeType.INTS, ints: [...value] };
  }

  #subgraph(graph: Graph): GraphProto {
    const own = sorted([...this.#nodes].filter((node) => node.graph === graph));
    const nodes = own.map((node) => this.node(node));
    // An output must be computed inside: what comes from elsewhere, or twice, is passed through Identity.
    const seen = new Set<Value>();
    const outputs = graph.outputs.map((value) => {
      const inside = value.node?.graph === graph && !seen.has(value);
      seen.add(value);
      if (inside) return valueInfo(value, this.name(value));
      const name = `output_${value.id}_${graph.nextId()}`;
      nodes.push({
        op_type: 'Identity',
        domain: '',
        name,
        input: [this.name(value)],
        output: [name],
        attribute: [],
      });
      return valueInfo(value, name);
    });
    const input = graph.inputs.map((value) => valueInfo(value, this.name(value)));
    return {
      name: `subgraph ${graph.inputs[0]?.id ?? graph.nextId()}`,
      node: nodes,
      initializer: [],
      input,
      output: outputs,
      value_info: [],
    };
  }
}

function valueInfo(value: Value, name: string): ValueInfoProto {
  const dim = value.shape.map((d) => (typeof d === 'number' ? { dim_value: d } : { dim_param: d }));
  return { name, type: { tensor_type: { elem_type: onnxTypeCode[value.dtype], shape: { dim } } } };
}

function tensorProto({ dtype, dims, data }: TensorData, name: string): TensorProto {
  const size = dims.reduce((a, b) => a * b, 1);
  if (size !== data.length)
    throw new GraphError(`tensor ${name}: ${data.length} elements for shape [${dims}]`);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: [...dims], data_type: onnxTypeCode[dtype], raw_data: raw };
}
