// The registry of metrics: what a command or a config may name. To add one: its file and a row here.
import type { z } from 'zod';
import { bleuOptions, buildBleu } from './bleu.ts';
import { buildChrf, chrfOptions } from './chrf.ts';
import type { Metric } from './metric.ts';
import { buildTer, terOptions } from './ter.ts';

interface MetricEntry {
  /** The settings with their defaults, a strict object. */
  options: z.ZodObject;
  /** The metric under settings; those left out take their defaults. A ZodError on a wrong one. */
  build(options?: Record<string, unknown>): Metric;
}

const rows = {
  bleu: { options: bleuOptions, build: buildBleu },
  chrf: { options: chrfOptions, build: buildChrf },
  ter: { options: terOptions, build: buildTer },
} satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof rows;
export const metrics: Record<MetricName, MetricEntry> = rows;
export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];
