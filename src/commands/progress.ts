// What long commands show while they run: bars on a terminal, plain lines elsewhere, nothing under --quiet.
import { SingleBar } from 'cli-progress';
import type { TrainEvent, TrainObserver } from '../train/observer.ts';
import { formatDuration } from '../util/format.ts';
import type { Log } from '../util/log.ts';

type Terminal = NodeJS.WriteStream;

/** A bar that appears once a task has taken two seconds. */
export class TaskBar {
  readonly #log: Log;
  readonly #stream: Terminal;
  readonly #startedAt = Date.now();
  #bar: SingleBar | undefined;

  constructor(log: Log, stream: Terminal = process.stderr) {
    this.#log = log;
    this.#stream = stream;
  }

  update(what: string, done: number, total: number): void {
    const visible = this.#stream.isTTY && this.#log.level === 'info' && Date.now() - this.#startedAt > 2000;
    if (this.#bar === undefined && visible) {
      this.#bar = new SingleBar({
        stream: this.#stream,
        format: `${what} {bar} {value}/{total} · {duration_formatted} · {eta_formatted} left`,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
      });
      this.#bar.start(total, done);
    }
    this.#bar?.update(done);
    if (done >= total) this.stop();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Training's events for people. */
export class TrainProgress implements TrainObserver {
  readonly #log: Log;
  readonly #stream: Terminal;
  #bar: SingleBar | undefined;
  #task: TaskBar | undefined;
  #taskName = '';

  constructor(log: Log, stream: Terminal = process.stderr) {
    this.#log = log;
    this.#stream = stream;
  }

  note(text: string): void {
    this.#aside(() => this.#log.info(text));
  }

  progress(what: string, done: number, total: number): void {
    if (this.#bar !== undefined) return;
    if (this.#taskName !== what) {
      this.#task?.stop();
      this.#task = new TaskBar(this.#log, this.#stream);
      this.#taskName = what;
    }
    this.#task?.update(what, done, total);
  }

  tick(state: Parameters<TrainObserver['tick']>[0]): void {
    if (!this.#stream.isTTY || this.#log.level !== 'info') return;
    const { step, totalSteps, epoch, loss, learningRate, tokensPerSecond } = state;
    const payload = {
      epoch,
      loss: loss.toFixed(3),
      rate: learningRate.toExponential(1),
      speed: Math.round(tokensPerSecond).toLocaleString('en-US'),
    };
    if (this.#bar === undefined) {
      this.#task?.stop();
      const left = totalSteps === undefined ? '' : ' · {eta_formatted} left';
      const total = totalSteps === undefined ? '' : '/{total}';
      this.#bar = new SingleBar({
        stream: this.#stream,
        format: `epoch {epoch} {bar} {value}${total} · loss {loss} · lr {rate} · {speed} tok/s${left}`,
        barsize: 20,
        hideCursor: true,
        clearOnComplete: true,
        fps: 5,
        etaBuffer: 100,
      });
      this.#bar.start(totalSteps ?? step, step, payload);
    }
    if (totalSteps === undefined) this.#bar.setTotal(step);
    this.#bar.update(step, payload);
  }

  event(event: TrainEvent): void {
    if (event.event === 'step' && this.#stream.isTTY) return;
    this.#aside(() => this.#log.info(describe(event)));
  }

  stop(): void {
    this.#task?.stop();
    this.#bar?.stop();
    this.#bar = undefined;
  }

  /** Prints above the bar, which the next tick draws again. */
  #aside(print: () => void): void {
    this.stop();
    print();
  }
}

function describe(event: TrainEvent): string {
  const time = formatDuration(event.seconds);
  if (event.event === 'step') {
    const speed = Math.round(event.tokensPerSecond).toLocaleString('en-US');
    const rate = event.learningRate.toExponential(2);
    return `epoch ${event.epoch} step ${event.step}: loss ${event.loss.toFixed(4)} lr ${rate} ${speed} tok/s (${time})`;
  }
  if (event.event === 'validation') {
    const score = event.score === undefined ? '' : ` ${event.metric} ${event.score.toFixed(2)}`;
    const mark = event.best ? ' *' : '';
    const { epoch, step, loss, perplexity } = event;
    return `epoch ${epoch} step ${step}: validation loss ${loss.toFixed(4)} perplexity ${perplexity.toFixed(2)}${score}${mark} (${time})`;
  }
  return `${event.set} ${event.metric} ${event.score.toFixed(2)} with the ${event.weights} parameters`;
}
