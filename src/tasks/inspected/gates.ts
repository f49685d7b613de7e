// Gates on all heads of a model: g x + (1 − g) m of what a head gives, x. With g = 1 it is as it was; the gradient at g
// tells what the head is worth (Michel et al. 2019), and g = 0 leaves it out, for nothing or for its mean.
import { backward } from '../../autograd/backward.ts';
import type { Value } from '../../graph/graph.ts';
import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import { reduceMean } from '../../graph/ops/reduce.ts';
import type { HeadSummary } from '../../inspect/head-summary.ts';
import type { Edit, Scope } from '../../nn/scope.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import type { Ablation } from './ablations.ts';

const MIXED = /^(.*)\.mixed$/;

/** How heads are weighed. */
export interface WeighSettings {
  threads: number;
  ablate?: Ablation | undefined;
  /** Of steps that are as many as texts times what is done with each. */
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

/** Those of one attention: g [H, 1, 1] and m [H, 1, K′]. */
interface Gate {
  numHeads: number;
  width: number;
  factors: Float32Array;
  means: Float32Array;
  /** Over texts: Σ |∂L/∂g| [H], and Σ of the means over places of x [H, K′]. */
  gradients: Float64Array;
  sums: Float64Array;
}

/** Those of one graph. */
export interface GatedGraph {
  edit: Edit;
  /** By the names of `Gates.outputs`: gradients of a loss, and means over places of what heads give. */
  outputs(loss: Value): Record<string, Value>;
}

export class Gates {
  /** By the paths of their attention. */
  readonly #gates = new Map<string, Gate>();
  #texts = 0;

  /** Gates in a graph that is to be built. */
  in(scope: () => Scope): GatedGraph {
    const [factors, mixed] = [new Map<string, Value>(), new Map<string, Value>()];
    return {
      edit: (name, value) => {
        const [, path] = MIXED.exec(name) ?? [];
        if (path === undefined) return value;
        const [, numHeads, , width] = value.shape as [unknown, number, unknown, number];
        const { graph } = scope();
        const factor = graph.input(`gate/${path}`, 'float32', [numHeads, 1, 1]);
        const mean = graph.input(`mean/${path}`, 'float32', [numHeads, 1, width]);
        factors.set(path, factor);
        mixed.set(path, value);
        if (!this.#gates.has(path)) this.#gates.set(path, openGate(numHeads, width));
        return add(mul(value, factor), mul(mean, sub(1, factor)));
      },
      outputs: (loss) => {
        const paths = [...factors.keys()];
        const gradients = backward(loss, [...factors.values()]);
        return Object.fromEntries(
          paths.flatMap((path, i) => [
            [`gradient/${path}`, gradients[i]!],
            [`mixed/${path}`, reduceMean(mixed.get(path)!, [0, 2], false)],
          ]),
        );
      },
    };
  }

  /** The outputs to compute for `learn`. */
  get outputs(): string[] {
    return [...this.#gates.keys()].flatMap((path) => [`gradient/${path}`, `mixed/${path}`]);
  }

  /** What the graph takes beside. */
  feeds(): Feeds {
    return Object.fromEntries(
      [...this.#gates].flatMap(([path, { numHeads, width, factors, means }]) => [
        [`gate/${path}`, new Tensor('float32', factors.slice(), [numHeads, 1, 1])],
        [`mean/${path}`, new Tensor('float32', means, [numHeads, 1, width])],
      ]),
    );
  }

  /** Takes the outputs of one text, whose loss is a sum over `count`. */
  learn(found: Readonly<Record<string, Tensor>>, count: number): void {
    this.#texts++;
    for (const [path, { gradients, sums }] of this.#gates) {
      const own = found[`gradient/${path}`]!.data as Float32Array;
      for (const [h, g] of own.entries()) gradients[h]! += Math.abs(g) / count;
      const mean = found[`mixed/${path}`]!.data as Float32Array;
      for (const [u, x] of mean.entries()) sums[u]! += x;
    }
  }

  /** Writes the gradients of all texts into the heads' summaries, and has what stands for a head that is left out. */
  finish(heads: readonly HeadSummary[], ablate: Ablation | undefined): void {
    for (const summary of heads)
      summary.gradient = this.#gates.get(summary.path)!.gradients[summary.head - 1]! / this.#texts;
    if (ablate !== 'mean') return;
    for (const gate of this.#gates.values())
      gate.means = Float32Array.from(gate.sums, (x) => x / this.#texts);
  }

  /** What is found without a head. */
  async without<Found>({ path, head }: HeadSummary, find: () => Promise<Found>): Promise<Found> {
    const { factors } = this.#gates.get(path)!;
    factors[head - 1] = 0;
    try {
      return await find();
    } finally {
      factors[head - 1] = 1;
    }
  }
}

const openGate = (numHeads: number, width: number): Gate => ({
  numHeads,
  width,
  factors: new Float32Array(numHeads).fill(1),
  means: new Float32Array(numHeads * width),
  gradients: new Float64Array(numHeads),
  sums: new Float64Array(numHeads * width),
});
