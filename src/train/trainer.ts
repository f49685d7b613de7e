// The training loop: updates, lines of metrics, validations, checkpoints, early stopping.
import { printConfig } from '../config/print.ts';
import { buildSchedule, type Schedule } from '../optim/index.ts';
import { Claim } from '../run/claim.ts';
import { RunFolder } from '../run/run-folder.ts';
import type { Judged } from '../run/task.ts';
import { FileError, UserError } from '../util/errors.ts';
import { remove, writeFileAtomic } from '../util/files.ts';
import { loadState, type Progress, saveParameters, saveState } from './checkpoint.ts';
import type { TrainConfig } from './config.ts';
import { finish, type Sample } from './finish.ts';
import { MetricsLog } from './metrics-log.ts';
import type { TrainObserver } from './observer.ts';
import { doubtWarmup, estimateSecondsLeft } from './outlook.ts';
import { type PreparedData, prepareData, provideVocabularies, readCorpora } from './prepare-data.ts';
import { checkResumable } from './resume.ts';
import { buildSystem, type TrainingSystem } from './system.ts';
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

export interface TrainOptions {
  resume: boolean;
  observer: TrainObserver;
  signal: AbortSignal;
}

/**
 * Trains as the config says, in the run's folder; a run that is there is replaced unless it is resumed. The config's
 * paths must be absolute. A run that cannot start leaves the folder as it was.
 */
export async function train(
  config: TrainConfig,
  folder: RunFolder,
  options: TrainOptions,
): Promise<TrainOutcome> {
  if (options.resume) RunFolder.open(folder.path);
  const claim = Claim.take(folder);
  try {
    const trainer = await start(config, folder, claim, options);
    try {
      return await trainer.run();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new UserError(
        `${error.message}; when that is mended, --resume goes on from update ${trainer.stored}`,
      );
    } finally {
      await trainer.release();
    }
  } finally {
    claim.release();
  }
}

/** A trainer that has its state; the run in the folder is touched only once everything has been read and understood. */
async function start(
  config: TrainConfig,
  folder: RunFolder,
  claim: Claim,
  options: TrainOptions,
): Promise<Trainer> {
  const { observer, resume } = options;
  if (resume) checkResumable(config, folder);
  const corpora = readCorpora(config, observer);
  const home = resume ? folder : claim.prepare();
  if (!resume) provideVocabularies(config, corpora, home, observer);
  const data = await prepareData(config, corpora, home, observer);
  const system = await buildSystem(config, data);
  const trainer = new Trainer(config, folder, data, system, options);
  if (resume) trainer.restore();
  else trainer.save(home);
  system.writeGraphs(home);
  writeFileAtomic(home.config, printConfig(config));
  if (!resume) claim.establish();
  return trainer;
}

class Trainer {
  readonly #config: TrainConfig;
  readonly #folder: RunFolder;
  readonly #data: PreparedData;
  readonly #system: TrainingSystem;
  readonly #options: TrainOptions;
  readonly #log: MetricsLog;
  readonly #totalSteps: number | undefined;
  readonly #rate: Schedule;
  #progress: Progress;
  #window = new Window();
  /** Updates without a finite loss and gradient, in a row up to now. */
  #skipped = 0;
  #startedAt = performance.now();
  #stored = 0;

