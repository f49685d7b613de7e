// From a run's folder to a translator of plain text: config, vocabularies, parameters, search.
import { loadConfig } from '../config/load.ts';
import type { DecodeConfig } from '../decode/config.ts';
import { buildTranslationGraph } from '../decode/translation-graph.ts';
import { Transformer } from '../models/transformer.ts';
import { type SystemConfig, systemSchema } from '../run/config.ts';
import { type Languages, loadLanguages } from '../run/languages.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { loadSafetensors } from '../runtime/safetensors.ts';
import { Session } from '../runtime/session.ts';
import { Translator } from './translator.ts';

export interface LoadOptions {
  /** Replaces settings of the run's `decode` section. */
  decode?: Partial<DecodeConfig>;
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
}

export class TextTranslator {
  readonly config: SystemConfig;
  readonly #translator: Translator;
  readonly #languages: Languages;
  readonly #session: Session;

  private constructor(config: SystemConfig, translator: Translator, languages: Languages, session: Session) {
    this.config = config;
    this.#translator = translator;
    this.#languages = languages;
    this.#session = session;
  }

  /** Loads a run. */
  static async load(folder: RunFolder, options: LoadOptions = {}): Promise<TextTranslator> {
    const config = loadConfig(folder.config, systemSchema).value;
    const languages = await loadLanguages(config, folder);
    const { src, tgt, ids } = languages;
    const model = new Transformer(config.model, {
      srcVocabSize: src.vocabulary.size,
      tgtVocabSize: tgt.vocabulary.size,
      padId: ids.padId,
    });
    const decode = { ...config.decode, ...options.decode };
    const weights = loadSafetensors(options.weights ?? folder.weights()).tensors;
    const graph = buildTranslationGraph(model, { decode, ids, weights });
    const session = await Session.create(graph.model, { threads: options.threads ?? 0 });
    const translator = new Translator({
      session,
      encode: (line) => src.vocabulary.encode(line),
      decode: (tokens) => tgt.vocabulary.decode(tokens),
      ids,
      maxLength: config.model.maxLength,
      batchTokens: decode.batchTokens,
      ...(options.onTruncated && { onTruncated: options.onTruncated }),
    });
    return new TextTranslator(config, translator, languages, session);
  }

  /**
   * Translates lines in order. With `text` raw, lines are preprocessed and translations given as people write
   * them; with preprocessed, both are the model's own text.
   */
  async translate(
    lines: readonly string[],
    text: 'raw' | 'preprocessed',
    onProgress?: (done: number, total: number) => void,
  ): Promise<Translation[][]> {
    const { src, tgt } = this.#languages;
    const raw = text === 'raw';
    const inputs = raw ? lines.map((line) => src.preprocessor.apply(line)) : [...lines];
    const outputs = await this.#translator.translate(inputs, onProgress);
    return outputs.map((hypotheses) =>
      hypotheses.map(({ text, score }) => ({ text: raw ? tgt.preprocessor.undo(text) : text, score })),
    );
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
