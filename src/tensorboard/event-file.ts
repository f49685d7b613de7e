// A file of events that TensorBoard reads while it grows: every event is added at once as a whole record.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { appendFile, ensureDir, listFolder } from '../util/files.ts';
import { encodeRecord } from './record.ts';
import { type Event, encodeEvent, SESSION_START, type SummaryValue } from './schema.ts';

export class EventFile {
  readonly path: string;

  /**
   * A new file in the folder, which is made where it is missing. What files before it say of `firstStep` and later steps
   * is about to be done again: readers forget it.
   */
  constructor(folder: string, firstStep: number) {
    ensureDir(folder);
    this.path = join(folder, nextName(folder));
    this.#append({ step: 0, file_version: 'brain.Event:2' });
    this.#append({ step: firstStep, session_log: { status: SESSION_START } });
  }

  /** Adds what stands under some tags at a step; nothing where there are none. */
  append(step: number, value: readonly SummaryValue[]): void {
    if (value.length > 0) this.#append({ step, summary: { value } });
  }

  #append(event: Omit<Event, 'wall_time'>): void {
    appendFile(this.path, encodeRecord(encodeEvent({ wall_time: Date.now() / 1000, ...event })));
  }
}

/** Readers take a folder's files in the order of their names: that of the seconds in them, one file for each second. */
function nextName(folder: string): string {
  const seconds = listFolder(folder).map((name) => Number(/\.tfevents\.(\d{10})\./.exec(name)?.[1] ?? 0));
  const second = Math.max(Math.floor(Date.now() / 1000), ...seconds.map((earlier) => earlier + 1));
  return `events.out.tfevents.${second}.${hostname() || 'localhost'}`;
}
