// The training loop: updates, lines of metrics, validations, checkpoints, early stopping.
import { buildSchedule, type Schedule } from '../optim/index.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Judged } from '../run/task.ts';
import { CheckpointStore, snapshotName } from './checkpoint-store.ts';
import type { TrainConfig } from './config.ts';
import { buildCriterion, isBetter } from './criterion.ts';
import { DivergedError } from './diverged.ts';
import { finish, type Sample } from './finish.ts';
import { MetricsLog } from './metrics-log.ts';
import { doubtWarmup, estimateSecondsLeft } from './outlook.ts';
import { type Progress, startProgress } from './progress.ts';
import { restore } from './restore.ts';
import type { TrainingRun } from './training-run.ts';
import { Window } from './window.ts';

/** Steps in a row whose loss is not finite, after which training gives up. */
const MAX_SKIPPED = 20;

export interface TrainOutcome {
  folder: string;
  /** Whether training was interrupted before its end. */
  interrupted: boolean;
  test: Judged | undefined;
  /** Of some test (or validation) lines. */
  samples: Sample[];
}

export class Trainer {
  readonly #run: TrainingRun;
  readonly #totalSteps: number | undefined;
  readonly #rate: Schedule;
  #progress: Progress;
  #window: Window;
  #startedAt = performance.now();

