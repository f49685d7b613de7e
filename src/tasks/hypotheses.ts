// What a search gives, as hypotheses: tokens and scores, and the error where there are none.
import type { Tensor } from '../runtime/session.ts';
import { UserError } from '../util/errors.ts';

export interface Found {
  /** Without bos and eos. */
  ids: number[];
  /** log p, or that by the length penalty. */
  score: number;
}

/**
 * The hypotheses of each row, best first, out of `sequences` [B, N, L], `scores` [B, N] and `lengths` [B, N]. Those
 * without a finite score are none.
 */
export function readHypotheses(result: Readonly<Record<string, Tensor>>): Found[][] {
  const [sequences, scores, lengths] = [result.sequences!, result.scores!, result.lengths!];
  const [rows, count, width] = sequences.dims as [number, number, number];
  const tokens = sequences.data as Int32Array;
  const hypothesis = (at: number): Found => {
    const start = at * width;
    const ids = Array.from(tokens.subarray(start, start + (lengths.data as Int32Array)[at]!));
    return { ids, score: (scores.data as Float32Array)[at]! };
  };
  return Array.from({ length: rows }, (_, b) =>
    Array.from({ length: count }, (_, n) => hypothesis(b * count + n)).filter(
      ({ score }) => score > Number.NEGATIVE_INFINITY,
    ),
  );
}

/** Finite parameters can be so large that a search finds nothing for an input. */
export function notScored(what: string, input: string): UserError {
  const start = JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input);
  return new UserError(
    `no ${what} ${start} has a finite score, as after a training that diverged; use another --checkpoint`,
  );
}
