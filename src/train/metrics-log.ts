// metrics.jsonl: the events of training, one JSON object a line, also told to the observer. JSON has no NaN and no ∞:
// a figure that is one is left out of its line.
import { readEventLines } from '../run/records.ts';
import { appendFile, fileExists, writeFileAtomic } from '../util/files.ts';
import type { TrainEvent, TrainObserver } from './observer.ts';

type WithoutSeconds<E> = E extends TrainEvent ? Omit<E, 'seconds'> : never;

export class MetricsLog {
  readonly #path: string | undefined;
  readonly #observer: TrainObserver;
  readonly #seconds: () => number;

  /**
   * `seconds` gives the time spent on training so far, with which every event is stamped. Without a path they are only
   * told: another process keeps them.
   */
  constructor(path: string | undefined, observer: TrainObserver, seconds: () => number) {
    this.#path = path;
    this.#observer = observer;
    this.#seconds = seconds;
  }

  append(event: WithoutSeconds<TrainEvent>): void {
    const stamped: TrainEvent = { ...event, seconds: this.#seconds() };
    if (this.#path !== undefined)
      appendFile(this.#path, `${JSON.stringify(flat(stamped), withoutNonFinite)}\n`);
    this.#observer.event(stamped);
  }

  /** Drops the events of updates that are about to be done again, and a line that a crash cut short. */
  forgetAfter(step: number): void {
    if (this.#path === undefined || !fileExists(this.#path)) return;
    const kept = this.#upTo(step);
    writeFileAtomic(this.#path, kept.map(({ line }) => `${line}\n`).join(''));
  }

  /** Seconds spent up to the last event that forgetAfter keeps; 0 where none is told. */
  secondsAt(step: number): number {
    return this.#upTo(step).at(-1)?.seconds ?? 0;
  }

  /** The lines of updates up to this one; a line without an update is left out. */
  #upTo(step: number): { line: string; seconds: number }[] {
    const lines = this.#path === undefined ? [] : readEventLines(this.#path);
    return lines.flatMap(({ line, event }) =>
      event.step !== undefined && event.step <= step ? [{ line, seconds: event.seconds ?? 0 }] : [],
    );
  }
}

/** Figures and speed beside the event's own keys; samples are no figures. */
function flat(event: TrainEvent): Record<string, unknown> {
  if (event.event === 'result') {
    const { figures, ...rest } = event;
    return { ...rest, ...figures, samples: undefined };
  }
  const { event: name, step, epoch, figures, ...rest } = event;
  const line = { event: name, step, epoch, ...figures, ...rest, samples: undefined };
  if (!('speed' in rest)) return line;
  const { unit, perSecond } = rest.speed;
  return { ...line, speed: undefined, [`${unit}PerSecond`]: perSecond };
}

const withoutNonFinite = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
