// What training tells while it runs. The events are also the lines of metrics.jsonl. Figures are NaN where nothing
// finite was measured.

export interface StepEvent {
  event: 'step';
  step: number;
  epoch: number;
  /** Means since the last such event: label-smoothed loss and perplexity's logarithm, nats a target token. */
  loss: number;
  nll: number;
  gradientNorm: number;
  /** Updates since the last such event that were not made: their loss or gradient was not finite. */
  skipped: number;
  learningRate: number;
  /** Target tokens a second, without padding. */
  tokensPerSecond: number;
  seconds: number;
}

export interface ValidationEvent {
  event: 'validation';
  step: number;
  epoch: number;
  loss: number;
  nll: number;
  perplexity: number;
  /** The task's figure, such as BLEU, where outputs were searched. */
  metric?: string;
  score?: number;
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
  signature: string;
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
    tokensPerSecond: number;
  }): void;
  event(event: TrainEvent): void;
}
