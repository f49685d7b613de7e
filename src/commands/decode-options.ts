// What the commands that search with a trained run have in common: options of the search and of how lines come.
import type { Argv } from 'yargs';
import type { z } from 'zod';
import { explain } from '../config/check.ts';
import { type DecodeConfig, decodeSchema } from '../decode/config.ts';
import { MAX_THREADS, threadsSchema } from '../runtime/threads.ts';
import { UsageError } from '../util/errors.ts';
import { formatCount } from '../util/format.ts';
import { checkpointOption } from './locate.ts';

/** Lines that are read before they are answered together; see answerLines. */
const BUFFER_SIZE = 1024;
const MAX_BUFFER_SIZE = 1_000_000;

/** Options of every search; `nBest` says what several results of a line are. */
export function searchOptions<T>(yargs: Argv<T>, nBest: string) {
  return yargs
    .option('beam-size', beamSizeOption)
    .option('length-penalty', {
      type: 'number',
      requiresArg: true,
      describe: "Exponent of the length penalty [default: the run's]",
    })
    .option('n-best', { type: 'number', requiresArg: true, describe: nBest });
}

export const beamSizeOption = {
  type: 'number',
  requiresArg: true,
  describe: "Hypotheses kept [default: the run's]",
} as const;

export const ensembleOption = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  defaultDescription: 'none',
  describe: 'Another run that decides together with it; may be given several times',
} as const;

export const threadsOption = {
  type: 'number',
  default: 0,
  requiresArg: true,
  describe: 'Threads; 0 is one a core',
} as const;

/** A UsageError where `--threads` is no number that it takes. */
export function checkThreads(threads: number): void {
  if (threadsSchema.safeParse(threads).success) return;
  throw new UsageError(`--threads expects a whole number from 0 to ${MAX_THREADS}, not ${threads}`);
}

/** Options of every command that answers line by line. */
export function lineOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('buffer-size', {
      type: 'number',
      default: BUFFER_SIZE,
      requiresArg: true,
      describe: 'Lines taken together at most: fewer are shown sooner, more are searched faster',
    })
    .option('checkpoint', checkpointOption)
    .option('threads', threadsOption);
}

/** A UsageError where an option of `lineOptions` is no number that it takes. */
export function checkDecodeOptions({ bufferSize, threads }: { bufferSize: number; threads: number }): void {
  checkThreads(threads);
  if (Number.isInteger(bufferSize) && bufferSize >= 1 && bufferSize <= MAX_BUFFER_SIZE) return;
  const range = `from 1 to ${formatCount(MAX_BUFFER_SIZE)}`;
  throw new UsageError(`--buffer-size expects a whole number ${range}, not ${bufferSize}`);
}

const toOption = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

type Given<Config> = { [Key in keyof Config]?: Config[Key] | undefined };

/** The run's `decode` section with the options that were given; a UsageError that names them. */
export const mergeDecode = (own: DecodeConfig, options: Given<DecodeConfig>): DecodeConfig =>
  mergeSearch(decodeSchema, own, options);

/** The same for any search's section. */
export function mergeSearch<Config extends { nBest: number; beamSize: number }>(
  schema: z.ZodType<Config>,
  own: Config,
  options: Given<Config>,
): Config {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Config>;
  const merged: Config = { ...own, ...given };
  const parsed = schema.safeParse(merged, { error: explain });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const key = path[0] as keyof Config & string;
  if (merged.nBest > merged.beamSize && key === 'nBest') {
    const from = given.beamSize === undefined ? "the run's" : 'given';
    throw new UsageError(
      `--n-best ${merged.nBest} needs a --beam-size as large; ${from} is ${merged.beamSize}`,
    );
  }
  throw new UsageError(`${toOption(key)} ${merged[key]}: ${message}`);
}
