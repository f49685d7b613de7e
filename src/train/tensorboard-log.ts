// TensorBoard's event files: what training tells as curves, text and hyper-parameters. A training that goes on begins a
// file of its own, which takes back what the files before it say of updates that are made again.
import type { RunFolder } from '../run/run-folder.ts';
import { flattenSettings, isPlace } from '../run/settings.ts';
import { EventFile } from '../tensorboard/event-file.ts';
import type { SummaryValue } from '../tensorboard/schema.ts';
import { scalar, sessionEnd, sessionStart, table, verbatim } from '../tensorboard/summaries.ts';
import type { Job } from './job.ts';
import type { TrainEvent, TrainObserver } from './observer.ts';
import type { Sample } from './system.ts';

/** Hands everything on, and keeps the events in a run's folder once it is in its place. */
export class TensorBoardLog implements TrainObserver {
  readonly #observer: TrainObserver;
  readonly #job: Pick<Job, 'text' | 'settings'>;
  #file: EventFile | undefined;
  /** The last update. */
  #step = 0;

  constructor(observer: TrainObserver, job: Pick<Job, 'text' | 'settings'>) {
    this.#observer = observer;
    this.#job = job;
  }

  /** The run is in its folder, stored up to `step`: what is told from now on is added to a new file there. */
  open(folder: RunFolder, step: number): void {
    this.#step = step;
    this.#file = new EventFile(folder.tensorboard, step + 1);
    const { text, settings } = this.#job;
    this.#file.append(step, [sessionStart(hparamsOf(settings), Date.now() / 1000), verbatim('config', text)]);
  }

  event(event: TrainEvent): void {
    this.#file?.append(event.event === 'result' ? this.#step : event.step, [
      ...scalarsOf(event)
        .filter(([, x]) => Number.isFinite(x))
        .map(([tag, x]) => scalar(tag, x)),
      ...samplesOf(event),
    ]);
    this.#observer.event(event);
  }

  /** Training is finished. */
  finish(): void {
    this.#file?.append(this.#step, [sessionEnd(Date.now() / 1000)]);
  }

  tick(state: Parameters<TrainObserver['tick']>[0]): void {
    this.#step = state.step;
    this.#observer.tick(state);
  }

  note(text: string): void {
    this.#observer.note(text);
  }

  warn(text: string): void {
    this.#observer.warn(text);
  }

  progress(what: string, done: number, total: number): void {
    this.#observer.progress(what, done, total);
  }
}

/** What an event's figures are of: `train` and `valid`; at the end `test`, `valid-averaged` and `valid-best`. */
function groupOf(event: TrainEvent): string {
  if (event.event !== 'result') return event.event === 'step' ? 'train' : 'valid';
  return event.set === 'test' ? 'test' : `${event.set}-${event.weights}`;
}

/** The figures of a line of metrics by tag. */
function scalarsOf(event: TrainEvent): [string, number][] {
  const group = groupOf(event);
  if (event.event === 'result') {
    const figures = { [event.metric]: event.score, ...event.figures };
    return Object.entries(figures).map(([name, x]) => [`${group}/${name}`, x]);
  }
  const { epoch, seconds } = event;
  const own =
    event.event === 'step'
      ? {
          gradientNorm: event.gradientNorm,
          skipped: event.skipped,
          learningRate: event.learningRate,
          [`${event.speed.unit}PerSecond`]: event.speed.perSecond,
        }
      : event.metric === undefined
        ? {}
        : { [event.metric]: event.score! };
  const figures = { ...event.figures, ...own, epoch, seconds };
  return Object.entries(figures).map(([name, x]) => [`${group}/${name}`, x]);
}

function samplesOf(event: TrainEvent): SummaryValue[] {
  const samples: readonly Sample[] = (event.event === 'step' ? undefined : event.samples) ?? [];
  if (samples.length === 0) return [];
  const rows = samples.map(({ src, hyp, ref }) => [src, hyp, ref]);
  return [table(`samples/${groupOf(event)}`, ['source', 'output', 'reference'], rows)];
}

/** The settings that may tell runs apart; lists as JSON. */
function hparamsOf(settings: object): Record<string, number | string | boolean> {
  const told = flattenSettings(settings).filter(([key]) => !isPlace(key) && !key.startsWith('logging.'));
  return Object.fromEntries(
    told.map(([key, value]) => {
      const isPlain = ['number', 'string', 'boolean'].includes(typeof value);
      return [key, isPlain ? (value as number) : JSON.stringify(value)];
    }),
  );
}
