// train.log: what training told, line by line, each with its time. Lines of progress are not kept.
import type { RunFolder } from '../run/run-folder.ts';
import { appendFile } from '../util/files.ts';
import { describeEvent } from './event-text.ts';
import type { TrainEvent, TrainObserver } from './observer.ts';

/** Hands everything on, and keeps it in the log of a run once that is in its place. */
export class TrainLog implements TrainObserver {
  readonly #observer: TrainObserver;
  #path: string | undefined;
  /** What was told before there was a run. */
  #waiting = '';

  constructor(observer: TrainObserver) {
    this.#observer = observer;
  }

  /** The run is in its folder: what is told from now on is added to its log. */
  open(folder: RunFolder): void {
    this.#path = folder.log;
    this.#append(this.#waiting);
    this.#waiting = '';
  }

  note(text: string): void {
    this.#write(text);
    this.#observer.note(text);
  }

  warn(text: string): void {
    this.#write(`warning: ${text}`);
    this.#observer.warn(text);
  }

  event(event: TrainEvent): void {
    this.#write(describeEvent(event));
    this.#observer.event(event);
  }

  progress(what: string, done: number, total: number): void {
    this.#observer.progress(what, done, total);
  }

  tick(state: Parameters<TrainObserver['tick']>[0]): void {
    this.#observer.tick(state);
  }

  /** How training ended, which the command tells by itself. */
  conclude(text: string): void {
    this.#write(text);
  }

  #write(text: string): void {
    const line = `${new Date().toISOString()} ${text.replaceAll('\n', ' ')}\n`;
    if (this.#path === undefined) this.#waiting += line;
    else this.#append(line);
  }

  #append(text: string): void {
    if (text !== '') appendFile(this.#path!, text);
  }
}
