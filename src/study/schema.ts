// A study's YAML: one base config, trained at each point of one or more grids, with every seed.
import { z } from 'zod';

/** Settings by their path, `model.dropout`, or nested as in a config. */
const settingsSchema = z.record(z.string(), z.unknown());
export type Settings = z.output<typeof settingsSchema>;

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Numbers from the first to the last, by adding a step or by multiplying with a factor. */
const rangeSchema = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    step: z.number().gt(0).optional(),
    factor: z.number().gt(1).optional(),
  })
  .refine(({ step, factor }) => (step === undefined) !== (factor === undefined), {
    error: 'a range needs step or factor, one of them',
  })
  .refine(({ from, to }) => from <= to, { error: 'from is above to', path: ['from'] })
  .refine(({ from, factor }) => factor === undefined || from > 0, {
    error: 'a range with a factor begins above 0',
    path: ['from'],
  });
export type Range = z.output<typeof rangeSchema>;

/**
 * An axis: values of the setting that it is named after, as a list or a range; or points, each of several settings that
 * move together, with names or without.
 */
const axisSchema = z.union([
  z.array(valueSchema).min(1),
  z.array(settingsSchema).min(1),
  rangeSchema,
  z.record(z.string(), settingsSchema),
]);
export type AxisConfig = z.output<typeof axisSchema>;

/** Points by the axes' labels: one label or several of each axis that is named. */
const choiceSchema = z.record(z.string(), z.union([valueSchema, z.array(valueSchema)]));
export type Choice = z.output<typeof choiceSchema>;

const spreads = ['quartiles', 'bootstrap'] as const;
export type Spread = (typeof spreads)[number];

const reportSchema = z.strictObject({
  title: z.string().optional(),
  /** Figures as `SET.NAME`: `test.BLEU`, `valid.loss`; by default the one that the task is known by. */
  figures: z.array(z.string()).min(1).optional(),
  /** What is told of the values of an arm's seeds: the quartiles around their median, or a 95% interval of the mean. */
  spread: z.enum(spreads).default('quartiles'),
  /** The arm that others are compared with, seed by seed. */
  baseline: choiceSchema.optional(),
  /** The axis along which figures are drawn as lines; without it they are drawn as points. */
  x: z.string().optional(),
  xScale: z.enum(['linear', 'log']).default('linear'),
});

const seedsSchema = z.union([z.int().min(1).max(10_000), z.array(z.int().min(0)).min(1)]);

const gridSchema = z.strictObject({
  /** For all runs of the grid, over those of the study. */
  settings: settingsSchema.default({}),
  axes: z.record(z.string(), axisSchema).default({}),
  /** Points that are left out. */
  exclude: z.array(choiceSchema).default([]),
  seeds: seedsSchema.optional(),
  report: reportSchema.prefault({}),
});
export type GridConfig = z.output<typeof gridSchema>;

export const studySchema = z.strictObject({
  title: z.string().optional(),
  /** A config for training: a file, relative to the study's, or the name of one that comes with tx. */
  base: z.string(),
  /** For all runs. */
  settings: settingsSchema.default({}),
  /** How many seeds, from 1, or which. */
  seeds: seedsSchema.default(1),
  grids: z
    .record(
      z.string().regex(/^[\w][\w.-]*$/, 'expected a name of letters, digits, dots and dashes'),
      gridSchema,
    )
    .refine((grids) => Object.keys(grids).length > 0, { error: 'a study needs a grid' }),
});
export type StudyConfig = z.output<typeof studySchema>;

export const listSeeds = (seeds: number | readonly number[]): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : [...new Set(seeds)];
