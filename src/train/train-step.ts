// One optimizer step: masks, forward and backward in the session, clipping, update in place.
import type { Batch } from '../data/batch.ts';
import { evaluateDim } from '../graph/dim.ts';
import type { MaskSpec } from '../nn/scope.ts';
import type { Objective } from '../objectives/objective.ts';
import { accumulate } from '../optim/accumulate.ts';
import { clipScale, globalNorm } from '../optim/global-norm.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import { ALONE, type Group } from '../runtime/group.ts';
import { drawMask } from '../runtime/masks.ts';
import { type Feeds, Tensor } from '../runtime/session.ts';
import type { Rng } from '../util/rng.ts';
import { Gradients, type Reduction } from './gradients.ts';
import { addTotals, computeMeans, type Totals } from './means.ts';
import { decays, type Parameters } from './parameters.ts';
import { sumTotals } from './ranks.ts';
import type { SumsSession } from './sums-session.ts';
import { gradientName, scaleName } from './training-graph.ts';

export interface StepResult {
  /** The objective's sums over the update's batches, and the weights that they are means over. */
  sums: Totals;
  weights: Totals;
  loss: number;
  /** Global norm of the gradients that are used, before clipping. */
  gradientNorm: number;
  /** Whether loss or gradient was not finite, so that nothing was changed. */
  skipped: boolean;
}

/** A batch as session inputs. */
export const batchFeeds = ({ inputs }: Batch): Feeds =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, data, dims }]) => [
      name,
      new Tensor(dtype, data as Int32Array, [...dims]),
    ]),
  );

export interface StepOptions {
  group?: Group;
  reduction?: Reduction | undefined;
  /** Updates before a parameter is trained; until then it has no part in the norm of the gradients. */
  opensAfter?: (parameter: string) => number;
}

export class TrainStep {
  readonly parameters: Parameters;
  /** The optimizer's state: for each of its names, one array a parameter that is trained. */
  readonly state: ReadonlyMap<string, Float32Array[]>;
  readonly #objective: Objective;
  readonly #session: SumsSession;
  readonly #masks: readonly MaskSpec[];
  readonly #optimizer: Optimizer;
  readonly #clipNorm: number;
  /** Of each parameter that is trained: what its learning rate is multiplied by. */
  readonly #rates: readonly number[];
  /** Of each as well: the updates before it is trained. */
  readonly #opensAfter: readonly number[];
  readonly #group: Group;
  readonly #gradients: Gradients;
  /** Of a batch to come. */
  #prepared: { batch: Batch; masks: Feeds } | undefined;
  #maskBytes = new Uint8Array(0);
  /** Milliseconds spent so far on drawing masks, in the session, and on clipping and updating. */
  readonly timings = { masks: 0, session: 0, update: 0 };

  constructor(
    objective: Objective,
    session: SumsSession,
    masks: readonly MaskSpec[],
    parameters: Parameters,
    optimizer: Optimizer,
    clipNorm: number,
    rateOf: (parameter: string) => number = () => 1,
    { group = ALONE, reduction, opensAfter = () => 0 }: StepOptions = {},
  ) {
    this.#objective = objective;
    this.#session = session;
    this.#masks = masks;
    this.parameters = parameters;
    this.#optimizer = optimizer;
    this.#clipNorm = clipNorm;
    this.#rates = parameters.trained.map(({ name }) => rateOf(name));
    this.#opensAfter = parameters.trained.map(({ name }) => opensAfter(name));
    this.#group = group;
    this.#gradients = new Gradients(parameters, group, reduction);
    const state = (name: string) =>
      [name, parameters.trained.map((spec) => stateOf(parameters, spec.name))] as const;
    this.state = new Map(optimizer.stateNames.map(state));
  }

