// What long commands show while they run: a status line on a terminal, plain lines elsewhere, nothing under --quiet.
import { describeEvent, formatSpeed } from '../train/event-text.ts';
import type { TrainEvent, TrainObserver } from '../train/observer.ts';
import type { Log } from '../util/log.ts';
import { tellParent } from '../util/parent.ts';
import { formatStatus } from './status-line.ts';

/** A task is shown once it has taken so long, and at most so often afterwards. */
const PATIENCE_MS = 2000;
const INTERVAL_MS = 100;

/** The progress of something countable, shown once it has taken two seconds. */
export class TaskBar {
  readonly #log: Log;
  readonly #startedAt = Date.now();
  #shownAt = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `total` is undefined where it is not known. */
  update(what: string, done: number, total: number | undefined): void {
    if (total !== undefined && done >= total) {
      this.stop();
      return;
    }
    const now = Date.now();
    const elapsed = now - this.#startedAt;
    if (elapsed <= PATIENCE_MS || now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    const secondsLeft =
      total !== undefined && done > 0 ? ((elapsed / done) * (total - done)) / 1000 : undefined;
    this.#log.status((columns) => formatStatus({ what, done, total, secondsLeft }, columns));
  }

  stop(): void {
    this.#log.status();
  }
}

/** Training's events for people. */
export class TrainProgress implements TrainObserver {
  readonly #log: Log;
  #task: { what: string; bar: TaskBar } | undefined;
  #shownAt = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  note(text: string): void {
    this.#log.info(text);
  }

  warn(text: string): void {
    this.#log.warn(text);
  }

  progress(what: string, done: number, total: number): void {
    if (this.#task?.what !== what) this.#task = { what, bar: new TaskBar(this.#log) };
    this.#task.bar.update(what, done, total);
    if (done >= total) this.#task = undefined;
  }

  tick(state: Parameters<TrainObserver['tick']>[0]): void {
    this.#task = undefined;
    const now = Date.now();
    if (now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    const { step, totalSteps, secondsLeft, epoch, loss, learningRate, speed } = state;
    tellParent({ step, totalSteps, secondsLeft, loss });
    const figures = [`loss ${loss.toFixed(3)}`, formatSpeed(speed), `lr ${learningRate.toExponential(1)}`];
    const status = { what: `epoch ${epoch}`, done: step, total: totalSteps, secondsLeft, figures };
    this.#log.status((columns) => formatStatus(status, columns));
  }

  event(event: TrainEvent): void {
    // The status line has them already.
    if (event.event === 'step' && this.#log.hasStatus) return;
    this.#log.info(describeEvent(event));
  }

  stop(): void {
    this.#log.status();
  }
}
