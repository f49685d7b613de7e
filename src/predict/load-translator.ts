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
import type { Task } from '../run/task.ts';
import { buildTask } from '../run/tasks.ts';
import { type LoadedFile, loadSafetensors } from '../runtime/safetensors.ts';
import { Session } from '../runtime/session.ts';
import type { Restored } from '../trees/repair.ts';
import { UserError } from '../util/errors.ts';
import { Translator } from './translator.ts';

export interface LoadOptions {
  /** Replaces settings of the run's `decode` section. */
  decode?: Partial<DecodeConfig>;
  /** Searches without the constraint that the run's config may ask for. */
  unconstrained?: boolean;
  threads?: number;
  /** A parameter file instead of the run's own choice. */
  weights?: string;
  /** Called for each line that was cut to fit the model: its number from 0 and the tokens it had. */
  onTruncated?: (line: number, tokens: number) => void;
}

/** One translation of a line. */
export interface Translation {
  text: string;
  score: number;
  /** The text as a tree, where it stands for one. */
  parse?: Restored;
}

export class TextTranslator {
  readonly config: SystemConfig;
  /** Which of the training's parameters these are: `best`, `averaged`. */
  readonly weights: string;
  readonly #translator: Translator;
  readonly #task: Task;
  readonly #session: Session;

  private constructor(
    config: SystemConfig,
    weights: string,
    translator: Translator,
    task: Task,
    session: Session,
  ) {
    this.config = config;
    this.weights = weights;
    this.#translator = translator;
    this.#task = task;
    this.#session = session;
  }

  /** Loads a run; a UserError where its files are damaged or do not belong together. */
  static async load(folder: RunFolder, options: LoadOptions = {}): Promise<TextTranslator> {
    const config = loadConfig(folder.config, systemSchema).value;
    const languages = await loadLanguages(config, folder);
    const { ids } = languages;
    const task = buildTask(config);
    const codec = task.codec(languages);
    const constraint = options.unconstrained ? undefined : task.constraint(languages);
    const model = buildModel(config.model, vocabularyShape(languages));
    const decode = decodeSchema.parse({ ...config.decode, ...options.decode });
    const path = options.weights ?? folder.weights();
    const { tensors, metadata } = loadSafetensors(path);
    checkParameters(path, tensors, buildTranslationGraph(model, { decode, ids, constraint }).inputs);
    const graph = buildTranslationGraph(model, { decode, ids, constraint, weights: tensors });
    const session = await Session.create(graph.model, { threads: options.threads ?? 0 });
    const translator = new Translator({
      session,
      encode: (line) => codec.encodeSource(line),
      decode: (tokens) => codec.decode(tokens),
      ids,
      maxLength: config.model.maxLength,
      batchTokens: decode.batchTokens,
      ...(options.onTruncated && { onTruncated: options.onTruncated }),
    });
    const weights = metadata['tx.weights'] ?? basename(path, '.safetensors');
    return new TextTranslator(config, weights, translator, task, session);
  }

  /**
   * Translates lines in order. With `text` raw, lines are preprocessed and translations given as people write
   * them; with preprocessed, both are the model's own text. Trees are given in either case.
   */
  async translate(
    lines: readonly string[],
    text: 'raw' | 'preprocessed',
    onProgress?: (done: number, total: number) => void,
  ): Promise<Translation[][]> {
    const raw = text === 'raw';
    const inputs = raw ? lines.map((line) => this.#task.prepare(line)) : [...lines];
    const outputs = await this.#translator.translate(inputs, onProgress);
    return outputs.map((hypotheses, i) =>
      hypotheses.map(({ text, score }) => {
        const parse = this.#task.restore?.(text, inputs[i]!);
        const shown = raw ? this.#task.present(text, inputs[i]!) : text;
        return { text: shown, score, ...(parse && { parse }) };
      }),
    );
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** The parameters among a graph's inputs must be in the file, in their shapes. */
function checkParameters(path: string, tensors: LoadedFile['tensors'], inputs: readonly Value[]): void {
  for (const { name, dtype, shape } of inputs.filter(({ name }) => name !== 'src')) {
    const tensor = tensors.get(name!);
    const needed = `the run's config and vocabulary need ${dtype} [${shape}]`;
    if (tensor === undefined) throw new UserError(`${path}: parameter ${name} is missing; ${needed}`);
    if (tensor.dtype !== dtype || tensor.dims.join() !== shape.join()) {
      throw new UserError(`${path}: parameter ${name} is ${tensor.dtype} [${tensor.dims}]; ${needed}`);
    }
  }
}
