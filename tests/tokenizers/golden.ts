// The stored results of Python's sentencepiece, and the toy corpus that most of them were trained on.
import { readFileSync } from 'node:fs';
import type { BpeOptions } from '../../src/tokenizers/bpe-trainer.ts';

export interface Training {
  name: string;
  lines: string[] | 'toy';
  options: BpeOptions;
  /** Pieces and scores as Python trained them. */
  vocabulary: [string, number][];
  /** Of the model that this project trained, and what Python encodes with that model. */
  sha256: string;
  ids: number[][];
  pieces: string[][];
  decoded: string[];
  /** Instead of all that where Python refuses the size: the largest it allows. */
  largest?: number;
}

interface Golden {
  samples: string[];
  trainings: Training[];
  models: Record<'bpe' | 'unigram' | 'bare', string>;
}

export const golden: Golden = JSON.parse(
  readFileSync(new URL('../reference/tokenizers/sentencepiece.json', import.meta.url), 'utf8'),
);

/** A model that is not trained here: what Python encodes with it for `outside.samples`, and its texts of some ids. */
export interface OutsideModel {
  name: string;
  model: string;
  ids: number[][];
  pieces: string[][];
  texts: [ids: number[], text: string][];
}

export const outside: { samples: string[]; models: OutsideModel[] } = JSON.parse(
  readFileSync(new URL('../reference/tokenizers/sentencepiece-outside.json', import.meta.url), 'utf8'),
);

export const toyLines = ['en', 'de'].flatMap((language) =>
  readFileSync(new URL(`../corpus/toy.${language}`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1),
);

export function linesOf(training: Training): string[] {
  return training.lines === 'toy' ? toyLines : training.lines;
}
