// Initial values of parameters.
import type { Rng } from '../util/rng.ts';

export type Initializer = (shape: readonly number[], rng: Rng) => Float32Array;

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

export const zeros: Initializer = (shape) => new Float32Array(size(shape));
export const ones: Initializer = (shape) => new Float32Array(size(shape)).fill(1);

export const normal =
  (deviation: number): Initializer =>
  (shape, rng) =>
    new Float32Array(size(shape)).map(() => deviation * rng.normal());

/** Uniform in ±gain·√(6/(in + out)) for a weight [in, out]. Glorot and Bengio 2010, equation 16. */
export const xavierUniform =
  (gain = 1): Initializer =>
  (shape, rng) => {
    const bound = gain * Math.sqrt(6 / (shape[0]! + shape[1]!));
    return new Float32Array(size(shape)).map(() => bound * (2 * rng.float() - 1));
  };
