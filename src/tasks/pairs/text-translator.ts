// From a run of translation or parsing to a translator of plain text: tokenizers, parameters, search.
import { type DecodeConfig, decodeSchema } from '../../decode/config.ts';
import { buildTranslationGraph } from '../../decode/translation-graph.ts';
import { Session } from '../../runtime/session.ts';
import { notScored } from '../hypotheses.ts';
import { loadWeights, type OpenRun } from '../open-run.ts';
import type { PairConfig } from './config.ts';
import { InputCheck, type InputCheckOptions } from './input-check.ts';
import type { PairText, Presented } from './pair-text.ts';
import { loadPairTokenizers } from './prepare.ts';
import { buildPairModel } from './system.ts';
import { Translator } from './translator.ts';

export interface TranslatorSettings {
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
  /** Which of the training's parameters these are: `best`, `averaged`. */
  readonly weights: string;
  readonly #translator: Translator;
  readonly #text: PairText;
  readonly #session: Session;
  readonly #encoding: Pick<InputCheckOptions, 'encode' | 'unkId'>;

  private constructor(parts: {
    weights: string;
    translator: Translator;
    text: PairText;
    session: Session;
    encoding: Pick<InputCheckOptions, 'encode' | 'unkId'>;
  }) {
    this.weights = parts.weights;
    this.#translator = parts.translator;
    this.#text = parts.text;
    this.#session = parts.session;
    this.#encoding = parts.encoding;
  }

  /** Loads a run whose text is this; a UserError where its files are damaged or do not belong together. */
  static async load<Config extends PairConfig>(
    { folder, config }: OpenRun<Config>,
    text: PairText,
    settings: TranslatorSettings = {},
  ): Promise<TextTranslator> {
    const tokenizers = loadPairTokenizers(config, folder);
    const { ids } = tokenizers;
    const codec = text.codec(tokenizers);
    const constraint = settings.unconstrained ? undefined : text.constraint(tokenizers);
    const decode = decodeSchema.parse({ ...config.decode, ...settings.decode });
    const weights = loadWeights({ folder }, settings.checkpoint);
    const model = buildPairModel(config, tokenizers);
    const graph = buildTranslationGraph(model, { decode, ids, constraint, weights: weights.tensors });
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    const encode = (line: string) => codec.encodeSource(line);
    const translator = new Translator({
      session,
      encode,
      decode: (tokens) => codec.decode(tokens),
      ids,
      maxLength: config.model.maxLength,
      batchTokens: decode.batchTokens,
      peakBytes: graph.peakBytes,
      ...(settings.onTruncated && { onTruncated: settings.onTruncated }),
    });
    const unkId = tokenizers.src.special.unk ?? -1;
    return new TextTranslator({
      weights: weights.name,
      translator,
      text,
      session,
      encoding: { encode, unkId },
    });
  }

  /**
   * Translates lines in order. Trees are given in either form of output. See Translator.translate for the rest.
   */
  async translate(
    lines: readonly string[],
    { input, output }: TextForms,
    { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
  ): Promise<Translation[][]> {
    const sources = input === 'raw' ? lines.map((line) => this.#text.prepare(line)) : lines;
    const outputs = await this.#translator.translate(sources, onProgress, signal);
    return outputs.map((hypotheses, i) => {
      if (hypotheses.length === 0) throw notScored('output for', lines[i]!);
      return hypotheses.map(({ text, score }) => {
        const shown = this.#text.present(text, sources[i]!);
        return { ...shown, text: output === 'raw' ? shown.text : text, score };
      });
    });
  }

  /** The ids of the best output for a line in the model's form, without bos and eos. */
  async searchIds(source: string): Promise<number[]> {
    const [hypotheses] = await this.#translator.translate([source]);
    const best = hypotheses![0];
    if (best === undefined) throw notScored('output for', source);
    return best.ids;
  }

  /** What tells doubts about lines that are said to be in this form. */
  checkInput(form: TextForm): InputCheck {
    const { prepare, isPrepared } = this.#text;
    return new InputCheck({ prepare, isPrepared, ...this.#encoding }, form === 'preprocessed');
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
