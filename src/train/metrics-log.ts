// metrics.jsonl: the events of training, one JSON object a line, also told to the observer.
import { appendFile, fileExists, writeFileAtomic } from '../util/files.ts';
import { readText } from '../util/text.ts';
import type { TrainEvent, TrainObserver } from './observer.ts';

type WithoutSeconds<E> = E extends TrainEvent ? Omit<E, 'seconds'> : never;

export class MetricsLog {
  readonly #path: string;
  readonly #observer: TrainObserver;
  readonly #seconds: () => number;

  /** `seconds` gives the time spent on training so far, with which every event is stamped. */
  constructor(path: string, observer: TrainObserver, seconds: () => number) {
    this.#path = path;
    this.#observer = observer;
    this.#seconds = seconds;
  }

  append(event: WithoutSeconds<TrainEvent>): void {
    const stamped: TrainEvent = { ...event, seconds: this.#seconds() };
    appendFile(this.#path, `${JSON.stringify(stamped)}\n`);
    this.#observer.event(stamped);
  }

  /** Drops the events of updates that are about to be done again, and a line that a crash cut short. */
  forgetAfter(step: number): void {
    if (!fileExists(this.#path)) return;
    const kept = readText(this.#path)
      .split('\n')
      .filter((line) => {
        const event = parseEvent(line);
        return event !== undefined && 'step' in event && event.step <= step;
      });
    writeFileAtomic(this.#path, kept.map((line) => `${line}\n`).join(''));
  }
}

function parseEvent(line: string): TrainEvent | undefined {
  try {
    return JSON.parse(line) as TrainEvent;
  } catch {
    return undefined;
  }
}
