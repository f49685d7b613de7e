// What a run's folder tells of its training, as far as it can be read: the lines of metrics.jsonl and the sessions of
// run.json. A line that a crash cut short, or that is something else, is passed over.
import { z } from 'zod';
import { fileExists } from '../util/files.ts';
import { readDamagedText } from '../util/text.ts';
import type { RunFolder } from './run-folder.ts';

const numberOrNothing = z.number().optional().catch(undefined);
const textOrNothing = z.string().optional().catch(undefined);

/** A line of metrics.jsonl. Figures stand beside these keys, under their own names. */
const eventSchema = z.looseObject({
  event: textOrNothing,
  step: z.int().min(0).optional().catch(undefined),
  epoch: numberOrNothing,
  seconds: z.number().min(0).optional().catch(undefined),
  loss: numberOrNothing,
  metric: textOrNothing,
  score: numberOrNothing,
  set: textOrNothing,
  weights: textOrNothing,
  signature: textOrNothing,
  best: z.boolean().optional().catch(undefined),
});
export type RunEvent = z.output<typeof eventSchema>;

/** The events of a training, in their order, each with its line. */
export function readEventLines(path: string): { line: string; event: RunEvent }[] {
  if (!fileExists(path)) return [];
  return readDamagedText(path)
    .split('\n')
    .flatMap((line) => {
      const event = parseJson(eventSchema, line);
      return event === undefined ? [] : [{ line, event }];
    });
}

export const readEvents = ({ metrics }: RunFolder): RunEvent[] =>
  readEventLines(metrics).map(({ event }) => event);

/** The value of a figure that an event tells, by its own name or as the figure that the task is known by. */
export function figureOf(event: RunEvent, figure: string): number | undefined {
  const value = event[figure] ?? (event.metric === figure ? event.score : undefined);
  return typeof value === 'number' ? value : undefined;
}

/** Numbers of a line that are no figures. */
const OTHERS = new Set(['step', 'epoch', 'seconds', 'score']);

/** The figures of an event, that of the task under its own name. */
export function* figuresOf(event: RunEvent): Generator<[string, number]> {
  for (const key in event) {
    const value = event[key];
    if (typeof value === 'number' && !OTHERS.has(key)) yield [key, value];
  }
  const { metric, score } = event;
  if (metric !== undefined && score !== undefined && typeof event[metric] !== 'number') yield [metric, score];
}

const sessionSchema = z.looseObject({
  command: textOrNothing,
  started: textOrNothing,
  ended: textOrNothing,
  ending: z.enum(['running', 'finished', 'interrupted', 'failed']).optional().catch(undefined),
  fromStep: numberOrNothing,
  toStep: numberOrNothing,
  tx: textOrNothing,
  onnxruntime: textOrNothing,
  machine: z
    .looseObject({
      platform: textOrNothing,
      processor: textOrNothing,
      cores: numberOrNothing,
      memoryBytes: numberOrNothing,
      node: textOrNothing,
    })
    .optional()
    .catch(undefined),
  threads: numberOrNothing,
});
export type SessionRecord = z.output<typeof sessionSchema>;

const provenanceSchema = z.looseObject({
  parameters: numberOrNothing,
  kvBytesPerToken: numberOrNothing,
  data: z
    .record(z.string(), z.looseObject({ lines: numberOrNothing }))
    .optional()
    .catch(undefined),
  config: z.record(z.string(), z.string()).optional().catch(undefined),
  sessions: z.array(sessionSchema),
});
export type ProvenanceRecord = z.output<typeof provenanceSchema>;

/** run.json; undefined where it is damaged or not there. */
export function readProvenance({ provenance }: RunFolder): ProvenanceRecord | undefined {
  return fileExists(provenance) ? parseJson(provenanceSchema, readDamagedText(provenance)) : undefined;
}

/** What a JSON text says by a schema; undefined where it says something else. */
export function parseJson<T>(schema: z.ZodType<T>, json: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
