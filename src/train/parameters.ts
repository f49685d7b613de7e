// A model's parameters in one flat buffer, with a view and a session input for each.
import type { ParameterSpec } from '../nn/scope.ts';
import { Tensor } from '../runtime/session.ts';
import { findNonFinite, type TensorData } from '../tensor/tensor.ts';
import { UserError } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';

/** Whether weight decay acts on a parameter: weights decay; biases and norms, which are vectors, do not. */
export const decays = ({ shape }: { shape: readonly number[] }): boolean => shape.length > 1;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class Parameters {
  readonly specs: readonly ParameterSpec[];
  /** Those that training changes. */
  readonly trained: readonly ParameterSpec[];
  readonly flat: Float32Array;
  readonly views: ReadonlyMap<string, Float32Array>;
  /** Session inputs over the same memory: what an update writes, the next run reads. */
  readonly feeds: Readonly<Record<string, Tensor>>;

  constructor(specs: Iterable<ParameterSpec>, isFrozen: (name: string) => boolean = () => false) {
    this.specs = [...specs];
    this.trained = this.specs.filter(({ name }) => !isFrozen(name));
    this.flat = new Float32Array(this.specs.reduce((sum, spec) => sum + size(spec.shape), 0));
    const views = new Map<string, Float32Array>();
    const feeds: Record<string, Tensor> = {};
    let offset = 0;
    for (const { name, shape } of this.specs) {
      const view = this.flat.subarray(offset, (offset += size(shape)));
      views.set(name, view);
      feeds[name] = new Tensor('float32', view, [...shape]);
    }
    this.views = views;
    this.feeds = feeds;
  }

  get count(): number {
    return this.flat.length;
  }

  /** Initial values; each parameter draws from a generator of its own name. */
  initialize(rng: Rng): void {
    for (const { name, shape, initializer } of this.specs) {
      this.views.get(name)!.set(initializer(shape, rng.split(name)));
    }
  }

  /** Takes values by name; a UserError as from assignTensors. */
  assign(tensors: ReadonlyMap<string, TensorData>, source: string): void {
    assignTensors(this.tensors(), tensors, source);
  }

  /** The values by name, for a file. */
  tensors(): Map<string, TensorData> {
    return new Map(
      this.specs.map(({ name, shape }) => [
        name,
        { dtype: 'float32', dims: [...shape], data: this.views.get(name)! },
      ]),
    );
  }
}

/**
 * Puts values into the arrays of `targets`, all of them or none. A UserError naming `source` where one is missing, has
 * another shape, or holds NaN or ∞.
 */
export function assignTensors(
  targets: ReadonlyMap<string, TensorData>,
  tensors: ReadonlyMap<string, TensorData>,
  source: string,
): void {
  const found = new Map<string, TensorData>();
  for (const [name, { dims }] of targets) {
    const tensor = tensors.get(name);
    const needed = `model and optimizer need float32 [${dims}]`;
    if (tensor === undefined) throw new UserError(`${source}: ${name} is missing; ${needed}`);
    if (tensor.dtype !== 'float32' || tensor.dims.join() !== dims.join())
      throw new UserError(`${source}: ${name} is ${tensor.dtype} [${tensor.dims}]; ${needed}`);
    found.set(name, tensor);
  }
  const spoilt = findNonFinite(found);
  if (spoilt !== undefined)
    throw new UserError(`${source}: ${spoilt} holds NaN or ∞: the training had diverged`);
  for (const [name, { data }] of found) (targets.get(name)!.data as Float32Array).set(data as Float32Array);
}
