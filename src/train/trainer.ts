// The training loop: updates, lines of metrics, validations, checkpoints, early stopping.
import { buildSchedule, type Schedule } from '../optim/index.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { isAny } from '../runtime/group.ts';
import { CheckpointStore, snapshotName } from './checkpoint-store.ts';
import { Clock } from './clock.ts';
import { buildCriterion, isBetter } from './criterion.ts';
import { toStored } from './data-record.ts';
import { DivergedError } from './diverged.ts';
import { isOver, isPatienceOver, isSaveDue } from './ends.ts';
import { type Finished, finish, mainFigure, otherFigures } from './finish.ts';
import { MetricsLog } from './metrics-log.ts';
import { describe, doubtsOf, estimateSecondsLeft, totalSteps } from './outlook.ts';
import { type Progress, startProgress } from './progress.ts';
import { CHECKED_STEPS, requireAlike } from './ranks.ts';
import { restore } from './restore.ts';
import { shareState } from './share.ts';
import { Shares } from './shares.ts';
import type { Evaluation } from './system.ts';
import type { TrainingRun } from './training-run.ts';
import { Window } from './window.ts';

/** Steps in a row whose loss is not finite, after which training gives up. */
const MAX_SKIPPED = 20;

export interface TrainOutcome {
  folder: string;
  /** What the end of training gave; undefined where it was interrupted before. */
  finished: Finished | undefined;
}

export class Trainer {
  readonly #run: TrainingRun;
  readonly #totalSteps: number | undefined;
  readonly #rate: Schedule;
  #progress: Progress;
  #window: Window;
  /** Of the best parameters so far, where outputs were searched. */
  #bestEvaluation: Evaluation | undefined;
  readonly #clock = new Clock();
  readonly #shares: Shares;

