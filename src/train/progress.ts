// The counters of training: all that a training state is besides tensors. Generators are functions of the seed, the
// epoch and the step. Read from a file they are untrusted: names of files among them, and counts that must agree.

import { z } from 'zod';
import { explain } from '../config/check.ts';
import { UserError } from '../util/errors.ts';
import { emptyWindow, windowSchema } from './window.ts';

const count = z.int().min(0);

/** A checkpoint's name with its step. */
const SNAPSHOT = /^step-(0|[1-9]\d{0,14})$/;
const stepOf = (snapshot: string): number => Number(snapshot.slice('step-'.length));

const progressSchema = z
  .strictObject({
    seed: count,
    step: count,
    /** The step after which the optimizer's state was zero: 0, or where training went back to bare parameters. */
    optimizerStart: count.default(0),
    /** Updates skipped in a row up to now. */
    skipped: count.default(0),
    /** The next batch. */
    data: z.strictObject({ epoch: count, position: count }),
    validations: count,
    /** Spent in training up to now. */
    seconds: z.number().min(0),
    /** What best.safetensors holds: its step, and its value in what the criterion of this signature measures. */
    best: z
      .strictObject({ value: z.number().nullable(), step: count, criterion: z.string().default('') })
      .nullable()
      // A value that was not finite is null in JSON, and nothing to compare with.
      .transform((best) => (best?.value == null ? null : { ...best, value: best.value })),
    /** Validations since the best one. */
    sinceBest: count,
    /** Names of the checkpoints kept for averaging, oldest first. */
    snapshots: z.array(z.string().regex(SNAPSHOT, 'expected names such as step-1200')),
    /** What the next line of metrics has so far. */
    window: windowSchema,
  })
  .superRefine((progress, context) => {
    const { step, data, window, snapshots } = progress;
    const refuse = (key: keyof Progress, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    const steps = snapshots.map(stepOf);
    if (steps.some((s, i) => s > step || s <= (steps[i - 1] ?? -1)))
      refuse('snapshots', `expected rising steps up to ${step}`);
    if (step > 0 !== (data.epoch > 0 || data.position > 0))
      refuse('data', `does not agree with step ${step}`);
    if (progress.optimizerStart > step) refuse('optimizerStart', `is after step ${step}`);
    if (progress.skipped > step) refuse('skipped', `is more than the ${step} steps`);
    if (window.updates + window.skipped > step) refuse('window', `has more updates than the ${step} steps`);
    if (progress.sinceBest > progress.validations)
      refuse('sinceBest', `is more than the ${progress.validations} validations`);
  });

export type Progress = z.output<typeof progressSchema>;

/** Nothing done yet. */
export function startProgress(seed: number): Progress {
  return {
    seed,
    step: 0,
    optimizerStart: 0,
    skipped: 0,
    data: { epoch: 0, position: 0 },
    validations: 0,
    seconds: 0,
    best: null,
    sinceBest: 0,
    snapshots: [],
    window: emptyWindow(),
  };
}

/**
 * The counters to go on with from the parameters alone: the optimizer begins anew. They tell nothing of the clock, so
 * that the same training gives the same files.
 */
export function withoutOptimizer(progress: Progress): Progress {
  return { ...progress, optimizerStart: progress.step, seconds: 0, window: emptyWindow() };
}

/** The counters in a checkpoint's metadata; a UserError that names `path` where they are not sound. */
export function parseProgress(json: string, path: string): Progress {
  const fail = (reason: string) => new UserError(`${path}: damaged or altered: tx.progress${reason}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw fail(' is not JSON');
  }
  const { data, error } = progressSchema.safeParse(value, { error: explain });
  if (data !== undefined) return data;
  const { path: keys, message } = error.issues[0]!;
  const place = keys.map((key) => `.${String(key)}`).join('');
  throw fail(`${place}: ${message.replace('Invalid input: ', '')}`);
}
