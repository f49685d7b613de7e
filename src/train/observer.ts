// What training tells while it runs. The events are also the lines of metrics.jsonl, but for samples of outputs. Figures
// are NaN where nothing finite was measured.
import type { Figures } from './means.ts';
import type { Sample } from './system.ts';

/** In a line of metrics it is `tokensPerSecond`, or what the unit makes of it. */
export interface Speed {
  unit: string;
  perSecond: number;
}

export interface StepEvent {
  event: 'step';
  step: number;
  epoch: number;
  /** Means since the last such event: the loss, and the objective's terms and statistics by name. */
  figures: Figures;
  gradientNorm: number;
  /** Updates since the last such event that were not made: their loss or gradient was not finite. */
  skipped: number;
  learningRate: number;
  /** What the loss is a mean over, such as target tokens without padding, a second. */
  speed: Speed;
  seconds: number;
}

export interface ValidationEvent {
  event: 'validation';
  step: number;
  epoch: number;
  /**
   * On the validation set: as for a step, `perplexity` where the objective tells its logarithm, `nll` of tokens, and what
   * the evaluator tells beside the score.
   */
  figures: Figures;
  /** The task's figure, such as BLEU, where outputs were searched. */
  metric?: string;
  score?: number;
  samples?: readonly Sample[];
  best: boolean;
  seconds: number;
}

export interface ResultEvent {
  event: 'result';
  /** Which parameters were scored: `best`, `averaged`. */
  weights: string;
  set: 'valid' | 'test';
  metric: string;
  score: number;
  /** What the evaluator tells beside it. */
  figures?: Readonly<Record<string, number>>;
  signature: string;
  samples?: readonly Sample[] | undefined;
  seconds: number;
}

export type TrainEvent = StepEvent | ValidationEvent | ResultEvent;

export interface TrainObserver {
  /** A line for people. */
  note(text: string): void;
  /** The same of something that is likely a mistake. */
  warn(text: string): void;
  /** Something countable other than training goes on. */
  progress(what: string, done: number, total: number): void;
  /** After every update: where training is, out of which total and with how much time left where that is known. */
  tick(state: {
    step: number;
    totalSteps: number | undefined;
    secondsLeft: number | undefined;
    epoch: number;
    loss: number;
    learningRate: number;
    speed: Speed;
  }): void;
  event(event: TrainEvent): void;
}

/** Tells nobody. */
export const SILENT: TrainObserver = {
  note: () => {},
  warn: () => {},
  progress: () => {},
  tick: () => {},
  event: () => {},
};
