// What `tx study` shows while it runs: on a terminal a table of the trainings under way with the time left, elsewhere a
// line for each that begins or ends.
import { formatFigure } from '../run/figures.ts';
import { summarizeRun } from '../run/summary.ts';
import type { PlannedRun } from '../study/plan.ts';
import type { Tick } from '../study/training-process.ts';
import { type StudyObserver, stateOf, type TrainingState } from '../study/trainings.ts';
import { formatDuration, plural } from '../util/format.ts';
import type { Log } from '../util/log.ts';
import { formatLeft, formatStatus } from './status-line.ts';

const INTERVAL_MS = 200;

interface UnderWay {
  tick: Tick | undefined;
  since: number;
}

export class StudyProgress implements StudyObserver {
  readonly #log: Log;
  readonly #jobs: number;
  readonly #states = new Map<PlannedRun, TrainingState>();
  readonly #underWay = new Map<PlannedRun, UnderWay>();
  /** Of training, of runs that are finished. */
  readonly #seconds: number[] = [];
  readonly #startedAt = performance.now();
  #shownAt = 0;

  constructor(log: Log, runs: readonly PlannedRun[], jobs: number) {
    this.#log = log;
    this.#jobs = jobs;
    for (const run of runs) this.#enter(run, stateOf(run));
  }

  begun(run: PlannedRun, isNew: boolean): void {
    this.#underWay.set(run, { tick: undefined, since: performance.now() });
    if (!isNew) this.#log.info(`${run.name}: goes on`);
    this.#show();
  }

  awaited(run: PlannedRun): void {
    this.#log.info(`${run.name}: another process is at work on it; waiting for its end`);
  }

  ticked(run: PlannedRun, tick: Tick): void {
    const found = this.#underWay.get(run);
    if (found) found.tick = tick;
    const now = performance.now();
    if (now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    this.#show();
  }

  ended(run: PlannedRun, state: TrainingState, reason?: string): void {
    this.#underWay.delete(run);
    this.#enter(run, state);
    const left = this.#secondsLeft();
    const rest = left === undefined ? '' : `, ${formatLeft(left)} left`;
    const count = `${this.#count('finished')}/${this.#states.size} finished${rest}`;
    if (state === 'failed') this.#log.error(`${run.name}: ${reason ?? 'failed'}`);
    else if (state === 'finished') this.#log.info(`${run.name}: ${describe(run)} (${count})`);
    this.#show();
  }

  stop(): void {
    this.#log.status();
  }

  #enter(run: PlannedRun, state: TrainingState): void {
    this.#states.set(run, state);
    if (state === 'finished') this.#seconds.push(summarizeRun(run.folder).seconds);
  }

  #count(state: TrainingState): number {
    return [...this.#states.values()].filter((one) => one === state).length;
  }

  /** A line for each training under way, as far as there is room, and one for all. */
  #show(): void {
    this.#log.status((columns, rows) => {
      const lines = [...this.#underWay].slice(0, Math.max(1, rows - 3)).map(([run, { tick }]) => {
        const { step = 0, totalSteps, secondsLeft, loss } = tick ?? {};
        const figures = typeof loss === 'number' ? [`loss ${loss.toFixed(3)}`] : [];
        return formatStatus({ what: run.name, done: step, total: totalSteps, secondsLeft, figures }, columns);
      });
      const failed = this.#count('failed');
      const status = {
        what: `study, ${this.#underWay.size} running${failed === 0 ? '' : `, ${failed} failed`}`,
        done: this.#count('finished'),
        total: this.#states.size,
        secondsLeft: this.#secondsLeft(),
      };
      return [...lines, formatStatus(status, columns)].join('\n');
    });
  }

  /** Runs that are not begun take as long as those finished or under way, shared among the jobs. */
  #secondsLeft(): number | undefined {
    const now = performance.now();
    const left = [...this.#underWay.values()].flatMap(({ tick }) => tick?.secondsLeft ?? []);
    const whole = [...this.#underWay.values()].flatMap(({ tick, since }) =>
      tick?.secondsLeft === undefined ? [] : (now - since) / 1000 + tick.secondsLeft,
    );
    const known = this.#seconds.length > 0 ? this.#seconds : whole;
    const waiting = this.#count('waiting') - this.#underWay.size;
    if (known.length === 0) return waiting === 0 && this.#underWay.size === 0 ? 0 : undefined;
    const each = known.reduce((sum, x) => sum + x, 0) / known.length;
    const total = left.reduce((sum, x) => sum + x, 0) + each * Math.max(0, waiting);
    return total / Math.min(this.#jobs, Math.max(1, left.length + waiting));
  }

  /** How it all went. */
  summary(): string {
    const counts = (['finished', 'failed', 'waiting', 'running'] as const).flatMap((state) => {
      const count = this.#count(state);
      return count === 0 ? [] : `${count} ${state}`;
    });
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return `${plural(this.#states.size, 'run')}: ${counts.join(', ')} (${formatDuration(seconds)})`;
  }
}

/** The figures of a run that is finished. */
function describe(run: PlannedRun): string {
  const { metric, score, set, loss, seconds } = summarizeRun(run.folder);
  if (metric !== undefined && score !== undefined)
    return `${set} ${metric} ${formatFigure(metric, score)}, ${formatDuration(seconds)}`;
  return loss === undefined ? 'no loss' : `loss ${formatFigure('loss', loss)}`;
}
