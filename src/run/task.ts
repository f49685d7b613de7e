// What a system is for: where its text comes from, how lines become ids, and how outputs are judged. A task is one
// file and one row in tasks.ts; training and prediction know no other difference between them.
import type { DataConfig } from '../data/config.ts';
import type { ParallelText } from '../data/parallel.ts';
import type { SplitName } from '../data/typescript-messages.ts';
import type { Constraint } from '../decode/constraint.ts';
import type { Score } from '../metrics/metric.ts';
import type { Sampling } from '../tokenizers/bpe-encoder.ts';
import type { Restored } from '../trees/repair.ts';
import type { Languages } from './languages.ts';

/** A split as its files have it, and line by line as the model has it. */
export interface TaskText {
  raw: ParallelText;
  text: ParallelText;
}

export interface Pair {
  src: ArrayLike<number>;
  tgt: ArrayLike<number>;
}

/** The model's lines and ids. */
export interface Codec {
  /** Ids of a source line, without bos and eos. */
  encodeSource(line: string): ArrayLike<number>;
  /** Ids of a pair; with `sampling`, cut at random by BPE-dropout. */
  encodePair(src: string, tgt: string, sampling?: Sampling): Pair;
  /** The target line of ids. */
  decode(ids: number[]): string;
}

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

export interface Task {
  /** The figure's name, such as BLEU. */
  readonly metric: string;
  read(data: DataConfig, split: SplitName): TaskText;
  /** A source line as a person writes it, in the model's form. */
  prepare(line: string): string;
  /** Whether a line can be what `prepare` makes of one; a guess, since not all steps can be undone. */
  isPrepared(line: string): boolean;
  /** The model's target line, for the prepared source line, as a person reads it. */
  present(output: string, source: string): Presented;
  /** The lines that vocabularies are trained on. */
  vocabularyText(text: ParallelText): ParallelText;
  codec(languages: Languages): Codec;
  /** What outputs must keep to, where the config asks for it. */
  constraint(languages: Languages): Constraint | undefined;
  /** All that scores depend on beside the outputs, such as the metric's signature and the text compared. */
  scoring(): string;
  /** Scores the model's outputs for the held-out lines `text`. */
  judge(outputs: readonly string[], text: TaskText): Judged;
}
