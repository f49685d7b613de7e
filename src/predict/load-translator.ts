// From a run's folder to a translator of plain text: config, vocabularies, parameters, search.
import { basename } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { type DecodeConfig, decodeSchema } from '../decode/config.ts';
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import type { Value } from '../graph/graph.ts';
import { buildModel } from '../models/index.ts';
import { type SystemConfig, systemSchema } from '../run/config.ts';
import { loadLanguages, vocabularyShape } from '../run/languages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Presented, Task } from '../run/task.ts';
import { buildTask } from '../run/tasks.ts';
import { type LoadedFile, loadSafetensors } from '../runtime/safetensors.ts';
import { Session } from '../runtime/session.ts';
import { findNonFinite } from '../tensor/tensor.ts';
import { UserError } from '../util/errors.ts';
import { isFile } from '../util/files.ts';
import { InputCheck, type InputCheckOptions } from './input-check.ts';
import { Translator } from './translator.ts';

export interface LoadOptions {
  /** Replaces settings of the run's `decode` section. */
  decode?: Partial<DecodeConfig>;
  /** Searches without the constraint that the run's config may ask for. */
  unconstrained?: boolean;
  threads?: number;
  /** The name of a checkpoint, such as `best`, instead of the run's own choice. */
  checkpoint?: string | undefined;
  /** Called for each line that was cut to fit the model: its number from 0 and the tokens it had. */
  onTruncated?: (line: number, tokens: number) => void;
}

/** Text as people write it, or as the run's preprocessing steps leave it: the model's own. */
export type TextForm = 'raw' | 'preprocessed';

export interface TextForms {
  input: TextForm;
  output: TextForm;
}

/** One translation of a line. */
export interface Translation extends Presented {
  score: number;
}

export class TextTranslator {
  readonly config: SystemConfig;
  /** Which of the training's parameters these are: `best`, `averaged`. */
  readonly weights: string;
  readonly #translator: Translator;
  readonly #task: Task;
  readonly #session: Session;
  readonly #encoding: Pick<InputCheckOptions, 'encode' | 'unkId'>;

  private constructor(
    config: SystemConfig,
    weights: string,
    translator: Translator,
    task: Task,
    session: Session,
    encoding: Pick<InputCheckOptions, 'encode' | 'unkId'>,
  ) {
    this.config = config;
    this.weights = weights;
    this.#translator = translator;
    this.#task = task;
    this.#session = session;
    this.#encoding = encoding;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(folder: RunFolder, options: LoadOptions = {}): Promise<TextTranslator> {
    const config = loadConfig(folder.config, systemSchema).value;
    const languages = loadLanguages(config, folder);
    const { ids } = languages;
    const task = buildTask(config);
    const codec = task.codec(languages);
    const constraint = options.unconstrained ? undefined : task.constraint(languages);
    const model = buildModel(config.model, vocabularyShape(languages));
    const decode = decodeSchema.parse({ ...config.decode, ...options.decode });
    const path = folder.weights(options.checkpoint);
    const { tensors, metadata } = loadSafetensors(path);
    const graph = buildTranslationGraph(model, { decode, ids, constraint, weights: tensors });
    checkParameters(path, tensors, graph.parameters);
    checkFinite(folder, path, tensors);
    const session = await Session.create(graph.model, { threads: options.threads ?? 0 });
    const encode = (line: string) => codec.encodeSource(line);
    const translator = new Translator({
      session,
      encode,
      decode: (tokens) => codec.decode(tokens),
      ids,
      maxLength: config.model.maxLength,
      batchTokens: decode.batchTokens,
      peakBytes: graph.peakBytes,
      ...(options.onTruncated && { onTruncated: options.onTruncated }),
    });
    const weights = metadata['tx.weights'] ?? basename(path, '.safetensors');
    const { unkId } = languages.src.vocabulary;
    return new TextTranslator(config, weights, translator, task, session, { encode, unkId });
  }

  /**
   * Translates lines in order. Trees are given in either form of output. See Translator.translate for the rest.
   */
  async translate(
    lines: readonly string[],
    { input, output }: TextForms,
    { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
  ): Promise<Translation[][]> {
    const sources = input === 'raw' ? lines.map((line) => this.#task.prepare(line)) : lines;
    const outputs = await this.#translator.translate(sources, onProgress, signal);
    return outputs.map((hypotheses, i) => {
      if (hypotheses.length === 0) throw notScored(lines[i]!);
      return hypotheses.map(({ text, score }) => {
        const shown = this.#task.present(text, sources[i]!);
        return { ...shown, text: output === 'raw' ? shown.text : text, score };
      });
    });
  }

  /** What tells doubts about lines that are said to be in this form. */
  checkInput(form: TextForm): InputCheck {
    const { prepare, isPrepared } = this.#task;
    return new InputCheck({ prepare, isPrepared, ...this.#encoding }, form === 'preprocessed');
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** A graph's parameters must be in the file, in their shapes. */
function checkParameters(path: string, tensors: LoadedFile['tensors'], parameters: readonly Value[]): void {
  for (const { name, dtype, shape } of parameters) {
    const tensor = tensors.get(name!);
    const needed = `the run's config and vocabulary need ${dtype} [${shape}]`;
    if (tensor === undefined) throw new UserError(`${path}: parameter ${name} is missing; ${needed}`);
    if (tensor.dtype !== dtype || tensor.dims.join() !== shape.join()) {
      throw new UserError(`${path}: parameter ${name} is ${tensor.dtype} [${tensor.dims}]; ${needed}`);
    }
  }
}

/** A UserError that names a sound checkpoint where the one at `path` holds NaN or ∞. */
function checkFinite(folder: RunFolder, path: string, tensors: LoadedFile['tensors']): void {
  const name = findNonFinite(tensors);
  if (name === undefined) return;
  const sound = [...folder.earlier(), 'averaged'].find((other) => {
    const file = folder.checkpoint(other);
    return file !== path && isFile(file) && findNonFinite(loadSafetensors(file).tensors) === undefined;
  });
  const advice =
    sound === undefined
      ? 'no other one is sound: train anew, with a lower learning rate or with optimizer.clipNorm'
      : `use --checkpoint ${sound}, or train on from there with --resume --from`;
  throw new UserError(`${path}: ${name} holds NaN or ∞, as after a training that diverged; ${advice}`);
}

/** Finite parameters so large that the search finds nothing. */
function notScored(line: string): UserError {
  const start = JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line);
  return new UserError(
    `no output for ${start} has a finite score, as after a training that diverged; use another --checkpoint`,
  );
}
