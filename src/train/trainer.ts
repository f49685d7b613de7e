// The training loop: epochs of updates, validations, checkpoints, early stopping; then averaging and the test.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { printConfig } from '../config/print.ts';
import { BatchIterator } from '../data/batches.ts';
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import { type AnyModel, buildModel } from '../models/index.ts';
import { encodeModel } from '../onnx/schema.ts';
import { buildOptimizer, buildSchedule } from '../optim/index.ts';
import { buildUpdateModel } from '../optim/update-graph.ts';
import { Translator } from '../predict/translator.ts';
import { vocabularyShape } from '../run/languages.ts';
import { saveResult } from '../run/results.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Judged } from '../run/task.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { Session } from '../runtime/session.ts';
import { UserError } from '../util/errors.ts';
import { writeFileAtomic } from '../util/files.ts';
import { Rng } from '../util/rng.ts';
import { averageParameters, loadState, type Progress, saveParameters, saveState } from './checkpoint.ts';
import type { TrainConfig } from './config.ts';
import type { TrainEvent, TrainObserver } from './observer.ts';
import { decays, Parameters } from './parameters.ts';
import { type PreparedData, prepareData, readCorpora } from './prepare-data.ts';
import { checkResumable } from './resume.ts';
import { TrainStep } from './train-step.ts';
import { buildEvalGraph, buildTrainingGraph } from './training-graph.ts';
import { Validator } from './validation.ts';
import { Window } from './window.ts';

/** Steps in a row whose loss is not finite, after which training gives up. */
const MAX_SKIPPED = 20;

export interface TrainOutcome {
  folder: string;
  /** Whether training was interrupted before its end. */
  interrupted: boolean;
  test: Judged | undefined;
  /** Source, output and reference of some test (or validation) lines. */
  samples: { src: string; hyp: string; ref: string }[];
}

export interface TrainOptions {
  resume: boolean;
  observer: TrainObserver;
  signal: AbortSignal;
}

/**
 * Trains as the config says, in the run's folder; a run that is there is replaced unless it is resumed. The config's
 * paths must be absolute. A run that cannot start leaves nothing behind.
 */
export async function train(
  config: TrainConfig,
  folder: RunFolder,
  options: TrainOptions,
): Promise<TrainOutcome> {
  if (options.resume) checkResumable(config, folder);
  const trainer = await start(config, folder, options);
  try {
    return await trainer.run();
  } finally {
    await trainer.release();
  }
}

async function start(config: TrainConfig, folder: RunFolder, options: TrainOptions): Promise<Trainer> {
  const { observer, resume } = options;
  const corpora = readCorpora(config, observer);
  if (!resume) folder.clear();
  try {
    folder.create();
    writeFileAtomic(folder.config, printConfig(config));
    const data = await prepareData(config, corpora, folder, observer);
    return await Trainer.create(config, folder, data, options);
  } catch (error) {
    if (!resume) folder.clear();
    throw error;
  }
}

class Trainer {
  readonly #config: TrainConfig;
  readonly #folder: RunFolder;
  readonly #data: PreparedData;
  readonly #options: TrainOptions;
  readonly #sessions: Session[];
  readonly #model: AnyModel;
  readonly #step: TrainStep;
  readonly #validator: Validator;
  readonly #batches: BatchIterator;
  readonly #rng: Rng;
  readonly #totalSteps: number | undefined;
  readonly #rate: (step: number) => number;
  #progress: Progress;
  #window = new Window();
  #startedAt = performance.now();

