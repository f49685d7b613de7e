// Which sentence pairs to train on: by length in tokens (without eos), ratio of lengths, and repetition.
// Only training text is filtered; a pair is counted under the first reason that applies.
import { z } from 'zod';
import { addPair, type EncodedPairs, pairAt, pairsOf } from './pairs.ts';
import { RowHashes } from './row-hashes.ts';
import { MemorySequencesBuilder } from './sequences.ts';

export const filterSchema = z
  .strictObject({
    /** Tokens of either side. Empty sides are dropped whatever the least length. */
    minLength: z.int().positive().default(1),
    maxLength: z.int().positive().default(100),
    /** The longer side's length over the shorter's; no limit by default. */
    maxRatio: z.number().min(1).optional(),
    /** Keeps the first of pairs whose both sides are equal. */
    dropDuplicates: z.boolean().default(false),
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, {
    error: 'minLength is above maxLength',
    path: ['minLength'],
  });
export type FilterOptions = z.output<typeof filterSchema>;

/**
 * Characters of a line beyond which it counts as too long whatever its tokens are: words without end take vocabularies
 * and tokenizers long, for what no model has places for.
 */
export const MAX_CHARACTERS = 100_000;

export const isEncodable = (line: string): boolean => line.length <= MAX_CHARACTERS;

export const dropReasons = ['empty', 'too short', 'too long', 'unequal lengths', 'repeated'] as const;
export type DropReason = (typeof dropReasons)[number];

/** How many pairs a filter has kept, and why it dropped the others. */
export interface FilterReport {
  kept: number;
  dropped: Record<DropReason, number>;
}

/** Takes pairs one by one. */
export class PairFilter {
  readonly report: FilterReport = { kept: 0, dropped: emptyCounts() };
  readonly #options: FilterOptions;
  readonly #seen = new RowHashes();

  constructor(options: FilterOptions) {
    this.#options = options;
  }

  /** Whether the pair satisfies every limit; it is counted. */
  keeps(src: ArrayLike<number>, tgt: ArrayLike<number>): boolean {
    let reason = checkLengths(src.length, tgt.length, this.#options);
    if (reason === null && this.#options.dropDuplicates && !this.#seen.add(src, tgt)) reason = 'repeated';
    if (reason === null) this.report.kept++;
    else this.report.dropped[reason]++;
    return reason === null;
  }
}

const emptyCounts = () =>
  Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as FilterReport['dropped'];

export interface FilterResult extends FilterReport {
  pairs: EncodedPairs;
}

/** Keeps, in memory, the pairs that satisfy every limit, in their order. */
export function filterPairs(pairs: EncodedPairs, options: FilterOptions): FilterResult {
  const filter = new PairFilter(options);
  const rows = new MemorySequencesBuilder();
  for (let i = 0; i < pairs.src.length; i++) {
    const pair = pairAt(pairs, i);
    if (filter.keeps(pair.src, pair.tgt)) addPair(rows, pair);
  }
  return { ...filter.report, pairs: pairsOf(rows.finish(), pairs.tags !== undefined) };
}

function checkLengths(src: number, tgt: number, options: FilterOptions): DropReason | null {
  const shorter = Math.min(src, tgt);
  const longer = Math.max(src, tgt);
  if (shorter === 0) return 'empty';
  if (shorter < options.minLength) return 'too short';
  if (longer > options.maxLength) return 'too long';
  if (options.maxRatio !== undefined && longer > options.maxRatio * shorter) return 'unequal lengths';
  return null;
}

/** One line such as `kept 28,990 of 29,000 pairs; dropped 10 (7 too long, 3 empty)`. */
export function formatFilterReport({ kept: count, dropped }: FilterReport): string {
  const number = (n: number) => n.toLocaleString('en-US');
  const total = dropReasons.reduce((sum, reason) => sum + dropped[reason], 0);
  const kept = `kept ${number(count)} of ${number(count + total)} pairs`;
  if (total === 0) return kept;
  const reasons = dropReasons
    .filter((reason) => dropped[reason] > 0)
    .sort((a, b) => dropped[b] - dropped[a])
    .map((reason) => `${number(dropped[reason])} ${reason}`);
  return `${kept}; dropped ${number(total)} (${reasons.join(', ')})`;
}
