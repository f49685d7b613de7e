// Where layers declare parameters and dropout: a path in the model over one graph.
// A parameter's path is its checkpoint key and its name in every graph: `encoder.0.selfAttn.q.weight`.
import type { Dim } from '../graph/dim.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { mul, scaleBytes } from '../graph/ops/elementwise.ts';
import type { Initializer } from './initializers.ts';

export interface ParameterSpec {
  name: string;
  shape: readonly number[];
  initializer: Initializer;
}

/** A dropout place: bytes 0 or 1 are fed under `name`, a one with probability 1 − rate. */
export interface MaskSpec {
  name: string;
  rate: number;
  shape: readonly Dim[];
}

/** What building a model has declared. */
export interface Declarations {
  parameters: Map<string, ParameterSpec>;
  masks: MaskSpec[];
  /** Values worth looking at, by path: `decoder.1.crossAttn.weights`. Nothing computes one that no output asks for. */
  taps: Map<string, Value>;
}

/** What stands in for a value that is tapped, of its shape; the value itself where nothing does. */
export type Edit = (path: string, value: Value) => Value;

export class Scope {
  readonly graph: Graph;
  readonly declared: Declarations;
  readonly training: boolean;
  readonly #path: string;
  readonly #matrices: Initializer | undefined;
  readonly #edit: Edit | undefined;

  constructor(
    graph: Graph,
    options: { training: boolean; matrices?: Initializer | undefined; edit?: Edit | undefined },
    declared?: Declarations,
    path = '',
  ) {
    this.graph = graph;
    this.training = options.training;
    this.#matrices = options.matrices;
    this.#edit = options.edit;
    this.declared = declared ?? { parameters: new Map(), masks: [], taps: new Map() };
    this.#path = path;
  }

  /** The scope of a part. */
  at(part: string | number): Scope {
    return this.#derive(this.#matrices, this.#join(String(part)));
  }

  /** The same scope, in which matrices begin as `initializer` says, whatever layers choose for them. */
  withMatrices(initializer: Initializer): Scope {
    return this.#derive(initializer, this.#path);
  }

  parameter(name: string, shape: readonly number[], initializer: Initializer): Value {
    const full = this.#join(name);
    if (!this.declared.parameters.has(full)) {
      const own = shape.length > 1 ? (this.#matrices ?? initializer) : initializer;
      this.declared.parameters.set(full, { name: full, shape, initializer: own });
    }
    return this.graph.parameter(full, shape);
  }

  /** Inverted dropout, x · mask / (1 − rate), when training; the mask is an input of the graph. */
  dropout(x: Value, rate: number): Value {
    if (!this.training || rate === 0) return x;
    const name = `mask/${this.#path}`;
    this.declared.masks.push({ name, rate, shape: x.shape });
    const mask = this.graph.input(name, 'uint8', x.shape);
    return mul(x, scaleBytes(mask, 1 / (1 - rate)));
  }

  /** Makes a value known by its path, and gives it back, or what an edit puts in its place. */
  tap(name: string, value: Value): Value {
    const path = this.#join(name);
    const used = this.#edit === undefined ? value : this.#edit(path, value);
    this.declared.taps.set(path, used);
    return used;
  }

  #derive(matrices: Initializer | undefined, path: string): Scope {
    return new Scope(
      this.graph,
      { training: this.training, matrices, edit: this.#edit },
      this.declared,
      path,
    );
  }

  #join(part: string): string {
    return this.#path === '' ? part : `${this.#path}.${part}`;
  }
}
