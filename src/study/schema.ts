// A study's YAML: one base config, trained at each point of one or more grids, with every seed.
import { z } from 'zod';
import { refusing } from '../config/refuse.ts';
import { FIGURES, isFigure } from './outcome.ts';

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

/** A figure's name, as readOutcome gives it. */
const figureSchema = z.string().refine(isFigure, { error: `no figure; expected ${FIGURES}` });

const spreads = ['quartiles', 'bootstrap'] as const;
export type Spread = (typeof spreads)[number];

const reportSchema = z.strictObject({
  title: z.string().optional(),
  /** Figures as `SET.NAME`: `test.BLEU`, `valid.loss`; by default the one that the task is known by. */
  figures: z.array(figureSchema).min(1).optional(),
  /** What is told of the values of an arm's seeds: the quartiles around their median, or a 95% interval of the mean. */
  spread: z.enum(spreads).default('quartiles'),
  /** The arm that others are compared with, seed by seed. */
  baseline: choiceSchema.optional(),
  /**
   * The axis along which figures are drawn as lines, or the figure over which each arm is drawn as a point; without it
   * arms are drawn one below the other.
   */
  x: z.string().optional(),
  /** Over a figure: the arms that are joined by a line. An axis has a series for each of its points. */
  series: z.union([z.string(), z.record(z.string(), choiceSchema)]).optional(),
  xScale: z.enum(['linear', 'log']).default('linear'),
});

/** `1%` of the figure of the arm that is compared with, or so much of the figure itself. */
const marginSchema = z
  .union([
    z.number(),
    z.string().regex(/^[+-]?\d{1,9}(\.\d{1,9})?%$/, 'expected a number, or a percentage such as 1%'),
  ])
  .transform((margin) =>
    typeof margin === 'number'
      ? { size: margin, isRelative: false }
      : { size: Number(margin.slice(0, -1)) / 100, isRelative: true },
  );
export type Margin = z.output<typeof marginSchema>;

/** What a claim says of an arm and others. */
export const relations = ['below', 'above', 'ties'] as const;
export type Relation = (typeof relations)[number];

/** What a claim says of an arm alone. */
export const bounds = ['atLeast', 'atMost'] as const;
export type Bound = (typeof bounds)[number];

const othersSchema = z.union([choiceSchema, z.array(choiceSchema).min(1)]).optional();

/** What the study is to find out: how an arm's figure stands to that of others, seed by seed, or to a number. */
const claimSchema = z
  .strictObject({
    /** In words. */
    says: z.string().min(1),
    figure: figureSchema,
    /** Compares, instead of the figure itself, where on this axis it is best. */
    best: z.string().optional(),
    arm: choiceSchema,
    /** The arm or arms that it is compared with, each in one of these ways. */
    below: othersSchema,
    above: othersSchema,
    ties: othersSchema,
    /** How far below or above at least; what is below 0 says how much worse it may be. */
    by: marginSchema.optional(),
    /** How far apart at most. */
    within: marginSchema.refine(({ size }) => size >= 0, { error: 'expected at least 0' }).optional(),
    /** Instead of others: a number that the median of the arm's seeds is no less, or no more, than. */
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  })
  .superRefine((claim, context) => {
    const refuse = refusing(context);
    const { best, ties, by, within } = claim;
    const said = [...relations, ...bounds].filter((relation) => claim[relation] !== undefined);
    const isBound = (bounds as readonly string[]).includes(said[0] ?? '');
    if (said.length !== 1)
      refuse(
        said.slice(1, 2),
        `a claim has one of below, above, ties, atLeast and atMost; it has ${said.join(' and ') || 'none'}`,
      );
    else if (isBound && (best ?? by ?? within) !== undefined)
      refuse([said[0]!], 'is a number that one arm is held to: without best, by and within');
    else if (best !== undefined && (ties ?? by ?? within) !== undefined)
      refuse(['best'], 'a best value is below or above others by any amount: without ties, by and within');
    else if (ties !== undefined && within === undefined) refuse([], 'ties needs within, such as within: 1%');
    else if (ties !== undefined && by !== undefined)
      refuse(['by'], 'goes with below and above; ties has within');
    else if (ties === undefined && within !== undefined)
      refuse(['within'], 'goes with ties; below and above have by');
  });
export type ClaimConfig = z.output<typeof claimSchema>;

const seedsSchema = z.union([z.int().min(1).max(10_000), z.array(z.int().min(0)).min(1)]);

/** A config for training: a file, relative to the study's, or the name of one that comes with tx. */
const baseSchema = z.string().min(1).optional();

const gridSchema = z.strictObject({
  /** Instead of the study's. */
  base: baseSchema,
  /** For all runs of the grid, over those of the study. */
  settings: settingsSchema.default({}),
  axes: z.record(z.string(), axisSchema).default({}),
  /** Points that are left out. */
  exclude: z.array(choiceSchema).default([]),
  seeds: seedsSchema.optional(),
  report: reportSchema.prefault({}),
  claims: z.array(claimSchema).default([]),
});
export type GridConfig = z.output<typeof gridSchema>;

export const studySchema = z
  .strictObject({
    title: z.string().optional(),
    base: baseSchema,
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
  })
  .superRefine(({ base, grids }, context) => {
    const refuse = refusing(context);
    const without = Object.keys(grids).find((name) => grids[name]!.base === undefined);
    if (base === undefined && without !== undefined)
      refuse(['grids', without], 'has no base: give it one, or the study');
  });
export type StudyConfig = z.output<typeof studySchema>;

export const listSeeds = (seeds: number | readonly number[]): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : [...new Set(seeds)];