  /** At the start of training. A UserError where the schedule does not fit the training's length. */
  constructor(given: Omit<TrainingRun, 'criterion' | 'store' | 'log'>) {
    const { config, folder, data, record, system, observer } = given;
    this.#run = {
      ...given,
      criterion: buildCriterion(config, data.task),
      store: new CheckpointStore(folder, system.step, record),
      log: new MetricsLog(folder.metrics, observer, () => this.#seconds()),
    };
    this.#totalSteps = totalSteps(config, system.batches.epochLength);
    this.#rate = buildSchedule(config.schedule, {
      dModel: config.model.dModel,
      ...(this.#totalSteps && { maxSteps: this.#totalSteps }),
    });
    this.#progress = startProgress(config.seed);
    this.#window = new Window(system.objective);
  }

  /** Takes up the state of a checkpoint; nothing is written. */
  async restore(from: string): Promise<void> {
    this.#progress = await restore(this.#run, from);
    this.#window = new Window(this.#run.system.objective, this.#progress.window);
    this.#run.store.stored = this.#progress.step;
    this.#startClock();
  }

  /** Stores the state in a run's folder. */
  save(folder: RunFolder): void {
    this.#run.store.save(this.#currentProgress(), folder);
  }

  /** The update up to which the run is stored. */
  get stored(): number {
    return this.#run.store.stored;
  }

  async release(): Promise<void> {
    await this.#run.system.release();
  }

  /** Trains to the end, or until the signal is aborted; then the state is stored. */
  async run(signal: AbortSignal): Promise<TrainOutcome> {
    const { folder, system, log, observer } = this.#run;
    const { step, batches } = system;
    log.forgetAfter(this.#progress.step);
    this.#startClock();
    const count = step.parameters.count.toLocaleString('en-US');
    const padding = (100 * batches.padding()).toFixed(1);
    observer.note(`${count} parameters; ${batches.epochLength} batches an epoch, ${padding}% padding`);
    const doubt = doubtWarmup(this.#run.config, this.#totalSteps);
    if (doubt !== undefined) observer.warn(doubt);
    const interrupted = await this.#loop(signal);
    if (interrupted) {
      this.#saveInterrupted();
      return { folder: folder.path, interrupted, test: undefined, samples: [] };
    }
    const outcome = await finish(this.#run, this.#progress);
    return { folder: folder.path, interrupted, ...outcome };
  }

  /** Updates until an end is reached; true if it was interrupted. */
  async #loop(signal: AbortSignal): Promise<boolean> {
    const { config, system } = this.#run;
    const { batches } = system;
    const { validateSteps } = config.training;
    let done = this.#isDone();
    // Time was over before a resumed run had a best.
    if (done && this.#progress.best === null) await this.#validate(batches.state().epoch + 1, true);
    while (!done) {
      if (signal.aborted) return true;
      const { epoch } = batches.state();
      await this.#update(epoch + 1);
      const epochEnded = batches.state().epoch > epoch;
      const due = validateSteps === undefined ? epochEnded : this.#progress.step % validateSteps === 0;
      done = this.#isDone();
      if (due || done) {
        await this.#validate(epoch + 1, done);
        this.#window.restart();
        // Time that runs out meanwhile ends training after one more update, with a validation that knows it is the last.
        done ||= this.#isPatienceOver();
      }
    }
    if (this.#progress.best === null)
      throw new DivergedError('no validation had a finite value', this.#progress);
    return false;
  }

  #isDone(): boolean {
    const { maxMinutes } = this.#run.config.training;
    if (this.#totalSteps !== undefined && this.#progress.step >= this.#totalSteps) return true;
    if (maxMinutes !== undefined && this.#seconds() >= 60 * maxMinutes) return true;
    return this.#isPatienceOver();
  }

  #isPatienceOver(): boolean {
    const { patience } = this.#run.config.training;
    return patience > 0 && this.#progress.sinceBest >= patience;
  }

  /** One update in the given epoch (from 1), told to the observer; a line of metrics where one is due. */
  async #update(epoch: number): Promise<void> {
    const { config, system, log, observer } = this.#run;
    const { batches, rng } = system;
    const { accumulate, logSteps } = config.training;
    const drawn = Array.from({ length: accumulate }, () => batches.next());
    const step = ++this.#progress.step;
    const learningRate = this.#rate(step);
    const dropout = rng.split('dropout').split(step);
    const count = step - this.#progress.optimizerStart;
    const result = await system.step.run(drawn, learningRate, count, dropout);
    this.#progress.data = batches.state();
    this.#window.add(result);
    if (result.skipped) this.#countSkipped();
    else this.#progress.skipped = 0;
    const means = this.#window.means();
    const { loss } = means.figures;
    const { speed } = means;
    const totalSteps = this.#totalSteps;
    const now = { step, totalSteps, seconds: this.#seconds() };
    const secondsLeft = estimateSecondsLeft(config.training, now);
    observer.tick({ step, totalSteps, secondsLeft, epoch, loss, learningRate, speed });
    if (step % logSteps === 0) {
      log.append({ event: 'step', step, epoch, ...means, learningRate });
      this.#window = new Window(system.objective);
    }
  }

  /** Gives up where further updates would be skipped too. */
  #countSkipped(): void {
    const progress = this.#progress;
    this.#run.store.refuseDiverged(progress);
    if (++progress.skipped < MAX_SKIPPED) return;
    const what = `the loss was not finite for ${MAX_SKIPPED} updates up to ${progress.step}`;
    throw new DivergedError(what, progress);
  }

  async #validate(epoch: number, last: boolean): Promise<void> {
    const { config, data, system, criterion, store, log, observer } = this.#run;
    const { scoreEvery, average } = config.training;
    const { validator } = system;
    const progress = this.#progress;
    progress.validations++;
    const figures = await validator.means();
    const { loss, nll } = figures;
    const due = scoreEvery > 0 && (last || progress.validations % scoreEvery === 0);
    const onProgress = (done: number, total: number) => observer.progress('validation', done, total);
    // Parameters whose loss is not finite write nothing that could be scored, and are nothing to go back to.
    const sound = Number.isFinite(loss);
    const score = due && sound ? (await validator.score(data.valid, onProgress)).score.score : undefined;
    const value = criterion.isLoss ? loss : due ? (score ?? Number.NaN) : undefined;
    const best = value !== undefined && this.#takeIfBetter(value);
    if (sound && average > 1) {
      const snapshot = snapshotName(progress.step);
      const earlier = progress.snapshots.filter((name) => name !== snapshot);
      progress.snapshots = [...earlier, snapshot].slice(-average);
    }
    log.append({
      event: 'validation',
      step: progress.step,
      epoch,
      figures: nll === undefined ? figures : { ...figures, perplexity: Math.exp(nll) },
      ...(score !== undefined && { metric: data.task.metric, score }),
      best,
    });
    if (sound) store.saveValidated(this.#currentProgress(), best);
    else store.refuseDiverged(progress);
  }

  #takeIfBetter(value: number): boolean {
    const progress = this.#progress;
    const { criterion } = this.#run;
    const better = isBetter(criterion, value, progress.best?.value);
    if (better) {
      progress.best = { value, step: progress.step, criterion: criterion.signature };
      progress.sinceBest = 0;
    } else progress.sinceBest++;
    return better;
  }

  /** Parameters that came to a loss that is not finite may have diverged: the state before them is kept. */
  #saveInterrupted(): void {
    const { skipped } = this.#progress;
    if (skipped === 0) this.save(this.#run.folder);
    else {
      const updates = skipped === 1 ? 'the last update' : `the last ${skipped} updates`;
      this.#run.observer.note(`the loss of ${updates} was not finite: the state is not stored`);
    }
  }

  /** The counters as they are now. */
  #currentProgress(): Progress {
    this.#progress.seconds = this.#seconds();
    this.#progress.window = this.#window.state;
    return this.#progress;
  }

  /** Time goes on from what the state says. */
  #startClock(): void {
    this.#startedAt = performance.now() - 1000 * this.#progress.seconds;
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}

function totalSteps({ training }: TrainConfig, epochLength: number): number | undefined {
  const { maxSteps, maxEpochs, accumulate } = training;
  const byEpochs = maxEpochs === undefined ? undefined : Math.ceil((maxEpochs * epochLength) / accumulate);
  if (maxSteps === undefined) return byEpochs;
  return byEpochs === undefined ? maxSteps : Math.min(maxSteps, byEpochs);
}
