// What heads do over texts, and what a model loses without each: by gradient, and by leaving it out.
import { backward } from '../../autograd/backward.ts';
import type { Value } from '../../graph/graph.ts';
import { add, mul, neg, sub } from '../../graph/ops/elementwise.ts';
import { reduceMean, reduceSum } from '../../graph/ops/reduce.ts';
import { HeadMeter, type HeadSummary } from '../../inspect/head-summary.ts';
import { type Feeds, Tensor } from '../../runtime/session.ts';
import { Inspector } from '../inspector.ts';
import type { Ablation } from './ablations.ts';
import type { InspectedModel, InspectInput } from './model.ts';
import { Scorer } from './scorer.ts';

export interface HeadSettings {
  threads: number;
  ablate?: Ablation | undefined;
  /** Of steps that are as many as texts times what is done with each. */
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

const MIXED = /^(.*)\.mixed$/;

/** Of all texts; importance where the model tells tokens. A UserError where it tells none and heads are to be left out. */
export async function summarizeHeads(
  path: string,
  model: InspectedModel,
  inputs: readonly InspectInput[],
  settings: HeadSettings,
): Promise<HeadSummary[]> {
  const { threads, ablate, signal, onProgress } = settings;
  const meter = new HeadMeter();
  const inspector = await Inspector.over(model, { parts: [], hidden: false, threads });
  try {
    for (const [i, input] of inputs.entries()) {
      signal.throwIfAborted();
      meter.add(await inspector.inspect(input));
      onProgress(i + 1, inputs.length);
    }
  } finally {
    await inspector.release();
  }
  const heads = meter.finish();
  if (model.telling === undefined && ablate === undefined) return heads;
  const gates = await Gates.open(path, model, heads, threads);
  try {
    await gates.measure(inputs, settings);
  } finally {
    await gates.release();
  }
  return heads;
}

/** The values of one attention's heads: factors [H, 1, 1], and what stands for them where these are 0 [H, 1, K′]. */
interface Gate {
  path: string;
  numHeads: number;
  width: number;
  factors: Float32Array;
  means: Float32Array;
}

class Gates {
  readonly #model: InspectedModel;
  readonly #scorer: Scorer;
  readonly #gates: Gate[];
  readonly #heads: HeadSummary[];

  private constructor(model: InspectedModel, scorer: Scorer, gates: Gate[], heads: HeadSummary[]) {
    this.#model = model;
    this.#scorer = scorer;
    this.#gates = gates;
    this.#heads = heads;
  }

  static async open(
    path: string,
    model: InspectedModel,
    heads: HeadSummary[],
    threads: number,
  ): Promise<Gates> {
    const gates: Gate[] = [];
    const [factors, mixed] = [new Map<string, Value>(), new Map<string, Value>()];
    const scorer = await Scorer.open(path, model, {
      threads,
      // g x + (1 − g) m of what heads give.
      edit: (scope) => (name, value) => {
        const [, at] = MIXED.exec(name) ?? [];
        if (at === undefined) return value;
        const [, numHeads, , width] = value.shape as [unknown, number, unknown, number];
        const { graph } = scope();
        const factor = graph.input(`gate/${at}`, 'float32', [numHeads, 1, 1]);
        const mean = graph.input(`mean/${at}`, 'float32', [numHeads, 1, width]);
        factors.set(at, factor);
        mixed.set(at, value);
        const ones = new Float32Array(numHeads).fill(1);
        gates.push({ path: at, numHeads, width, factors: ones, means: new Float32Array(numHeads * width) });
        return add(mul(value, factor), mul(mean, sub(1, factor)));
      },
      outputs: (_, logProbs) => {
        const paths = [...factors.keys()];
        const nll = neg(reduceSum(logProbs, [0], false));
        const gradients = backward(nll, [...factors.values()]);
        return Object.fromEntries(
          paths.flatMap((at, i) => [
            [`gradient/${at}`, gradients[i]!],
            [`mixed/${at}`, reduceMean(mixed.get(at)!, [0, 2], false)],
          ]),
        );
      },
    });
    return new Gates(model, scorer, gates, heads);
  }

  async release(): Promise<void> {
    await this.#scorer.release();
  }

  /** Writes the importance of each head into its summary. */
  async measure(inputs: readonly InspectInput[], settings: HeadSettings): Promise<void> {
    const whole = await this.#findGradients(inputs, settings);
    if (settings.ablate === undefined) return;
    if (settings.ablate === 'zero') for (const { means } of this.#gates) means.fill(0);
    let done = 0;
    for (const summary of this.#heads) {
      const { factors } = this.#gates.find(({ path }) => path === summary.path)!;
      factors[summary.head - 1] = 0;
      let [nll, count] = [0, 0];
      for (const input of inputs) {
        settings.signal.throwIfAborted();
        const scored = await this.#scorer.score(await this.#model.read(input), this.#feeds());
        nll += scored.nll;
        count += scored.count;
        settings.onProgress(++done, this.#heads.length * inputs.length);
      }
      summary.ablation = nll / count - whole;
      factors[summary.head - 1] = 1;
    }
  }

  /** Gradients, and the means of what heads give; the nats a token of the model as it is. */
  async #findGradients(inputs: readonly InspectInput[], { signal }: HeadSettings): Promise<number> {
    const outputs = this.#gates.flatMap(({ path }) => [`gradient/${path}`, `mixed/${path}`]);
    const sums = new Map(this.#gates.map(({ path, numHeads }) => [path, new Float64Array(numHeads)]));
    const means = new Map(this.#gates.map(({ path, means: { length } }) => [path, new Float64Array(length)]));
    let [nll, count, texts] = [0, 0, 0];
    for (const input of inputs) {
      signal.throwIfAborted();
      const scored = await this.#scorer.score(await this.#model.read(input), this.#feeds(), outputs);
      if (scored.count === 0) continue;
      nll += scored.nll;
      count += scored.count;
      texts++;
      for (const { path } of this.#gates) {
        const gradient = scored.found[`gradient/${path}`]!.data as Float32Array;
        for (const [h, g] of gradient.entries()) sums.get(path)![h]! += Math.abs(g) / scored.count;
        const mean = scored.found[`mixed/${path}`]!.data as Float32Array;
        for (const [u, x] of mean.entries()) means.get(path)![u]! += x;
      }
    }
    for (const summary of this.#heads) summary.gradient = sums.get(summary.path)![summary.head - 1]! / texts;
    for (const gate of this.#gates) gate.means = Float32Array.from(means.get(gate.path)!, (x) => x / texts);
    return nll / count;
  }

  #feeds(): Feeds {
    return Object.fromEntries(
      this.#gates.flatMap(({ path, numHeads, width, factors, means }) => [
        [`gate/${path}`, new Tensor('float32', factors.slice(), [numHeads, 1, 1])],
        [`mean/${path}`, new Tensor('float32', means, [numHeads, 1, width])],
      ]),
    );
  }
}
