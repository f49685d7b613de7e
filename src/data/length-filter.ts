// Which sentence pairs to train on: by length in tokens (without eos), ratio of lengths, and repetition.
// Only training text is filtered; a pair is counted under the first reason that applies.
import { z } from 'zod';
import type { EncodedPairs } from './pairs.ts';

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

const REASONS = ['empty', 'too short', 'too long', 'unequal lengths', 'repeated'] as const;
export type DropReason = (typeof REASONS)[number];

export interface FilterResult {
  pairs: EncodedPairs;
  /** Positions of the kept pairs in the given corpus, ascending. */
  indices: number[];
  dropped: Record<DropReason, number>;
}

/** Keeps the pairs that satisfy every limit, in their order. */
export function filterPairs(corpus: EncodedPairs, options: FilterOptions): FilterResult {
  const dropped = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  const indices: number[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < corpus.src.length; i++) {
    const src = corpus.src.at(i);
    const tgt = corpus.tgt.at(i);
    let reason = checkLengths(src.length, tgt.length, options);
    if (reason === null && options.dropDuplicates) {
      const key = `${src.join(' ')}|${tgt.join(' ')}`;
      if (seen.has(key)) reason = 'repeated';
      seen.add(key);
    }
    if (reason === null) indices.push(i);
    else dropped[reason]++;
  }
  const pairs = { src: corpus.src.select(indices), tgt: corpus.tgt.select(indices) };
  return { pairs, indices, dropped };
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
export function formatFilterReport({ indices, dropped }: FilterResult): string {
  const number = (n: number) => n.toLocaleString('en-US');
  const total = REASONS.reduce((sum, reason) => sum + dropped[reason], 0);
  const kept = `kept ${number(indices.length)} of ${number(indices.length + total)} pairs`;
  if (total === 0) return kept;
  const reasons = REASONS.filter((reason) => dropped[reason] > 0)
    .sort((a, b) => dropped[b] - dropped[a])
    .map((reason) => `${number(dropped[reason])} ${reason}`);
  return `${kept}; dropped ${number(total)} (${reasons.join(', ')})`;
}