  constructor(
    config: TrainConfig,
    folder: RunFolder,
    data: PreparedData,
    system: TrainingSystem,
    options: TrainOptions,
  ) {
    this.#config = config;
    this.#folder = folder;
    this.#data = data;
    this.#system = system;
    this.#options = options;
    this.#log = new MetricsLog(folder.metrics, options.observer, () => this.#seconds());
    this.#totalSteps = totalSteps(config, system.batches.epochLength);
    this.#rate = buildSchedule(config.schedule, {
      dModel: config.model.dModel,
      ...(this.#totalSteps && { maxSteps: this.#totalSteps }),
    });
    this.#progress = {
      seed: config.seed,
      step: 0,
      data: system.batches.state(),
      validations: 0,
      seconds: 0,
      best: null,
      sinceBest: 0,
      snapshots: [],
      window: this.#window.state,
    };
  }

  /** The update up to which the run is stored. */
  get stored(): number {
    return this.#stored;
  }

  async release(): Promise<void> {
    await this.#system.release();
  }

  async run(): Promise<TrainOutcome> {
    const { observer } = this.#options;
    this.#stored = this.#progress.step;
    this.#log.forgetAfter(this.#stored);
    this.#startedAt = performance.now() - 1000 * this.#progress.seconds;
    const { step, batches } = this.#system;
    const count = step.parameters.count.toLocaleString('en-US');
    const padding = (100 * batches.padding()).toFixed(1);
    observer.note(`${count} parameters; ${batches.epochLength} batches an epoch, ${padding}% padding`);
    const doubt = doubtWarmup(this.#config, this.#totalSteps);
    if (doubt !== undefined) observer.warn(doubt);
    const interrupted = await this.#loop();
    const folder = this.#folder.path;
    if (interrupted) {
      this.save();
      return { folder, interrupted, test: undefined, samples: [] };
    }
    const outcome = await finish({
      config: this.#config,
      folder: this.#folder,
      data: this.#data,
      system: this.#system,
      progress: this.#progress,
      log: this.#log,
      observer,
    });
    return { folder, interrupted, ...outcome };
  }

  /** Goes on where the last checkpoint was made. */
  restore(): void {
    const path = this.#folder.checkpoint('last');
    this.#progress = loadState(path, this.#system.step);
    const { seed, step, data, window } = this.#progress;
    if (seed !== this.#config.seed) {
      throw new UserError(`${path}: trained with seed ${seed}, the config says ${this.#config.seed}`);
    }
    this.#system.batches.restore(data);
    this.#window = new Window(window);
    this.#options.observer.note(`resuming after update ${step}`);
  }

  /** Updates until an end is reached; true if it was interrupted. */
  async #loop(): Promise<boolean> {
    const { batches } = this.#system;
    const { validateSteps } = this.#config.training;
    let done = this.#isDone();
    while (!done) {
      if (this.#options.signal.aborted) return true;
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
    // Time was over before a resumed run could begin.
    if (this.#progress.best === null) await this.#validate(batches.state().epoch + 1, true);
    return false;
  }

  #isDone(): boolean {
    const { maxMinutes } = this.#config.training;
    if (this.#totalSteps !== undefined && this.#progress.step >= this.#totalSteps) return true;
    if (maxMinutes !== undefined && this.#seconds() >= 60 * maxMinutes) return true;
    return this.#isPatienceOver();
  }

  #isPatienceOver(): boolean {
    const { patience } = this.#config.training;
    return patience > 0 && this.#progress.sinceBest >= patience;
  }

  /** One update in the given epoch (from 1), told to the observer; a line of metrics where one is due. */
  async #update(epoch: number): Promise<void> {
    const { batches, rng } = this.#system;
    const { accumulate, logSteps } = this.#config.training;
    const drawn = Array.from({ length: accumulate }, () => batches.next());
    const step = ++this.#progress.step;
    const learningRate = this.#rate(step);
    const result = await this.#system.step.run(drawn, learningRate, step, rng.split('dropout').split(step));
    this.#progress.data = batches.state();
    this.#countSkipped(result.gradientNorm);
    this.#window.add(result);
    const means = this.#window.means();
    const { loss, tokensPerSecond } = means;
    const totalSteps = this.#totalSteps;
    const secondsLeft = estimateSecondsLeft(this.#config.training, {
      step,
      totalSteps,
      seconds: this.#seconds(),
    });
    this.#options.observer.tick({
      step,
      totalSteps,
      secondsLeft,
      epoch,
      loss,
      learningRate,
      tokensPerSecond,
    });
    if (step % logSteps === 0) {
      this.#log.append({ event: 'step', step, epoch, ...means, learningRate });
      this.#window = new Window();
    }
  }

  #countSkipped(gradientNorm: number): void {
    this.#skipped = Number.isNaN(gradientNorm) ? this.#skipped + 1 : 0;
    if (this.#skipped === MAX_SKIPPED) {
      throw new UserError(
        `the loss was not finite for ${MAX_SKIPPED} updates up to ${this.#progress.step}: lower schedule.learningRate or set optimizer.clipNorm`,
      );
    }
  }

  async #validate(epoch: number, last: boolean): Promise<void> {
    const { scoreEvery, selectBy, average } = this.#config.training;
    const progress = this.#progress;
    progress.validations++;
    const { validator, step } = this.#system;
    const { loss, nll } = await validator.loss();
    const scored = scoreEvery > 0 && (last || progress.validations % scoreEvery === 0);
    const { observer } = this.#options;
    const onProgress = (done: number, total: number) => observer.progress('validation', done, total);
    const score = scored ? (await validator.score(this.#data.valid, onProgress)).score.score : undefined;
    const value = selectBy === 'loss' ? -loss : score;
    const best = value !== undefined && (progress.best === null || value > progress.best.value);
    if (best) {
      progress.best = { value, step: progress.step };
      progress.sinceBest = 0;
      saveParameters(this.#folder.checkpoint('best'), step.parameters);
    } else if (value !== undefined) progress.sinceBest++;
    if (average > 1) this.#keepSnapshot(average);
    this.#log.append({
      event: 'validation',
      step: progress.step,
      epoch,
      loss,
      nll,
      perplexity: Math.exp(nll),
      ...(score !== undefined && { metric: this.#data.task.metric, score }),
      best,
    });
    this.save();
  }

  #keepSnapshot(count: number): void {
    const name = `step-${this.#progress.step}`;
    saveParameters(this.#folder.checkpoint(name), this.#system.step.parameters);
    this.#progress.snapshots.push(name);
    while (this.#progress.snapshots.length > count) {
      remove(this.#folder.checkpoint(this.#progress.snapshots.shift()!));
    }
  }

  /** Stores the state that training can go on from. */
  save(folder = this.#folder): void {
    this.#progress.seconds = this.#seconds();
    this.#progress.window = this.#window.state;
    saveState(folder.checkpoint('last'), this.#system.step, this.#progress);
    this.#stored = this.#progress.step;
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
