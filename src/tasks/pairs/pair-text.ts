// The text of a task that turns a source into a target: where it comes from, how lines become ids, and how outputs are
// judged. Training and prediction know no other difference between such tasks.

import type { Pair, SpecialIds } from '../../data/pairs.ts';
import type { ParallelText } from '../../data/sources/source.ts';
import type { SplitName } from '../../data/typescript-messages.ts';
import type { Constraint } from '../../decode/constraint.ts';
import type { Score } from '../../metrics/metric.ts';
import type { Sampling } from '../../tokenizers/bpe-encoder.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { Restored } from '../../trees/repair.ts';

/** The sides of a pair, in the order in which a tokenizer of both is trained on them. */
export const sides = ['src', 'tgt'] as const;

/** A split as its files have it, and line by line as the model has it. */
export interface SplitText {
  raw: ParallelText;
  text: ParallelText;
}

export interface PairTokenizers {
  src: Tokenizer;
  tgt: Tokenizer;
  ids: SpecialIds;
}

/** The model's lines and ids. */
export interface Codec {
  /** Whether pairs have tags: classes of source tokens, ids of the target's tokenizer. */
  isTagged?: boolean;
  /** Ids of a source line, without bos and eos. */
  encodeSource(line: string): ArrayLike<number>;
  /** Ids of a pair; with `sampling`, cut at random. */
  encodePair(src: string, tgt: string, sampling?: PairSampling): Pair;
  /** The target line of ids. */
  decode(ids: number[]): string;
}

/** How either side is cut at random, where it is. */
export type PairSampling = Readonly<Record<'src' | 'tgt', Sampling | undefined>>;

export interface Judged {
  score: Score;
  signature: string;
  /** Both as they were compared. */
  hypotheses: string[];
  references: string[];
}

export interface Presented {
  text: string;
  /** Where outputs are trees: the one over the source's words, and its repairs. A source without words has none. */
  parse?: Restored;
}

/** All groups of a split as one. */
export async function collectSplit(groups: AsyncIterable<SplitText>): Promise<SplitText> {
  const all: SplitText[] = [];
  for await (const group of groups) all.push(group);
  const join = (of: 'raw' | 'text') => ({
    src: all.flatMap((group) => group[of].src),
    tgt: all.flatMap((group) => group[of].tgt),
  });
  return { raw: join('raw'), text: join('text') };
}

export interface PairText {
  /** The figure's name, such as BLEU. */
  readonly metric: string;
  /** What decides, beside a split's own source, how its lines look, as JSON. */
  readonly form: unknown;
  /** A split group by group; a UserError where the config has none of that name. */
  open(split: SplitName): AsyncIterable<SplitText>;
  /** All of a split. */
  read(split: SplitName): Promise<SplitText>;
  /** A source line as a person writes it, in the model's form. */
  prepare(line: string): string;
  /** The same of a target line; a UserError where it is none. */
  prepareTarget(line: string): string;
  /** Whether a line can be what `prepare` makes of one; a guess, since not all steps can be undone. */
  isPrepared(line: string): boolean;
  /** The model's target line, for the prepared source line, as a person reads it. */
  present(output: string, source: string): Presented;
  /** Lines that tokenizers are trained on beside those of the text. */
  readonly beside: ParallelText;
  codec(tokenizers: PairTokenizers): Codec;
  /** What outputs must keep to, where the config asks for it. */
  constraint(tokenizers: PairTokenizers): Constraint | undefined;
  /** All that scores depend on beside the outputs, such as the metric's signature and the text compared. */
  scoring(): string;
  /** Doubts about how outputs will be judged against these references. */
  doubts(references: readonly string[]): string[];
  /** Scores the model's outputs for the held-out lines `text`. */
  judge(outputs: readonly string[], text: SplitText): Judged;
}
