// One optimizer step: masks, forward and backward in the session, clipping, update in place.
import type { Batch } from '../data/batch.ts';
import { evaluateDim } from '../graph/dim.ts';
import type { MaskSpec } from '../nn/scope.ts';
import { accumulate } from '../optim/accumulate.ts';
import { clipScale, globalNorm } from '../optim/global-norm.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import { drawMask } from '../runtime/masks.ts';
import { type Feeds, type Session, Tensor } from '../runtime/session.ts';
import type { Rng } from '../util/rng.ts';
import { decays, type Parameters } from './parameters.ts';
import { gradientName } from './training-graph.ts';

export interface StepResult {
  /** Label-smoothed loss and negative log-likelihood, means over the target tokens, in nats. */
  loss: number;
  nll: number;
  tokens: number;
  /** Global norm of the gradients before clipping. */
  gradientNorm: number;
  /** Whether loss or gradient was not finite, so that nothing was changed. */
  skipped: boolean;
}

/** A batch as session inputs. */
export function batchFeeds({ rows, srcLength, tgtLength, src, tgtIn, tgtOut }: Batch): Feeds {
  return {
    src: new Tensor('int32', src, [rows, srcLength]),
    tgtIn: new Tensor('int32', tgtIn, [rows, tgtLength]),
    tgtOut: new Tensor('int32', tgtOut, [rows, tgtLength]),
  };
}

export class TrainStep {
  readonly parameters: Parameters;
  /** The optimizer's state: for each of its names, one array a parameter. */
  readonly state: ReadonlyMap<string, Float32Array[]>;
  readonly #session: Session;
  readonly #masks: readonly MaskSpec[];
  readonly #optimizer: Optimizer;
  readonly #clipNorm: number;
  #maskBytes = new Uint8Array(0);
  /** Milliseconds spent so far on drawing masks, in the session, and on clipping and updating. */
  readonly timings = { masks: 0, session: 0, update: 0 };

  constructor(
    session: Session,
    masks: readonly MaskSpec[],
    parameters: Parameters,
    optimizer: Optimizer,
    clipNorm: number,
  ) {
    this.#session = session;
    this.#masks = masks;
    this.parameters = parameters;
    this.#optimizer = optimizer;
    this.#clipNorm = clipNorm;
    const state = (name: string) =>
      [name, parameters.specs.map((spec) => stateOf(parameters, spec.name))] as const;
    this.state = new Map(optimizer.stateNames.map(state));
  }

  /**
   * Updates the parameters by the mean gradient over all tokens of `batches` (more than one: accumulation).
   * `step` counts from 1. A step whose loss or gradient is not finite changes nothing.
   */
  async run(batches: readonly Batch[], learningRate: number, step: number, rng: Rng): Promise<StepResult> {
    const tokens = batches.reduce((sum, batch) => sum + batch.tgtTokens, 0);
    let [loss, nll] = [0, 0];
    let gradients: Float32Array[] | undefined;
    for (const [i, batch] of batches.entries()) {
      const startedAt = performance.now();
      const masks = this.#drawMasks(batch, rng.split(i));
      const drawnAt = performance.now();
      const result = await this.#session.run({ ...batchFeeds(batch), ...masks, ...this.parameters.feeds });
      this.timings.masks += drawnAt - startedAt;
      this.timings.session += performance.now() - drawnAt;
      const share = batch.tgtTokens / tokens;
      loss += share * scalar(result.loss!);
      nll += scalar(result.nll!) / tokens;
      const own = this.parameters.specs.map(({ name }) => result[gradientName(name)]!.data as Float32Array);
      if (batches.length === 1) gradients = own;
      else {
        gradients ??= own.map((gradient) => new Float32Array(gradient.length));
        for (const [p, gradient] of own.entries()) accumulate(gradients[p]!, gradient, share);
      }
    }
    const startedAt = performance.now();
    const gradientNorm = globalNorm(gradients!);
    const skipped = !Number.isFinite(loss) || !Number.isFinite(gradientNorm);
    if (skipped) return { loss, nll, tokens, gradientNorm, skipped };
    const gradientScale = this.#clipNorm > 0 ? clipScale(gradientNorm, this.#clipNorm) : 1;
    this.parameters.specs.forEach((spec, i) => {
      const state = this.#optimizer.stateNames.map((stateName) => this.state.get(stateName)![i]!);
      const options = { learningRate, step, gradientScale, decay: decays(spec) };
      this.#optimizer.update(this.parameters.views.get(spec.name)!, gradients![i]!, state, options);
    });
    this.timings.update += performance.now() - startedAt;
    return { loss, nll, tokens, gradientNorm, skipped };
  }

  #drawMasks(batch: Batch, rng: Rng): Feeds {
    const sizes = { B: batch.rows, S: batch.srcLength, T: batch.tgtLength };
    const shapes = this.#masks.map(({ shape }) => shape.map((dim) => evaluateDim(dim, sizes)));
    const lengths = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    const total = lengths.reduce((a, b) => a + b, 0);
    if (this.#maskBytes.length < total) this.#maskBytes = new Uint8Array(total);
    const feeds: Feeds = {};
    let offset = 0;
    this.#masks.forEach(({ name, rate }, i) => {
      const bytes = this.#maskBytes.subarray(offset, (offset += lengths[i]!));
      drawMask(rng, rate, bytes);
      feeds[name] = new Tensor('uint8', bytes, shapes[i]!);
    });
    return feeds;
  }
}

const stateOf = (parameters: Parameters, name: string) =>
  new Float32Array(parameters.views.get(name)!.length);

const scalar = (tensor: Tensor): number => Number((tensor.data as Float32Array)[0]);