  /** At the start of training. A UserError where the schedule does not fit the training's length. */
  constructor(given: Omit<TrainingRun, 'criterion' | 'store' | 'log'>) {
    const { config, folder, engine, observer } = given;
    const writes = engine.group.rank === 0;
    this.#run = {
      ...given,
      criterion: buildCriterion(config.training, engine.system),
      store: new CheckpointStore(folder, engine.step, toStored(engine.system.record), writes),
      log: new MetricsLog(writes ? folder.metrics : undefined, observer, () => this.#clock.seconds),
    };
    this.#totalSteps = totalSteps(config, engine.batches.epochLength);
    this.#rate = buildSchedule(config.schedule, {
      dModel: engine.system.dModel,
      ...(this.#totalSteps && { maxSteps: this.#totalSteps }),
    });
    this.#progress = startProgress(config.seed);
    this.#shares = new Shares(engine.batches, config.training.accumulate, engine.group);
    this.#window = new Window(engine.system.objective);
  }

  /** Takes up the state of a checkpoint; nothing is written. */
  async restore(from: string): Promise<void> {
    this.#progress = await restore(this.#run, from);
    this.#window = new Window(this.#run.engine.system.objective, this.#progress.window);
    this.#run.store.stored = this.#progress.step;
    this.#clock.start(this.#progress.seconds);
  }

  /** All ranks take the state of rank 0. */
  async synchronize(): Promise<void> {
    this.#progress = await shareState(this.#run.engine, this.#progress);
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
    await this.#run.engine.release();
  }

  /** Trains to the end, or until the signal is aborted; then the state is stored. */
  async run(signal: AbortSignal): Promise<TrainOutcome> {
    const { folder, engine, log, observer } = this.#run;
    log.forgetAfter(this.#progress.step);
    this.#clock.start(this.#progress.seconds);
    observer.note(describe(engine));
    for (const doubt of doubtsOf(this.#run.config, this.#totalSteps, engine.group)) observer.warn(doubt);
    engine.group.watch();
    const interrupted = await this.#loop(signal);
    if (interrupted) {
      this.#saveInterrupted();
      return { folder: folder.path, finished: undefined };
    }
    const finished = await finish(this.#run, this.#progress, this.#bestEvaluation);
    return { folder: folder.path, finished };
  }

  /** Updates until an end is reached; true if it was interrupted. */
  async #loop(signal: AbortSignal): Promise<boolean> {
    const { config, engine } = this.#run;
    const { validateSteps } = config.training;
    let done = await this.#isDone();
    // Time was over before a resumed run had a best.
    if (done && this.#progress.best === null) await this.#validate(this.#progress.data.epoch + 1, true);
    while (!done) {
      if (await isAny(engine.group, signal.aborted)) return true;
      const { epoch } = this.#progress.data;
      await this.#update(epoch + 1);
      const epochEnded = this.#progress.data.epoch > epoch;
      const due = validateSteps === undefined ? epochEnded : this.#progress.step % validateSteps === 0;
      done = await this.#isDone();
      if (due || done) {
        await this.#validate(epoch + 1, done);
        this.#window.restart();
        // Time that runs out meanwhile ends training after one more update, with a validation that knows it is the last.
        done ||= isPatienceOver(config.training, this.#progress);
      } else if (isSaveDue(config.training, this.#progress, this.#clock)) this.#saveLast();
    }
    if (this.#progress.best === null)
      throw new DivergedError('no validation had a finite value', this.#progress);
    return false;
  }

  /** Clocks differ: all ranks end where one does. */
  #isDone(): Promise<boolean> {
    const { config, engine } = this.#run;
    return isAny(engine.group, isOver(config.training, this.#totalSteps, this.#progress, this.#clock));
  }

  #saveLast(): void {
    this.save(this.#run.folder);
    this.#clock.saved();
  }

  /** One update in the given epoch (from 1), told to the observer; a line of metrics where one is due. */
  async #update(epoch: number): Promise<void> {
    const { config, engine, log, observer } = this.#run;
    const { logSteps } = config.training;
    const { batches, state } = await this.#shares.next();
    const step = ++this.#progress.step;
    const learningRate = this.#rate(step);
    const count = step - this.#progress.optimizerStart;
    const prepareNext = async () => {
      if (step !== this.#totalSteps) await this.#shares.prepare(engine.step, engine.dropout(step + 1));
    };
    const result = await engine.step.run(batches, learningRate, count, engine.dropout(step), prepareNext);
    this.#progress.data = state;
    this.#window.add(result);
    if (result.skipped) this.#countSkipped();
    else this.#progress.skipped = 0;
    if (step % CHECKED_STEPS === 0) await requireAlike(engine.group, engine.parameters, step);
    const means = this.#window.means();
    const { loss } = means.figures;
    const { speed } = means;
    const totalSteps = this.#totalSteps;
    const now = { step, totalSteps, seconds: this.#clock.seconds };
    const secondsLeft = estimateSecondsLeft(config.training, now);
    observer.tick({ step, totalSteps, secondsLeft, epoch, loss, learningRate, speed });
    if (step % logSteps === 0) {
      log.append({ event: 'step', step, epoch, ...means, learningRate });
      this.#window = new Window(engine.system.objective);
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
    const { config, engine, criterion, store, log, observer } = this.#run;
    const { scoreEvery, average } = config.training;
    const { evaluator, held } = engine.system;
    const progress = this.#progress;
    progress.validations++;
    await requireAlike(engine.group, engine.parameters, progress.step);
    const figures = await engine.means(held.valid, engine.group);
    const due = scoreEvery > 0 && (last || progress.validations % scoreEvery === 0);
    const onProgress = (done: number, total: number) => observer.progress('validation', done, total);
    // Parameters whose loss is not finite write nothing that could be scored, and are nothing to go back to.
    const sound = Number.isFinite(figures.loss);
    const { group, parameters } = engine;
    const evaluate = () => evaluator?.evaluate('valid', parameters, { group, onProgress });
    const evaluation = due && sound ? await evaluate() : undefined;
    const all: Record<string, number> = { ...figures, ...evaluation?.figures };
    const known = due || !criterion.isEvaluated;
    const best = known && this.#takeIfBetter(all[criterion.figure] ?? Number.NaN);
    if (best) this.#bestEvaluation = evaluation;
    if (sound && average > 1) {
      const snapshot = snapshotName(progress.step);
      const earlier = progress.snapshots.filter((name) => name !== snapshot);
      progress.snapshots = [...earlier, snapshot].slice(-average);
    }
    log.append({
      event: 'validation',
      step: progress.step,
      epoch,
      figures: { ...figures, ...(evaluation && otherFigures(engine.system, evaluation.figures)) },
      ...(evaluation && { ...mainFigure(engine.system, evaluation.figures), samples: evaluation.samples }),
      best,
    });
    if (!sound) store.refuseDiverged(progress);
    else {
      store.saveValidated(this.#currentProgress(), best);
      this.#clock.saved();
    }
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
    if (skipped === 0) this.#saveLast();
    else {
      const updates = skipped === 1 ? 'the last update' : `the last ${skipped} updates`;
      this.#run.observer.note(`the loss of ${updates} was not finite: the state is not stored`);
    }
  }

  /** The counters as they are now. */
  #currentProgress(): Progress {
    this.#progress.seconds = this.#clock.seconds;
    this.#progress.window = this.#window.state;
    return this.#progress;
  }
}