  private constructor(parts: {
    config: TrainConfig;
    folder: RunFolder;
    data: PreparedData;
    options: TrainOptions;
    sessions: Session[];
    model: AnyModel;
    step: TrainStep;
    validator: Validator;
    rng: Rng;
  }) {
    const { config, data } = parts;
    this.#config = config;
    this.#folder = parts.folder;
    this.#data = data;
    this.#options = parts.options;
    this.#sessions = parts.sessions;
    this.#model = parts.model;
    this.#step = parts.step;
    this.#validator = parts.validator;
    this.#rng = parts.rng;
    const { batchTokens, batchSentences, padToMultiple } = config.data;
    const limit = batchTokens === undefined ? { batchSentences: batchSentences! } : { batchTokens };
    this.#batches = new BatchIterator(
      data.train,
      data.languages.ids,
      { ...limit, padToMultiple },
      parts.rng.split('data'),
    );
    this.#totalSteps = totalSteps(config, this.#batches.epochLength);
    const scheduleOptions = {
      dModel: config.model.dModel,
      ...(this.#totalSteps && { maxSteps: this.#totalSteps }),
    };
    this.#rate = buildSchedule(config.schedule, scheduleOptions);
    this.#progress = {
      seed: config.seed,
      step: 0,
      data: this.#batches.state(),
      validations: 0,
      seconds: 0,
      best: null,
      sinceBest: 0,
      snapshots: [],
      window: this.#window.state,
    };
  }

  static async create(
    config: TrainConfig,
    folder: RunFolder,
    data: PreparedData,
    options: TrainOptions,
  ): Promise<Trainer> {
    const { codec } = data;
    const { ids } = data.languages;
    const model = buildModel(config.model, vocabularyShape(data.languages));
    const { labelSmoothing } = config.training;
    const training = buildTrainingGraph(model, labelSmoothing);
    const evaluation = buildEvalGraph(model, labelSmoothing);
    const optimizer = buildOptimizer(config.optimizer);
    const parameters = new Parameters(training.declared.parameters.values());
    const rng = Rng.fromSeed(config.seed);
    parameters.initialize(rng.split('parameters'));
    const updates = buildUpdateModel(
      optimizer,
      parameters.specs.map((spec) => ({ ...spec, decay: decays(spec) })),
    );
    writeFileAtomic(folder.graph('training'), encodeModel(training.model));
    writeFileAtomic(folder.graph('eval'), encodeModel(evaluation));
    writeFileAtomic(folder.graph('optimizer'), encodeModel(updates));
    const decoding = buildTranslationGraph(model, {
      decode: config.decode,
      ids,
      constraint: data.constraint,
    });
    const { threads } = config;
    const sessions: Session[] = [];
    for (const graph of [training.model, evaluation, decoding.model])
      sessions.push(await Session.create(graph, { threads }));
    const [trainSession, evalSession, decodeSession] = sessions as [Session, Session, Session];
    const step = new TrainStep(
      trainSession,
      training.declared.masks,
      parameters,
      optimizer,
      config.optimizer.clipNorm,
    );
    const translator = new Translator({
      session: decodeSession,
      weights: parameters.feeds,
      encode: (line) => codec.encodeSource(line),
      decode: (tokens) => codec.decode(tokens),
      ids,
      maxLength: config.model.maxLength,
      batchTokens: config.decode.batchTokens,
    });
    const validator = new Validator(data, evalSession, parameters, translator);
    return new Trainer({ config, folder, data, options, sessions, model, step, validator, rng });
  }

  async release(): Promise<void> {
    for (const session of this.#sessions) await session.release();
  }

  async run(): Promise<TrainOutcome> {
    const { observer, resume } = this.#options;
    const last = this.#folder.checkpoint('last');
    if (resume && existsSync(last)) {
      this.#progress = loadState(last, this.#step);
      if (this.#progress.seed !== this.#config.seed) {
        throw new UserError(
          `${last}: trained with seed ${this.#progress.seed}, the config says ${this.#config.seed}`,
        );
      }
      this.#batches.restore(this.#progress.data);
      this.#window = new Window(this.#progress.window);
      this.#forgetMetricsAfter(this.#progress.step);
      observer.note(`resuming after update ${this.#progress.step}`);
    } else {
      rmSync(this.#folder.metrics, { force: true });
    }
    this.#startedAt = performance.now() - 1000 * this.#progress.seconds;
    const { count } = this.#step.parameters;
    const padding = (100 * this.#batches.padding()).toFixed(1);
    observer.note(
      `${count.toLocaleString('en-US')} parameters; ${this.#batches.epochLength} batches an epoch, ${padding}% padding`,
    );
    const interrupted = await this.#loop();
    if (interrupted) {
      this.#save();
      return { folder: this.#folder.path, interrupted, test: undefined, samples: [] };
    }
    return this.#finish();
  }

  /** Updates until an end is reached; true if it was interrupted. */
  async #loop(): Promise<boolean> {
    const { validateSteps, logSteps, accumulate } = this.#config.training;
    let skipped = 0;
    let done = this.#isDone();
    while (!done) {
      if (this.#options.signal.aborted) return true;
      const { epoch } = this.#batches.state();
      const batches = Array.from({ length: accumulate }, () => this.#batches.next());
      const step = ++this.#progress.step;
      const learningRate = this.#rate(step);
      const dropout = this.#rng.split('dropout').split(step);
      const result = await this.#step.run(batches, learningRate, step, dropout);
      this.#progress.data = this.#batches.state();
      skipped = Number.isNaN(result.gradientNorm) ? skipped + 1 : 0;
      if (skipped === MAX_SKIPPED) {
        throw new UserError(
          `the loss was not finite for ${MAX_SKIPPED} updates up to ${step}: lower schedule.learningRate or set optimizer.clipNorm`,
        );
      }
      this.#window.add(result);
      const means = this.#window.means();
      const { loss, tokensPerSecond } = means;
      const totalSteps = this.#totalSteps;
      this.#options.observer.tick({
        step,
        totalSteps,
        epoch: epoch + 1,
        loss,
        learningRate,
        tokensPerSecond,
      });
      if (step % logSteps === 0) {
        const seconds = this.#seconds();
        this.#emit({ event: 'step', step, epoch: epoch + 1, ...means, learningRate, seconds });
        this.#window = new Window();
      }
      const epochEnded = this.#batches.state().epoch > epoch;
      const due = validateSteps === undefined ? epochEnded : step % validateSteps === 0;
      done = this.#isDone();
      if (due || done) {
        await this.#validate(epoch + 1, done);
        this.#window.restart();
        // Time that runs out meanwhile ends training after one more update, with a validation that knows it is the last.
        done ||= this.#isPatienceOver();
      }
    }
    // Time was over before a resumed run could begin.
    if (this.#progress.best === null) await this.#validate(this.#batches.state().epoch + 1, true);
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

  async #validate(epoch: number, last: boolean): Promise<void> {
    const { scoreEvery, selectBy, average } = this.#config.training;
    const progress = this.#progress;
    progress.validations++;
    const { loss, nll } = await this.#validator.loss();
    const scored = scoreEvery > 0 && (last || progress.validations % scoreEvery === 0);
    const { observer } = this.#options;
    const score = scored
      ? (
          await this.#validator.score(this.#data.valid, (done, total) =>
            observer.progress('validation', done, total),
          )
        ).score.score
      : undefined;
    const value = selectBy === 'loss' ? -loss : score;
    const best = value !== undefined && (progress.best === null || value > progress.best.value);
    if (best) {
      progress.best = { value, step: progress.step };
      progress.sinceBest = 0;
      saveParameters(this.#folder.checkpoint('best'), this.#step.parameters);
    } else if (value !== undefined) progress.sinceBest++;
    if (average > 1) this.#keepSnapshot(average);
    this.#emit({
      event: 'validation',
      step: progress.step,
      epoch,
      loss,
      nll,
      perplexity: Math.exp(nll),
      ...(score !== undefined && { metric: this.#data.task.metric, score }),
      best,
      seconds: this.#seconds(),
    });
    this.#save();
  }

  #keepSnapshot(count: number): void {
    const name = `step-${this.#progress.step}`;
    saveParameters(this.#folder.checkpoint(name), this.#step.parameters);
    this.#progress.snapshots.push(name);
    while (this.#progress.snapshots.length > count) {
      rmSync(this.#folder.checkpoint(this.#progress.snapshots.shift()!), { force: true });
    }
  }

  #save(): void {
    this.#progress.seconds = this.#seconds();
    this.#progress.window = this.#window.state;
    saveState(this.#folder.checkpoint('last'), this.#step, this.#progress);
  }

  /** Chooses between the best and the averaged parameters, stores them, and scores the test set. */
  async #finish(): Promise<TrainOutcome> {
    const { parameters } = this.#step;
    const chosen = await this.#chooseWeights();
    saveParameters(this.#folder.checkpoint('model'), parameters, { 'tx.weights': chosen });
    const { model } = buildTranslationGraph(this.#model, {
      decode: this.#config.decode,
      ids: this.#data.languages.ids,
      constraint: this.#data.constraint,
      weights: parameters.tensors(),
    });
    writeFileAtomic(this.#folder.graph('decode'), encodeModel(model));
    const { valid, test } = this.#data;
    const set = test ?? valid;
    const result = await this.#score(chosen, test === undefined ? 'valid' : 'test');
    const samples = spread(set.raw.src.length, this.#config.evaluation.samples).map((i) => ({
      src: set.raw.src[i]!,
      hyp: result.hypotheses[i]!,
      ref: result.references[i]!,
    }));
    return { folder: this.#folder.path, interrupted: false, test: test && result, samples };
  }

  /** Leaves the parameters that do best on the validation set in place and names them. */
  async #chooseWeights(): Promise<'best' | 'averaged'> {
    const { parameters } = this.#step;
    const { snapshots } = this.#progress;
    const bestPath = this.#folder.checkpoint('best');
    if (snapshots.length < 2) {
      parameters.assign(loadSafetensors(bestPath).tensors, bestPath);
      return 'best';
    }
    averageParameters(
      snapshots.map((name) => this.#folder.checkpoint(name)),
      parameters,
    );
    const averagedPath = this.#folder.checkpoint('averaged');
    saveParameters(averagedPath, parameters);
    const value =
      this.#config.training.selectBy === 'loss'
        ? -(await this.#validator.loss()).loss
        : (await this.#score('averaged', 'valid')).score.score;
    if (value >= (this.#progress.best?.value ?? Number.NEGATIVE_INFINITY)) return 'averaged';
    parameters.assign(loadSafetensors(bestPath).tensors, bestPath);
    return 'best';
  }

  /** Translates and scores a set, and keeps both in the run's folder. */
  async #score(weights: string, name: 'valid' | 'test'): Promise<Judged> {
    const { observer } = this.#options;
    const result = await this.#validator.score(this.#data[name]!, (done, total) =>
      observer.progress(name, done, total),
    );
    saveResult(this.#folder, name, { weights, ...result });
    this.#emit({
      event: 'result',
      weights,
      set: name,
      metric: this.#data.task.metric,
      score: result.score.score,
      signature: result.signature,
      seconds: this.#seconds(),
    });
    return result;
  }

  #emit(event: TrainEvent): void {
    appendFileSync(this.#folder.metrics, `${JSON.stringify(event)}\n`);
    this.#options.observer.event(event);
  }

  /** Drops the metrics of updates that are about to be done again, and a line that a crash cut short. */
  #forgetMetricsAfter(step: number): void {
    if (!existsSync(this.#folder.metrics)) return;
    const kept = readFileSync(this.#folder.metrics, 'utf8')
      .split('\n')
      .filter((line) => {
        const event = parseEvent(line);
        return event !== undefined && 'step' in event && event.step <= step;
      });
    writeFileAtomic(this.#folder.metrics, kept.map((line) => `${line}\n`).join(''));
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}

function parseEvent(line: string): TrainEvent | undefined {
  try {
    return JSON.parse(line) as TrainEvent;
  } catch {
    return undefined;
  }
}

function totalSteps({ training }: TrainConfig, epochLength: number): number | undefined {
  const { maxSteps, maxEpochs, accumulate } = training;
  const byEpochs = maxEpochs === undefined ? undefined : Math.ceil((maxEpochs * epochLength) / accumulate);
  if (maxSteps === undefined) return byEpochs;
  return byEpochs === undefined ? maxSteps : Math.min(maxSteps, byEpochs);
}

/** `count` positions spread evenly over [0, length). */
function spread(length: number, count: number): number[] {
  const n = Math.min(length, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * length) / n));
}