  /**
   * Updates the parameters by the gradient of the loss over all of `batches` (more than one: accumulation), those of
   * the other ranks among them (see Shares): their weights are added up first, so that each batch's gradient is a
   * share of the whole one.
   * `step` counts from 1. A step whose loss or gradient is not finite changes nothing. `meanwhile` is done while ranks
   * sum their gradients.
   */
  async run(
    batches: readonly Batch[],
    learningRate: number,
    step: number,
    rng: Rng,
    meanwhile: () => Promise<void> = async () => {},
  ): Promise<StepResult> {
    const group = this.#group;
    const weights: Totals = {};
    for (const batch of batches) addTotals(weights, batch.weights);
    await sumTotals(group, weights, Object.keys(weights));
    const scales = this.#scales(weights);
    const sums: Totals = {};
    let gradients: Float32Array[] | undefined;
    for (const [i, batch] of batches.entries()) {
      const startedAt = performance.now();
      const { masks } =
        i === 0 && this.#prepared?.batch === batch
          ? this.#prepared
          : { masks: await this.#drawMasks(batch, rng.split(group.rank + i * group.size)) };
      const drawnAt = performance.now();
      const feeds = { ...batchFeeds(batch), ...masks, ...scales, ...this.parameters.feeds };
      const result = await this.#session.run(feeds);
      this.timings.masks += drawnAt - startedAt;
      this.timings.session += performance.now() - drawnAt;
      addTotals(sums, readSums(this.#objective, result));
      const own = this.parameters.trained.map(({ name }) => result[gradientName(name)]!.data as Float32Array);
      if (gradients === undefined) gradients = this.#gradients.begin(own, batches.length);
      else for (const [p, gradient] of own.entries()) accumulate(gradients[p]!, gradient);
    }
    await Promise.all([this.#gradients.sum(), meanwhile()]);
    await sumTotals(group, sums, Object.keys(sums));
    const { loss } = computeMeans(this.#objective, sums, weights);
    const startedAt = performance.now();
    const isOpen = (i: number) => step > this.#opensAfter[i]!;
    const gradientNorm = globalNorm(gradients!.filter((_, i) => isOpen(i)));
    const skipped = !Number.isFinite(loss) || !Number.isFinite(gradientNorm);
    if (skipped) return { sums, weights, loss, gradientNorm, skipped };
    const gradientScale = this.#clipNorm > 0 ? clipScale(gradientNorm, this.#clipNorm) : 1;
    for (const [i, spec] of this.parameters.trained.entries()) {
      if (!isOpen(i)) continue;
      const state = this.#optimizer.stateNames.map((stateName) => this.state.get(stateName)![i]!);
      const rate = learningRate * this.#rates[i]!;
      const own = step - this.#opensAfter[i]!;
      const options = { learningRate: rate, step: own, gradientScale, decay: decays(spec) };
      this.#optimizer.update(this.parameters.views.get(spec.name)!, gradients![i]!, state, options);
    }
    this.timings.update += performance.now() - startedAt;
    return { sums, weights, loss, gradientNorm, skipped };
  }

  /** What each term's sum is multiplied by, so that all of them add up to the loss. */
  #scales(weights: Readonly<Totals>): Feeds {
    return Object.fromEntries(
      Object.entries(this.#objective.terms).map(([term, { per, scale }]) => {
        const weight = weights[per]!;
        const share = Float32Array.of(weight === 0 ? 0 : scale / weight);
        return [scaleName(term), new Tensor('float32', share, [])];
      }),
    );
  }

  /** The masks of an update's first batch, drawn before its run, which gets the same generator; `pause` comes between. */
  async prepare(batch: Batch, rng: Rng, pause: () => Promise<void>): Promise<void> {
    const masks = await this.#drawMasks(batch, rng.split(this.#group.rank), pause);
    this.#prepared = { batch, masks };
  }

  async #drawMasks({ sizes }: Batch, rng: Rng, pause?: () => Promise<void>): Promise<Feeds> {
    const shapes = this.#masks.map(({ shape }) => shape.map((dim) => evaluateDim(dim, sizes)));
    const lengths = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    const total = lengths.reduce((a, b) => a + b, 0);
    if (this.#maskBytes.length < total) this.#maskBytes = new Uint8Array(total);
    const feeds: Feeds = {};
    let offset = 0;
    for (const [i, { name, rate }] of this.#masks.entries()) {
      await pause?.();
      const bytes = this.#maskBytes.subarray(offset, (offset += lengths[i]!));
      drawMask(rng, rate, bytes);
      feeds[name] = new Tensor('uint8', bytes, shapes[i]!);
    }
    return feeds;
  }
}

const stateOf = (parameters: Parameters, name: string) =>
  new Float32Array(parameters.views.get(name)!.length);

/** The terms and statistics that a graph gave. */
export function readSums({ terms, statistics }: Objective, result: Readonly<Feeds>): Totals {
  const names = Object.keys({ ...terms, ...statistics });
  return Object.fromEntries(names.map((name) => [name, Number(result[name]!.data[0])]));
}
