// From a run of translation or parsing to a translator of plain text: tokenizers, parameters, search.
import { type DecodeConfig, decodeSchema } from '../../decode/config.ts';
import { buildTranslationGraph } from '../../decode/translation-graph.ts';
import { Session } from '../../runtime/session.ts';
import { UsageError } from '../../util/errors.ts';
import { notScored } from '../hypotheses.ts';
import { loadMembers, type OpenRun, requireSameFiles } from '../open-run.ts';
import { entryOf } from '../tokenizers.ts';
import type { PairConfig } from './config.ts';
import { InputCheck, type InputCheckOptions } from './input-check.ts';
import { type PairText, type Presented, sides } from './pair-text.ts';
import { loadPairTokenizers } from './prepare.ts';
import { buildPairModel } from './system.ts';
import { Translator } from './translator.ts';

export interface TranslatorSettings {
  /** Other runs, with the same tokenizers, that decide each token together with it. */
  ensemble?: readonly OpenRun<PairConfig>[] | undefined;
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
    run: OpenRun<Config>,
    text: PairText,
    settings: TranslatorSettings = {},
  ): Promise<TextTranslator> {
    const { folder, config } = run;
    const members = [run, ...(settings.ensemble ?? [])];
    requireSamePieces(members);
    const tokenizers = loadPairTokenizers(config, folder);
    const { ids } = tokenizers;
    const codec = text.codec(tokenizers);
    const constraint = settings.unconstrained ? undefined : text.constraint(tokenizers);
    const decode = decodeSchema.parse({ ...config.decode, ...settings.decode });
    const weights = loadMembers(members, settings.checkpoint);
    const models = members.map((member) => buildPairModel(member.config, tokenizers));
    const graph = buildTranslationGraph(models, { decode, ids, constraint, weights: weights.tensors });
    weights.check(graph.parameters);
    const session = await Session.create(graph.model, { threads: settings.threads ?? 0 });
    const encode = (line: string) => codec.encodeSource(line);
    const translator = new Translator({
      session,
      encode,
      decode: (tokens) => codec.decode(tokens),
      ids,
      maxLength: Math.min(...members.map(({ config: { model } }) => model.maxLength)),
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

/** Sections that decide what lines and their tokens mean. */
const MEANINGS = ['task', 'preprocess', 'parsing'];

/** A UsageError unless all runs have the pieces of the first, and mean the same by them. */
function requireSamePieces(runs: readonly OpenRun<PairConfig>[]): void {
  const [{ config }] = runs as [OpenRun<PairConfig>];
  const sectionOf = (one: PairConfig, name: string) =>
    JSON.stringify((one as unknown as Record<string, unknown>)[name]);
  for (const { folder, config: other } of runs) {
    const name = MEANINGS.find((section) => sectionOf(other, section) !== sectionOf(config, section));
    if (name !== undefined) {
      throw new UsageError(
        `${folder.path}: its ${name} is not that of ${runs[0]!.folder.path}; one ensemble has one`,
      );
    }
  }
  for (const side of sides) {
    const name = entryOf(config.tokenizers, side);
    requireSameFiles(runs, (folder) => folder.tokenizer(name), `the tokenizer ${name}`);
  }
}
